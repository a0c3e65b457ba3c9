import {
  AppError,
  defineNode,
  type NodeContext,
  type Static,
  Type,
  wait,
} from "../../../../engine/plugin-api.ts";
import { hangupKeys } from "../../line.ts";
import { PROMPT_FIELDS, type Prompt, promptParts, promptSeconds } from "../../prompt.ts";
import { es } from "../../spanish.ts";
import { type AttributeValue, type TwimlPart, verb } from "../../twiml.ts";
import { listeningLanguage } from "../../voices.ts";

// What was said before the prompt plays first, and a person may speak for a while after it.
const SLACK_SECONDS = 300;
const LONGEST_ANSWER_SECONDS = 60;

const speechOnly = { "x-group": "speech", "x-visible": { param: "input", in: ["speech", "both"] } } as const;

const Params = Type.Object(
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
      maximum: 5,
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
    profanityFilter: Type.Boolean({
      default: true,
      title: "Hide swear words",
      ...speechOnly,
      ...es("Ocultar palabrotas"),
    }),
  },
  { additionalProperties: false },
);
type GatherParams = Static<typeof Params>;

const Digits = Type.Object({ digits: Type.String({ description: "The keys pressed." }) });

export default defineNode({
  type: "twilio.gather",
  version: 1,
  title: { en: "Ask", es: "Preguntar" },
  help: {
    en: "Asks the person on the call something and waits for keys or a spoken answer. Use it for menus (“press 1 for…”), codes and open questions.",
    es: "Pregunta algo a la persona en la llamada y espera teclas o una respuesta hablada. Sirve para menús («marque 1 para…»), códigos y preguntas abiertas.",
  },
  family: "voice",
  icon: "dialpad",
  params: Params,
  outputs: {
    digits: Digits,
    speech: Type.Object({
      speech: Type.String({ description: "What the person said." }),
      confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    }),
    timeout: Type.Object({}),
    hung_up: Type.Object({}),
    "*": Digits,
  },
  ports: ["digits", "speech", "timeout", "hung_up", { each: "digitPorts" }],
  effect: "none",
  waits: true,
  needsLine: true,
  example: {
    title: { en: "Sales or support", es: "Ventas o soporte" },
    params: {
      prompt: { text: "Para ventas marque 1. Para soporte marque 2." },
      digitPorts: ["1", "2"],
      retries: 1,
    },
  },
  run(ctx, params) {
    const prompts = promptsOf(params);
    return wait({
      keys: [ctx.urls.stepKey, ...hangupKeys(ctx)],
      events: eventsOf(params),
      until: new Date(ctx.now.getTime() + secondsNeeded(prompts, params) * 1000),
      timeoutPort: "timeout",
      reply: gatherVerbs(ctx, params, prompts),
    });
  },
});

/** Gathers in a row: without an answer Twilio falls through to the next; only the last reports that nothing came. */
function gatherVerbs(ctx: NodeContext, params: GatherParams, prompts: readonly Prompt[]): TwimlPart[] {
  const attrs = gatherAttributes(ctx, params);
  const listener = { locale: params.language ?? ctx.locale, country: ctx.tenant.country };
  return prompts.map((prompt, index) => {
    const last = index === prompts.length - 1;
    const children = promptParts(prompt, listener);
    return verb(
      "Gather",
      { ...attrs, actionOnEmptyResult: last || undefined },
      children.length > 0 ? { children } : {},
    );
  });
}

function promptsOf(params: GatherParams): Prompt[] {
  const again = params.retryPrompt ?? params.prompt;
  return [params.prompt, ...Array.from({ length: params.retries }, () => again)];
}

function gatherAttributes(
  ctx: NodeContext,
  params: GatherParams,
): Record<string, AttributeValue | undefined> {
  return {
    input: params.input === "both" ? ["dtmf", "speech"] : [params.input],
    action: ctx.urls.step("twilio/voice/step"),
    method: "POST",
    timeout: params.timeoutSeconds,
    bargeIn: params.bargeIn ? undefined : false,
    ...(params.input === "speech" ? {} : keyAttributes(params)),
    ...(params.input === "dtmf" ? {} : speechAttributes(ctx, params)),
  };
}

function keyAttributes(params: GatherParams): Record<string, AttributeValue | undefined> {
  const isMenu = params.digitPorts.length > 0;
  // Twilio would swallow a # that is an answer.
  const finishOnKey = params.finishOnKey ?? (params.digitPorts.includes("#") ? "" : undefined);
  return { numDigits: params.numDigits ?? (isMenu ? 1 : undefined), finishOnKey };
}

function speechAttributes(
  ctx: NodeContext,
  params: GatherParams,
): Record<string, AttributeValue | undefined> {
  const { speechModel, speechTimeout, hints } = params;
  if (speechTimeout === "auto" && (speechModel ?? "default") === "default") {
    throw new AppError(
      "PARAMS_INVALID",
      `Node ${ctx.nodeId}: silence “auto” needs a speech model other than the default; name one or give seconds.`,
    );
  }
  return {
    language: params.language ?? listeningLanguage(ctx.locale, ctx.tenant.country),
    hints: hints.length > 0 ? hints.join(",") : undefined,
    speechModel,
    speechTimeout,
    profanityFilter: params.profanityFilter ? undefined : false,
  };
}

function eventsOf(params: GatherParams): Record<string, string> {
  return {
    digits: "digits",
    ...Object.fromEntries(params.digitPorts.map((digit) => [`digits:${digit}`, digit])),
    speech: "speech",
    timeout: "timeout",
    hangup: "hung_up",
  };
}

function secondsNeeded(prompts: readonly Prompt[], params: GatherParams): number {
  const asking = prompts.reduce(
    (sum, prompt) => sum + promptSeconds(prompt) + params.timeoutSeconds + LONGEST_ANSWER_SECONDS,
    0,
  );
  return asking + SLACK_SECONDS;
}
