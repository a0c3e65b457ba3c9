import { type Author, badInput } from "./bad-input.ts";
import { isSpoken, type Voice, voiceFor } from "./voices.ts";

/** The voice for a language an author names. @throws AppError PARAMS_INVALID where nobody speaks it */
export function spokenVoice(author: Author, language: string): Voice {
  if (isSpoken(language)) return voiceFor(language);
  throw badInput(
    author,
    {
      en: `Nobody at Twilio speaks "${language}"; a language such as es-MX or en-US is expected.`,
      es: `Nadie en Twilio habla «${language}»; se espera un idioma como es-MX o en-US.`,
    },
    { language },
  );
}
