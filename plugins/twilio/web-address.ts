import type { Text } from "../../engine/plugin-api.ts";
import { type Author, badInput } from "./bad-input.ts";

/** What an address may be of. */
const ADDRESS_OF = {
  recording: { en: "recording", es: "grabación" },
  music: { en: "music file", es: "música" },
  document: { en: "TwiML document", es: "página de TwiML" },
  system: { en: "system of yours", es: "aplicación suya" },
} as const;

/** A URL Twilio can ask for. @throws AppError PARAMS_INVALID naming what it was to be the address of */
export function webAddress(author: Author, url: string, what: keyof typeof ADDRESS_OF): string {
  const { en, es }: Text = ADDRESS_OF[what];
  const text = url.trim();
  if (/^https?:\/\/\S+$/i.test(text) && URL.canParse(text)) return text;
  throw badInput(
    author,
    {
      en: `"${url}" is not the URL of a ${en}; http:// or https:// is expected.`,
      es: `«${url}» no es la URL de una ${es}; se espera http:// o https://.`,
    },
    { url },
  );
}
