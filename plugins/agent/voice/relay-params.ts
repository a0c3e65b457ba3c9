import { Type } from "../../../engine/plugin-api.ts";
import { es } from "../spanish.ts";

/** How the carrier hears and speaks for the agent: the attributes of ConversationRelay, as authors see them. */
const VOICE = { "x-group": "voice" } as const;
const HEARING = { "x-group": "hearing" } as const;

const text = (title: string, spanish: string, more: object = {}) =>
  Type.Optional(Type.String({ maxLength: 300, title, ...es(spanish), ...more }));
const flag = (title: string, spanish: string, more: object = {}) =>
  Type.Optional(Type.Boolean({ title, ...es(spanish), ...more }));

const INTERRUPTS = ["none", "dtmf", "speech", "any"] as const;
const interrupts = (title: string, spanish: string) =>
  Type.Optional(Type.Enum([...INTERRUPTS], { title, ...HEARING, ...es(spanish) }));

const LanguageOf = Type.Object(
  {
    code: Type.String({ pattern: "^[a-z]{2,3}-[A-Z]{2}$", title: "Language", ...es("Idioma") }),
    ttsProvider: Type.Optional(
      Type.Enum(["ElevenLabs", "Google", "Amazon"], { title: "Speaks with", ...es("Habla con") }),
    ),
    voice: text("Voice", "Voz"),
    transcriptionProvider: Type.Optional(
      Type.Enum(["Deepgram", "Google"], { title: "Hears with", ...es("Oye con") }),
    ),
    speechModel: text("Model of hearing", "Modelo de escucha"),
  },
  { additionalProperties: false },
);

export const RelayFields = {
  language: Type.Optional(
    Type.String({
      pattern: "^([a-z]{2,3}(-[A-Z]{2})?|multi)?$",
      title: "Language",
      description: "es-MX, en-US …; multi: whatever is spoken. Empty: the flow's own.",
      ...VOICE,
      ...es("Idioma", "es-MX, en-US …; multi: el que se hable. Vacío: el del flujo."),
    }),
  ),
  languages: Type.Array(LanguageOf, {
    default: [],
    maxItems: 10,
    title: "Other languages",
    description: "A caller who speaks one of these is answered in it.",
    ...VOICE,
    ...es("Otros idiomas", "A quien habla uno de estos se le responde en él."),
  }),
  ttsLanguage: text("Spoken language", "Idioma en que habla", VOICE),
  transcriptionLanguage: text("Heard language", "Idioma que oye", HEARING),
  ttsProvider: Type.Optional(
    Type.Enum(["ElevenLabs", "Google", "Amazon"], { title: "Speaks with", ...VOICE, ...es("Habla con") }),
  ),
  voice: text("Voice", "Voz", {
    ...VOICE,
    description: "As its provider names it. Empty: the tenant's own.",
    ...es("Voz", "Como la llama su proveedor. Vacío: la de la empresa."),
  }),
  elevenlabsTextNormalization: Type.Optional(
    Type.Enum(["on", "auto", "off"], { title: "Numbers as words", ...VOICE, ...es("Números en palabras") }),
  ),
  transcriptionProvider: Type.Optional(
    Type.Enum(["Deepgram", "Google"], { title: "Hears with", ...HEARING, ...es("Oye con") }),
  ),
  speechModel: text("Model of hearing", "Modelo de escucha", {
    ...HEARING,
    description: "nova-3-general, flux …",
    ...es("Modelo de escucha", "nova-3-general, flux …"),
  }),
  speechTimeoutMs: Type.Optional(
    Type.Integer({
      minimum: 600,
      maximum: 5_000,
      title: "Silence that ends a sentence (ms)",
      description: "Empty: as it judges itself.",
      ...HEARING,
      ...es("Silencio que termina una frase (ms)", "Vacío: lo decide solo."),
    }),
  ),
  eotThreshold: Type.Optional(
    Type.Number({
      minimum: 0.5,
      maximum: 0.9,
      title: "Sure that a sentence ended",
      description: "Of the model flux.",
      ...HEARING,
      ...es("Seguridad de fin de frase", "Del modelo flux."),
    }),
  ),
  hints: text("Words to expect", "Palabras esperadas", {
    maxLength: 1_000,
    ...HEARING,
    description: "Names and places, separated by commas.",
    ...es("Palabras esperadas", "Nombres y lugares, separados por comas."),
  }),
  deepgramSmartFormat: flag(
    "Numbers and dates as they are written",
    "Números y fechas como se escriben",
    HEARING,
  ),
  profanityFilter: flag("Leave out swear words", "Omitir palabrotas", HEARING),
  interruptible: interrupts("May be interrupted by", "Se interrumpe con"),
  greetingInterruptible: interrupts("The greeting may be interrupted by", "El saludo se interrumpe con"),
  interruptSensitivity: Type.Optional(
    Type.Enum(["high", "medium", "low"], {
      title: "How soon it stops",
      ...HEARING,
      ...es("Cuán pronto se calla"),
    }),
  ),
  ignoreBackchannel: Type.Boolean({
    default: true,
    title: "Goes on over “mm-hm”",
    ...HEARING,
    ...es("Sigue aunque digan «ajá»"),
  }),
  reportInputDuringAgentSpeech: interrupts("Hears while it speaks", "Oye mientras habla"),
  preemptible: flag("A newer answer cuts the older one", "Una respuesta nueva corta la anterior", HEARING),
  echoPromptFiltering: flag("Leave out its own echo", "Omitir su propio eco", HEARING),
  intelligenceService: text("Conversational Intelligence", "Conversational Intelligence", {
    "x-group": "advanced",
  }),
  conversationConfiguration: text("Conversation configuration", "Configuración de conversación", {
    "x-group": "advanced",
  }),
  conversationId: text("Conversation id", "Id de conversación", { "x-group": "advanced" }),
};
