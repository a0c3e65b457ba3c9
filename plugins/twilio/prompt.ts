import { type Static, Type } from "../../engine/plugin-api.ts";
import { type Author, badInput } from "./bad-input.ts";
import { es } from "./spanish.ts";
import { spokenVoice } from "./spoken-voice.ts";
import { parseSsml } from "./ssml.ts";
import { type TwimlPart, verb } from "./twiml.ts";
import { VOICE_NAMES } from "./voice-names.ts";
import { voiceFor } from "./voices.ts";
import { webAddress } from "./web-address.ts";

/** One thing that is spoken or played. */
const PIECE_FIELDS = {
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

const Piece = Type.Object(
  {
    ...PIECE_FIELDS,
    pauseSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 60,
        title: "Then silence (s)",
        ...es("Después, silencio (s)"),
      }),
    ),
  },
  { additionalProperties: false },
);
type Piece = Static<typeof Piece>;

/** The parameters of everything that is spoken or played to the caller. */
export const PROMPT_FIELDS = {
  ...PIECE_FIELDS,
  more: Type.Optional(
    Type.Array(Piece, {
      maxItems: 20,
      title: "And then",
      description:
        "More texts, recordings and pauses, in their order; each may have its own voice and language.",
      "x-group": "advanced",
      ...es(
        "Y después",
        "Más textos, grabaciones y pausas, en su orden; cada uno puede tener su voz y su idioma.",
      ),
    }),
  ),
};

export const PromptSchema = Type.Object(PROMPT_FIELDS, { additionalProperties: false });
export type Prompt = Static<typeof PromptSchema>;

/** Who listens: decides the voice where the prompt names none. A `NodeContext` beside its tenant's country is one. */
export interface Listener extends Author {
  readonly country: string;
}

/**
 * The verbs of a prompt: its text, its audio, and what comes after. Empty for an empty prompt.
 * @throws AppError PARAMS_INVALID for bad SSML, unknown voices and languages, and addresses that are none
 */
export function promptParts(prompt: Prompt, listener: Listener): TwimlPart[] {
  return [prompt, ...(prompt.more ?? [])].flatMap((piece) => pieceParts(piece, listener));
}

/** Seconds a prompt may take, on the long side: 8 characters a second, a minute for a recording. */
export function promptSeconds(prompt: Prompt): number {
  return [prompt, ...(prompt.more ?? [])].reduce((sum, piece) => sum + pieceSeconds(piece), 0);
}

function pieceParts(piece: Piece, listener: Listener): TwimlPart[] {
  const loop = piece.loop === 1 ? undefined : piece.loop;
  const parts: TwimlPart[] = [];
  if (filled(piece.text)) parts.push(sayPart(piece.text, piece, listener, loop));
  if (filled(piece.audioUrl))
    parts.push(verb("Play", { loop }, { text: webAddress(listener, piece.audioUrl, "recording") }));
  if (piece.pauseSeconds !== undefined) parts.push(verb("Pause", { length: piece.pauseSeconds }));
  return parts;
}

function pieceSeconds({ text, audioUrl, loop, pauseSeconds = 0 }: Piece): number {
  const spoken = Math.ceil((text?.length ?? 0) / 8);
  const audio = filled(audioUrl) ? 60 : 0;
  return (spoken + audio) * Math.max(1, loop) + pauseSeconds;
}

function sayPart(text: string, piece: Piece, listener: Listener, loop: number | undefined): TwimlPart {
  const content = piece.format === "ssml" ? { children: parseSsml(text, listener) } : { text };
  return verb("Say", { ...voiceAttributes(piece, listener), loop }, content);
}

function voiceAttributes(piece: Piece, listener: Listener): { voice: string; language: string | undefined } {
  const named = filled(piece.language) ? spokenVoice(listener, piece.language) : undefined;
  if (filled(piece.voice)) return { voice: knownVoice(piece.voice, listener), language: named?.language };
  return named ?? voiceFor(listener.locale, listener.country);
}

function knownVoice(voice: string, author: Author): string {
  const name = voice.trim();
  if (VOICE_NAMES.has(name)) return name;
  throw badInput(
    author,
    {
      en: `Twilio has no voice "${name}"; a name such as Polly.Mia-Neural or Google.es-US-Wavenet-A is expected.`,
      es: `Twilio no tiene la voz «${name}»; se espera un nombre como Polly.Mia-Neural o Google.es-US-Wavenet-A.`,
    },
    { voice: name },
  );
}

function filled(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== "";
}
