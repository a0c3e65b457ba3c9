import { AppError, type Static, Type } from "../../engine/plugin-api.ts";
import { es } from "./spanish.ts";
import { parseSsml } from "./ssml.ts";
import { type TwimlPart, verb } from "./twiml.ts";
import { voiceFor } from "./voices.ts";

/** The parameters of everything that is spoken or played to the caller. */
export const PROMPT_FIELDS = {
  text: Type.Optional(
    Type.String({
      title: "Text",
      description: "What the caller hears, read aloud.",
      "x-widget": "textarea",
      ...es("Texto", "Lo que oye la persona, leído en voz alta."),
    }),
  ),
  format: Type.Enum(["plain", "ssml"], {
    default: "plain",
    title: "Text is",
    description: 'SSML lets you pause, stress and spell: <break time="1s"/>, <say-as interpret-as="digits">.',
    "x-group": "advanced",
    ...es(
      "El texto es",
      'Con SSML puede hacer pausas, dar énfasis y deletrear: <break time="1s"/>, <say-as interpret-as="digits">.',
    ),
  }),
  audioUrl: Type.Optional(
    Type.String({
      title: "Audio URL",
      description: "A recording (MP3 or WAV) played after the text.",
      ...es("URL del audio", "Una grabación (MP3 o WAV) que suena después del texto."),
    }),
  ),
  voice: Type.Optional(
    Type.String({
      title: "Voice",
      description: "A Twilio voice such as Polly.Mia-Neural. Empty: one that fits the language.",
      "x-group": "advanced",
      ...es("Voz", "Una voz de Twilio, como Polly.Mia-Neural. Vacío: una que va con el idioma."),
    }),
  ),
  language: Type.Optional(
    Type.String({
      title: "Language",
      description: "Such as es-MX. Empty: the flow's.",
      "x-group": "advanced",
      ...es("Idioma", "Como es-MX. Vacío: el del flujo."),
    }),
  ),
  loop: Type.Integer({
    default: 1,
    minimum: 0,
    maximum: 1000,
    title: "Times",
    description: "How often it is repeated; 0 = until the caller acts or hangs up.",
    "x-group": "advanced",
    ...es("Veces", "Cuántas veces se repite; 0 = hasta que la persona actúe o cuelgue."),
  }),
};

export const PromptSchema = Type.Object(PROMPT_FIELDS, { additionalProperties: false });
export type Prompt = Static<typeof PromptSchema>;

/** Who listens: decides the voice where the prompt names none. */
export interface Listener {
  readonly locale: string;
  readonly country: string;
}

/** The verbs of a prompt: its text, then its audio. Empty for an empty prompt. @throws AppError PARAMS_INVALID for bad SSML */
export function promptParts(prompt: Prompt, listener: Listener): TwimlPart[] {
  const loop = prompt.loop === 1 ? undefined : prompt.loop;
  const parts: TwimlPart[] = [];
  if (filled(prompt.text)) parts.push(sayPart(prompt.text, prompt, listener, loop));
  if (filled(prompt.audioUrl)) parts.push(verb("Play", { loop }, { text: httpUrl(prompt.audioUrl) }));
  return parts;
}

/** Seconds a prompt may take, on the long side: 8 characters a second, a minute for a recording. */
export function promptSeconds(prompt: Prompt): number {
  const text = Math.ceil((prompt.text?.length ?? 0) / 8);
  const audio = filled(prompt.audioUrl) ? 60 : 0;
  return (text + audio) * Math.max(1, prompt.loop);
}

function sayPart(text: string, prompt: Prompt, listener: Listener, loop: number | undefined): TwimlPart {
  const content = prompt.format === "ssml" ? { children: parseSsml(text) } : { text };
  return verb("Say", { ...voiceAttributes(prompt, listener), loop }, content);
}

function voiceAttributes(
  prompt: Prompt,
  listener: Listener,
): { voice: string; language: string | undefined } {
  const language = filled(prompt.language) ? prompt.language : undefined;
  if (filled(prompt.voice)) return { voice: prompt.voice, language };
  return language === undefined ? voiceFor(listener.locale, listener.country) : voiceFor(language);
}

function httpUrl(url: string): string {
  const text = url.trim();
  if (/^https?:\/\/\S+$/i.test(text)) return text;
  throw new AppError(
    "PARAMS_INVALID",
    `"${url}" is not the URL of a recording; http:// or https:// is expected.`,
    { url },
  );
}

function filled(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== "";
}
