import { type Static, Type } from "../../../engine/plugin-api.ts";
import { PROMPT_FIELDS, PromptSchema } from "../prompt.ts";
import { es } from "../spanish.ts";

const MAX_RETRIES = 5;
const SPEECH_MODEL =
  "^(default|numbers_and_commands|phone_call|experimental_(conversations|utterances)|googlev2_[a-z_]+|deepgram_nova-[\\w-]+)$";
const speechOnly = { "x-group": "speech", "x-visible": { param: "input", in: ["speech", "both"] } } as const;

/** The parameters of `twilio.gather`. */
export const GatherFields = Type.Object(
  {
    prompt: Type.Object(PROMPT_FIELDS, { additionalProperties: false, title: "Question", ...es("Pregunta") }),
    input: Type.Enum(["dtmf", "speech", "both"], {
      default: "dtmf",
      title: "The person answers by",
      description: "Keys, voice, or whichever comes first. Voice costs extra at Twilio.",
      ...es(
        "La persona responde con",
        "Teclas, voz o lo que llegue primero. La voz tiene un coste adicional en Twilio.",
      ),
    }),
    digitPorts: Type.Array(Type.String({ pattern: "^[0-9*#]$" }), {
      default: [],
      uniqueItems: true,
      maxItems: 12,
      title: "Keys with their own way out",
      description: "One port per key, for menus: 1, 2, 3. Other keys leave by “digits”.",
      ...es(
        "Teclas con salida propia",
        "Una salida por tecla, para menús: 1, 2, 3. Las demás salen por «digits».",
      ),
    }),
    timeoutSeconds: Type.Integer({
      default: 5,
      minimum: 1,
      maximum: 120,
      title: "Wait for an answer (s)",
      ...es("Esperar la respuesta (s)"),
    }),
    retries: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: MAX_RETRIES,
      title: "Ask again",
      description: "How often, when nobody answers.",
      ...es("Repetir la pregunta", "Cuántas veces, si nadie responde."),
    }),
    retryPrompt: Type.Optional(
      Type.Object(PROMPT_FIELDS, {
        additionalProperties: false,
        title: "Question when repeated",
        description: "Empty: the same question.",
        ...es("Pregunta al repetir", "Vacío: la misma pregunta."),
      }),
    ),
    retryPrompts: Type.Array(PromptSchema, {
      default: [],
      maxItems: MAX_RETRIES,
      title: "One question for each repetition",
      description: "The first for the first repetition, and so on; the last one stays.",
      "x-group": "advanced",
      ...es(
        "Una pregunta por repetición",
        "La primera para la primera repetición, y así; la última se mantiene.",
      ),
    }),
    numDigits: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        title: "Number of keys",
        description: "Ends as soon as this many were pressed.",
        ...es("Número de teclas", "Termina en cuanto se pulsan tantas."),
      }),
    ),
    finishOnKey: Type.Optional(
      Type.String({
        pattern: "^[0-9*#]?$",
        title: "Key that ends",
        description: "# unless you choose another; empty = none.",
        "x-group": "advanced",
        ...es("Tecla que termina", "# salvo que elija otra; vacío = ninguna."),
      }),
    ),
    bargeIn: Type.Boolean({
      default: true,
      title: "May interrupt",
      description: "The prompt stops when the person speaks.",
      "x-group": "advanced",
      ...es("Puede interrumpir", "La pregunta se detiene cuando la persona habla."),
    }),
    language: Type.Optional(
      Type.String({
        title: "Language heard",
        description: "Such as es-CO. Empty: the flow's.",
        ...speechOnly,
        ...es("Idioma que se escucha", "Como es-CO. Vacío: el del flujo."),
      }),
    ),
    hints: Type.Array(Type.String(), {
      default: [],
      maxItems: 500,
      title: "Words expected",
      description: "Names and words the person may say, so that they are heard right.",
      ...speechOnly,
      ...es("Palabras esperadas", "Nombres y palabras que la persona puede decir, para oírlos bien."),
    }),
    speechModel: Type.Optional(
      Type.String({
        pattern: SPEECH_MODEL,
        title: "Speech model",
        description: "Such as phone_call or googlev2_telephony.",
        ...speechOnly,
        ...es("Modelo de voz", "Como phone_call o googlev2_telephony."),
      }),
    ),
    speechTimeout: Type.Optional(
      Type.String({
        pattern: "^(auto|[1-9][0-9]?)$",
        title: "Silence that ends speech",
        description: "Seconds, or auto (not with the default model).",
        ...speechOnly,
        ...es("Silencio que termina", "Segundos, o auto (no con el modelo predeterminado)."),
      }),
    ),
    maxSpeechSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 60,
        title: "Speech at most (s)",
        ...speechOnly,
        ...es("Hablar como máximo (s)"),
      }),
    ),
    enhanced: Type.Boolean({
      default: false,
      title: "Enhanced model",
      description: "Hears better with the model phone_call, for a higher price.",
      ...speechOnly,
      ...es("Modelo mejorado", "Oye mejor con el modelo phone_call, por un precio mayor."),
    }),
    partialResultsUrl: Type.Optional(
      Type.String({
        title: "Partial results to",
        description: "A system of yours that is told what was understood so far, while the person speaks.",
        ...speechOnly,
        ...es(
          "Resultados parciales a",
          "Un sistema suyo que recibe lo entendido hasta el momento, mientras la persona habla.",
        ),
      }),
    ),
    profanityFilter: Type.Boolean({
      default: true,
      title: "Hide swear words",
      ...speechOnly,
      ...es("Ocultar palabrotas"),
    }),
  },
  { additionalProperties: false },
);
export type GatherParams = Static<typeof GatherFields>;
