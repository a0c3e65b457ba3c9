import {
  AppError,
  defineNode,
  type NodeContext,
  next,
  type Static,
  Type,
  wait,
} from "../../../../engine/plugin-api.ts";
import { isHidden } from "../../caller.ts";
import { lateHangupKeys, lineOf } from "../../line.ts";
import { es } from "../../spanish.ts";
import { type TwimlPart, verb } from "../../twiml.ts";
import { voiceFor } from "../../voices.ts";

const MAX_TARGETS = 10;
/** What Twilio allows a connected call to last when nothing is said. */
const DEFAULT_TALK_SECONDS = 14_400;
// Twilio rings 5 s longer than told, and what was said before plays first.
const RING_SLACK_SECONDS = 5;
const SLACK_SECONDS = 300;

const Target = Type.Enum(
  ["numbers", "store_mobile", "store_landline", "sip", "client", "conference", "queue"],
  {
    default: "numbers",
    title: "Call",
    description:
      "Numbers you name, the phone of the store the call is for, a SIP or app extension, a conference or a queue.",
    ...es(
      "Llamar a",
      "Números que usted indica, el teléfono de la tienda de la llamada, una extensión SIP o de la app, una conferencia o una cola.",
    ),
  },
);

const Params = Type.Object(
  {
    target: Target,
    to: Type.Array(Type.String(), {
      default: [],
      maxItems: MAX_TARGETS,
      title: "To",
      description: "Numbers in E.164, SIP addresses, app users, or the name of the conference or queue.",
      "x-visible": { param: "target", in: ["numbers", "sip", "client", "conference", "queue"] },
      ...es(
        "Destino",
        "Números en formato E.164, direcciones SIP, usuarios de la app, o el nombre de la conferencia o cola.",
      ),
    }),
    strategy: Type.Enum(["simultaneous", "sequential"], {
      default: "simultaneous",
      title: "Several ring",
      description: "All at once, or one after the other.",
      ...es("Si hay varios, suenan", "Todos a la vez, o uno tras otro."),
    }),
    callerId: Type.Optional(
      Type.String({
        title: "Number shown",
        description: "One of your numbers. Empty: the caller's own.",
        ...es("Número que se muestra", "Uno de sus números. Vacío: el de quien llama."),
      }),
    ),
    timeoutSeconds: Type.Integer({
      default: 30,
      minimum: 5,
      maximum: 600,
      title: "Ring for (s)",
      ...es("Timbrar durante (s)"),
    }),
    timeLimitSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        title: "Talk at most (s)",
        description: "Cut short earlier when the voice credits run out.",
        "x-group": "advanced",
        ...es("Hablar como máximo (s)", "Se corta antes si se acaban los minutos."),
      }),
    ),
    whisper: Type.Optional(
      Type.String({
        maxLength: 300,
        title: "Whisper",
        description: "Said to whoever answers, before the two are connected: “Call for sales”.",
        ...es("Aviso previo", "Se dice a quien contesta, antes de conectar: «Llamada para ventas»."),
      }),
    ),
    record: Type.Enum(
      [
        "do-not-record",
        "record-from-answer",
        "record-from-ringing",
        "record-from-answer-dual",
        "record-from-ringing-dual",
      ],
      { default: "do-not-record", title: "Record", "x-group": "advanced", ...es("Grabar") },
    ),
    recordingTrack: Type.Enum(["both", "inbound", "outbound"], {
      default: "both",
      title: "Recorded side",
      "x-group": "advanced",
      ...es("Lado que se graba"),
    }),
    hangupOnStar: Type.Boolean({
      default: false,
      title: "* ends the talk",
      description: "The caller may press * to come back to the flow.",
      "x-group": "advanced",
      ...es("* termina la conversación", "Quien llama puede pulsar * para volver al flujo."),
    }),
    answerOnBridge: Type.Boolean({
      default: false,
      title: "Answer on connect",
      description: "The caller hears real ringing and is not answered until somebody picks up.",
      "x-group": "advanced",
      ...es(
        "Contestar al conectar",
        "Quien llama oye el timbre real y no se le contesta hasta que alguien atiende.",
      ),
    }),
    ringTone: Type.Optional(
      Type.String({
        pattern: "^([a-z]{2}|us-old)$",
        title: "Ring tone",
        description: "Country whose ring tone the caller hears, such as es or mx.",
        "x-group": "advanced",
        ...es("Tono de llamada", "País cuyo tono oye quien llama, como es o mx."),
      }),
    ),
  },
  { additionalProperties: false },
);
type ConnectParams = Static<typeof Params>;

const Dialled = Type.Object({
  dialStatus: Type.String({ description: "completed, answered, busy, no-answer, failed or canceled." }),
  durationSeconds: Type.Integer({ minimum: 0, description: "How long the two talked." }),
  recordingUrl: Type.Optional(
    Type.String({ description: "Where the recording will be, once it is processed." }),
  ),
});

export default defineNode({
  type: "twilio.connect-call",
  version: 1,
  title: { en: "Connect the call", es: "Pasar la llamada" },
  help: {
    en: "Rings other phones and connects the caller with whoever answers. Use it to forward a call to a shop, a person or a team.",
    es: "Hace sonar otros teléfonos y conecta a quien llama con quien conteste. Sirve para pasar la llamada a una tienda, una persona o un equipo.",
  },
  family: "voice",
  icon: "phone-outgoing",
  params: Params,
  outputs: {
    completed: Dialled,
    busy: Dialled,
    no_answer: Dialled,
    failed: Type.Partial(Dialled),
    caller_hung_up: Dialled,
    insufficient_credits: Type.Object({}),
  },
  ports: ["completed", "busy", "no_answer", "failed", "caller_hung_up", "insufficient_credits"],
  effect: "once",
  waits: true,
  needsLine: true,
  cost: { meters: ["voice"] },
  settledBy: "webhook",
  example: {
    title: { en: "The shop's mobile", es: "El móvil de la tienda" },
    params: { target: "store_mobile", timeoutSeconds: 25, whisper: "Llamada de {{ contact.name }}" },
  },
  async run(ctx, params) {
    const targets = targetsOf(ctx, params);
    const callerId = callerIdOf(ctx, params);
    const timeLimit = await talkLimit(ctx, params);
    const outcome = await ctx.once("dial", dialIntent(ctx, targets, callerId), async () => ({
      state: "accepted",
      ref: ctx.stepKey,
      status: "sent",
    }));
    if (outcome.state === "insufficient_credits") return next("insufficient_credits", {});
    // An earlier try may have put the caller through and was lost: ringing again would call the same people twice.
    if (outcome.state !== "accepted") return next("failed", { dialStatus: "failed", durationSeconds: 0 });
    return wait({
      // Twilio tells the end of the call here too, with how the dial went and for how long. The other key only wins where
      // that never comes: the caller was gone before the dial.
      keys: [ctx.urls.stepKey, ...lateHangupKeys(ctx)],
      events: {
        completed: "completed",
        busy: "busy",
        no_answer: "no_answer",
        failed: "failed",
        caller_hung_up: "caller_hung_up",
        hangup: "caller_hung_up",
      },
      eventData: { hangup: { output: NOT_DIALED, usage: { part: "dial", amount: 0 } } },
      until: deadline(ctx, params, targets.length, timeLimit),
      timeoutPort: "failed",
      reply: [dialVerb(ctx, params, { targets, callerId, timeLimit })],
    });
  },
});

interface Dial {
  readonly targets: readonly string[];
  readonly callerId: string | undefined;
  readonly timeLimit: number | undefined;
}

function dialVerb(
  ctx: NodeContext,
  params: ConnectParams,
  { targets, callerId, timeLimit }: Dial,
): TwimlPart {
  const recorded = params.record !== "do-not-record";
  const attrs = {
    action: ctx.urls.step("twilio/voice/step"),
    method: "POST",
    timeout: params.timeoutSeconds,
    timeLimit,
    callerId,
    record: recorded ? params.record : undefined,
    recordingTrack: recorded && params.recordingTrack !== "both" ? params.recordingTrack : undefined,
    hangupOnStar: params.hangupOnStar || undefined,
    answerOnBridge: params.answerOnBridge || undefined,
    ringTone: params.ringTone,
    sequential: (targets.length > 1 && params.strategy === "sequential") || undefined,
  };
  return verb("Dial", attrs, { children: nouns(ctx, params, targets) });
}

function nouns(ctx: NodeContext, params: ConnectParams, targets: readonly string[]): TwimlPart[] {
  const noun = NOUNS[params.target];
  const url = CALLS_SOMEBODY.has(noun) ? whisperUrl(ctx, params) : undefined;
  return targets.map((target) =>
    verb(noun, { url, method: url === undefined ? undefined : "POST" }, { text: target }),
  );
}

const NOUNS: Readonly<Record<ConnectParams["target"], string>> = {
  numbers: "Number",
  store_mobile: "Number",
  store_landline: "Number",
  sip: "Sip",
  client: "Client",
  conference: "Conference",
  queue: "Queue",
};
const CALLS_SOMEBODY = new Set(["Number", "Sip", "Client"]);

/** The text travels in the URL, which Twilio's signature covers. */
function whisperUrl(ctx: NodeContext, params: ConnectParams): string | undefined {
  const text = params.whisper?.trim();
  if (!text) return undefined;
  const { voice, language } = voiceFor(ctx.locale, ctx.tenant.country);
  const query = Object.entries({ text, voice, language }).map(
    ([name, value]) => `${name}=${queryValue(value)}`,
  );
  const url = ctx.urls.step("twilio/voice/whisper");
  return `${url}${url.includes("?") ? "&" : "?"}${query.join("&")}`;
}

/** Without the apostrophe, which Twilio and URL parsers write in different ways. */
function queryValue(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll("'", "%27");
}

function targetsOf(ctx: NodeContext, params: ConnectParams): string[] {
  if (params.target === "store_mobile" || params.target === "store_landline")
    return [storePhone(ctx, params.target)];
  // One entry may hold several, as a template that names a whole team does.
  const given = params.to
    .flatMap((entry) => entry.split(","))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const targets = params.target === "numbers" ? given.map((entry) => phoneNumber(ctx, entry)) : given;
  const max = params.target === "conference" || params.target === "queue" ? 1 : MAX_TARGETS;
  if (targets.length >= 1 && targets.length <= max) return [...new Set(targets)];
  throw new AppError(
    "PARAMS_INVALID",
    `Node ${ctx.nodeId} has ${targets.length} destinations; 1 to ${max} are expected.`,
    {
      target: params.target,
      to: params.to,
    },
  );
}

function storePhone(ctx: NodeContext, target: "store_mobile" | "store_landline"): string {
  if (ctx.store === null) {
    throw new AppError(
      "STORE_MISSING",
      `Node ${ctx.nodeId} calls the store's phone, but the run has no store yet.`,
    );
  }
  // The other phone is no substitute: a landline that is forwarded to us would ring in circles.
  const phone = target === "store_mobile" ? ctx.store.mobile : ctx.store.landline;
  if (phone !== null && phone.trim() !== "") return phoneNumber(ctx, phone);
  const kind = target === "store_mobile" ? "mobile" : "landline";
  throw new AppError(
    "STORE_MISSING",
    `Store ${ctx.store.name} (${ctx.store.id}) has no ${kind}, which node ${ctx.nodeId} calls.`,
    {
      storeId: ctx.store.id,
    },
  );
}

function phoneNumber(ctx: NodeContext, text: string): string {
  const number = text.replace(/[\s().-]/g, "");
  if (/^\+?\d{3,15}$/.test(number)) return number;
  throw new AppError(
    "PARAMS_INVALID",
    `Node ${ctx.nodeId} cannot call "${text}": a number such as +573001112233 is expected.`,
    {
      to: text,
    },
  );
}

/** Twilio shows the caller's number unless told; a hidden one would make it refuse the dial, so ours is shown then. */
function callerIdOf(ctx: NodeContext, params: ConnectParams): string | undefined {
  if (params.callerId?.trim()) return params.callerId.trim();
  const from = lineOf(ctx)?.from;
  return from !== undefined && isHidden(from) ? lineOf(ctx)?.to : undefined;
}

/** Seconds the two may talk: what the author allows, and no more than the voice credits cover. */
async function talkLimit(ctx: NodeContext, params: ConnectParams): Promise<number | undefined> {
  const { remaining } = await ctx.credits.balance("voice");
  if (remaining === null) return params.timeLimitSeconds;
  // A step that is repeated has its first minute on hold already, and sees one less.
  const affordable = Math.max(1, Math.floor(remaining)) * 60;
  return Math.min(params.timeLimitSeconds ?? DEFAULT_TALK_SECONDS, affordable);
}

function dialIntent(ctx: NodeContext, targets: readonly string[], callerId: string | undefined) {
  const from = callerId ?? lineOf(ctx)?.from;
  return {
    kind: "dial",
    provider: "twilio",
    to: targets.join(","),
    ...(from === undefined ? {} : { from }),
    channel: "voice",
    charge: { meter: "voice", amount: 1 },
    leavesWithAnswer: true,
  } as const;
}

function deadline(
  ctx: NodeContext,
  params: ConnectParams,
  targets: number,
  timeLimit: number | undefined,
): Date {
  const rounds = params.strategy === "sequential" ? targets : 1;
  const ringing = (params.timeoutSeconds + RING_SLACK_SECONDS) * rounds;
  const seconds = ringing + (timeLimit ?? DEFAULT_TALK_SECONDS) + SLACK_SECONDS;
  return new Date(ctx.now.getTime() + seconds * 1000);
}

const NOT_DIALED = { dialStatus: "no-answer", durationSeconds: 0 };
