import {
  AppError,
  defineNode,
  type EffectOutcome,
  type JsonObject,
  type Line,
  type NodeContext,
  next,
  REENTER,
  type Static,
  Type,
  wait,
} from "../../../../engine/plugin-api.ts";
import type { TwilioAccount } from "../../account.ts";
import { type CallAddress, readAddress } from "../../call-address.ts";
import { portOfEnd } from "../../call-status.ts";
import { type CallRequest, findCall, openAccount, placeCall, readCall } from "../../calls-api.ts";
import { lineOf } from "../../line.ts";
import { DETECTION_FIELDS, detectionRequest } from "../../machine-detection.ts";
import { RECORDING_FIELDS } from "../../recording-options.ts";
import { REFUSAL_FIELDS, refusalOutput } from "../../refusal.ts";
import type { SipAccount } from "../../sip-credentials.ts";
import { es } from "../../spanish.ts";
import { talkSeconds } from "../../talk-time.ts";
import { textInUrl } from "../../text-in-url.ts";
import { type TwimlPart, verb } from "../../twiml.ts";
import { voiceFor } from "../../voices.ts";
import { isMachine } from "../../webhooks/voice-outbound.ts";

// Twilio rings 5 s longer than told; its callbacks take a while, too.
const SLACK_SECONDS = 35;
const RECHECK_SECONDS = 60;
const EVENTS = ["initiated", "ringing", "answered", "completed"];

const Params = Type.Object(
  {
    to: Type.String({
      minLength: 1,
      default: "{{ contact.phone }}",
      title: "Call",
      description: "A number in E.164, sip:user@host, or client:name for a user of your app.",
      ...es(
        "Llamar a",
        "Un número en formato E.164, sip:usuario@host, o client:nombre para un usuario de su app.",
      ),
    }),
    from: Type.Optional(
      Type.String({
        title: "Number shown",
        description: "One of your numbers. Empty: the store's, or the one the flow was started by.",
        ...es(
          "Número que se muestra",
          "Uno de sus números. Vacío: el de la tienda, o aquel por el que empezó el flujo.",
        ),
      }),
    ),
    timeoutSeconds: Type.Integer({
      default: 60,
      minimum: 5,
      maximum: 600,
      title: "Ring for (s)",
      ...es("Timbrar durante (s)"),
    }),
    timeLimitSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        title: "Call at most (s)",
        description: "Cut short earlier when the voice credits run out.",
        "x-group": "advanced",
        ...es("Llamar como máximo (s)", "Se corta antes si se acaban los minutos."),
      }),
    ),
    sendDigits: Type.Optional(
      Type.String({
        pattern: "^[0-9A-D#*wW]{0,32}$",
        title: "Key tones",
        description: "Sounded once somebody answers, for extensions; w waits half a second, W a whole one.",
        "x-group": "advanced",
        ...es(
          "Tonos",
          "Suenan cuando alguien contesta, para extensiones; w espera medio segundo, W uno entero.",
        ),
      }),
    ),
    ...DETECTION_FIELDS,
    record: Type.Boolean({
      default: false,
      title: "Record the call",
      description: "All of it, from when it is answered. Say so first: a rule in many countries.",
      "x-group": "recording",
      ...es(
        "Grabar la llamada",
        "Entera, desde que se contesta. Avise antes: es obligatorio en muchos países.",
      ),
    }),
    ...RECORDING_FIELDS,
    sipCredential: Type.Optional(
      Type.String({
        title: "SIP sign-in",
        description: "For an exchange that asks for user and password.",
        "x-options": "credentials:twilio.sip",
        "x-group": "advanced",
        ...es("Acceso SIP", "Para una centralita que pide usuario y contraseña."),
      }),
    ),
  },
  { additionalProperties: false },
);
type CallParams = Static<typeof Params>;

const Answered = Type.Object({
  callSid: Type.String({ description: "The call's id at Twilio: CA…" }),
  answeredBy: Type.Optional(
    Type.String({
      description:
        "human, unknown, fax, machine_start, machine_end_beep, machine_end_silence or machine_end_other; absent where nobody asked.",
    }),
  ),
  detectionMs: Type.Optional(Type.Number({ description: "How long it took to find out." })),
  from: Type.String(),
  to: Type.String(),
});
const Untaken = Type.Object({
  callStatus: Type.String({
    description: "busy, no-answer, failed, canceled or completed, in Twilio's words.",
  }),
  callSid: Type.Optional(Type.String()),
  durationSeconds: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
});
const Failed = Type.Object({ ...Untaken.properties, ...REFUSAL_FIELDS });

export default defineNode({
  type: "twilio.make-call",
  version: 1,
  title: { en: "Call somebody", es: "Llamar a alguien" },
  help: {
    en: "Calls a phone, a SIP address or an app, and goes on inside that call: what comes after “answered” is what the person hears. Use it for reminders, call-backs, and to go from a chat to a call.",
    es: "Llama a un teléfono, una dirección SIP o una app, y sigue dentro de esa llamada: lo que viene después de «answered» es lo que oye la persona. Sirve para recordatorios, devoluciones de llamada y para pasar de un chat a una llamada.",
  },
  family: "voice",
  icon: "phone-call",
  params: Params,
  outputs: {
    answered: Answered,
    machine: Answered,
    busy: Untaken,
    no_answer: Untaken,
    failed: Failed,
    insufficient_credits: Type.Object({}),
  },
  ports: ["answered", "machine", "busy", "no_answer", "failed", "insufficient_credits"],
  effect: "once",
  waits: true,
  credential: "twilio.account",
  cost: { meters: ["voice"] },
  settledBy: "status-callback",
  example: {
    title: { en: "Call back", es: "Devolver la llamada" },
    params: { to: "{{ contact.phone }}", detection: "before", timeoutSeconds: 30 },
  },
  async run(ctx, params) {
    const party = readAddress(params.to, `Node ${ctx.nodeId}:`);
    const from = await callerOf(ctx, params, party);
    const account = await openAccount(ctx);
    const outcome = await place(ctx, params, account, { party, from });
    if (outcome.state === "insufficient_credits") return next("insufficient_credits", {});
    if (outcome.state === "refused")
      return next("failed", { callStatus: "failed", ...refusalOutput(outcome, ctx.locale) });
    if (outcome.state !== "accepted") return next("failed", { callStatus: "unknown" });
    const line: Line = { sid: outcome.ref, from, to: party.address, direction: "outbound" };
    const ended = endedBefore(outcome);
    if (ended !== null) return next(ended.port, { callStatus: ended.status, callSid: line.sid });
    return listen(ctx, params, { account, line, effectId: outcome.effectId ?? "" });
  },
});

/** Whom a call is from. Numbers are shown only where they are the tenant's own; an app may be named. */
async function callerOf(ctx: NodeContext, params: CallParams, party: CallAddress): Promise<string> {
  const wanted = params.from?.trim() || undefined;
  if (wanted?.startsWith("client:") && party.kind !== "number")
    return readAddress(wanted, `Node ${ctx.nodeId}:`).address;
  const e164 = wanted === undefined ? undefined : readAddress(wanted, `Node ${ctx.nodeId}:`).address;
  const sender = await ctx.directory.callerNumber("twilio", e164);
  if (sender !== null) return sender.e164;
  const message =
    e164 === undefined
      ? `Node ${ctx.nodeId} has no number to call from: none of the tenant's numbers at Twilio takes calls; assign one under numbers.`
      : `Node ${ctx.nodeId} cannot call from ${e164}: it is none of the tenant's numbers for calls at Twilio.`;
  throw new AppError("SENDER_MISSING", message, { from: e164 ?? null });
}

interface Parties {
  readonly party: CallAddress;
  readonly from: string;
}

async function place(
  ctx: NodeContext,
  params: CallParams,
  account: TwilioAccount,
  { party, from }: Parties,
): Promise<EffectOutcome> {
  const request = {
    ...(await limits(ctx, params)),
    ...detectionRequest(params, ctx.nodeId, ctx.urls.step("twilio/voice/machine")),
    ...recordingRequest(params),
    ...(await sipSignIn(ctx, params, party)),
  };
  const intent = {
    kind: "dial",
    provider: "twilio",
    to: party.address,
    from,
    channel: "voice",
    charge: { meter: "voice", amount: 1 },
    find: (lost) => findCall(account, lost),
  } as const satisfies Parameters<NodeContext["once"]>[1];
  return ctx.once("call", intent, ({ statusUrl }) =>
    placeCall(account, {
      to: party.address,
      from,
      url: documentUrl(ctx, params),
      method: "POST",
      statusCallback: statusUrl,
      statusCallbackMethod: "POST",
      statusCallbackEvent: EVENTS,
      ...request,
    }),
  );
}

async function limits(ctx: NodeContext, params: CallParams): Promise<Partial<CallRequest>> {
  const timeLimit = await talkSeconds(ctx, params.timeLimitSeconds);
  return {
    timeout: params.timeoutSeconds,
    ...(timeLimit === undefined ? {} : { timeLimit }),
    ...(params.sendDigits ? { sendDigits: params.sendDigits } : {}),
  };
}

function recordingRequest({ record, channels, track, trim }: CallParams): Partial<CallRequest> {
  return record ? { record, recordingChannels: channels, recordingTrack: track, trim } : {};
}

async function sipSignIn(
  ctx: NodeContext,
  { sipCredential }: CallParams,
  party: CallAddress,
): Promise<Partial<CallRequest>> {
  if (!sipCredential) return {};
  if (party.kind !== "sip") {
    const message = `Node ${ctx.nodeId} signs in at a SIP exchange, but calls ${party.address}; a sip: address is expected.`;
    throw new AppError("PARAMS_INVALID", message, { to: party.address });
  }
  const { username, password } = await ctx.credential<SipAccount>("twilio.sip", sipCredential);
  return { sipAuthUsername: username, sipAuthPassword: password };
}

function documentUrl(ctx: NodeContext, params: CallParams): string {
  if (params.detection !== "while") return ctx.urls.step("twilio/voice/outbound");
  const { voice, language } = voiceFor(ctx.locale, ctx.tenant.country);
  const url = ctx.urls.step("twilio/voice/greeting");
  return textInUrl(url, { text: params.greeting ?? "", voice, language });
}

interface Placed {
  readonly account: TwilioAccount;
  readonly line: Line;
  readonly effectId: string;
}

/** Waits for the call to be answered, or goes on with what was heard of it. */
async function listen(ctx: NodeContext, params: CallParams, placed: Placed) {
  const { heard } = ctx;
  if (heard?.name === "timeout") return recheck(ctx, params, placed);
  if (heard?.name === "verdict") return decided(ctx, placed, textOf(heard.output.answeredBy));
  if (heard?.name === "answered") return greeted(ctx, params, placed, heard.output);
  // Whoever is on the line by now hears what was said so far; the run goes on in the other call.
  return untilAnswered(ctx, params, placed, lineOf(ctx) === null ? undefined : []);
}

function untilAnswered(
  ctx: NodeContext,
  params: CallParams,
  { line, effectId }: Placed,
  reply: TwimlPart[] | undefined,
) {
  const detects = params.detection === "while";
  const seconds = params.timeoutSeconds + SLACK_SECONDS + (detects ? params.detectionTimeoutSeconds : 0);
  return wait({
    keys: [ctx.urls.stepKey, `effect:${effectId}`, ...(detects ? [`machine:${ctx.stepKey}`] : [])],
    events: {
      answered: detects ? REENTER : "answered",
      machine: "machine",
      ...(detects ? { verdict: REENTER } : {}),
      ...ENDED_EVENTS,
    },
    eventData: onLine(line, {}),
    until: inSeconds(ctx, seconds),
    timeoutPort: REENTER,
    ...(reply === undefined ? {} : { reply }),
  });
}

const ENDED_EVENTS = { busy: "busy", no_answer: "no_answer", failed: "failed" };

/** The greeting is over and nobody knows yet who is listening: a second of silence and on, until that takes too long. */
function greeted(ctx: NodeContext, params: CallParams, placed: Placed, heard: JsonObject) {
  const since = typeof heard.since === "number" ? heard.since : ctx.now.getTime();
  if (ctx.now.getTime() - since > params.detectionTimeoutSeconds * 1000) {
    const { line } = placed;
    const { from, to, sid: callSid } = line;
    return next("answered", { callSid, from, to, answeredBy: "unknown" }, { set: { line } });
  }
  const url = textInUrl(ctx.urls.step("twilio/voice/outbound"), { since: String(since) });
  const hold = [verb("Pause", { length: 1 }), verb("Redirect", { method: "POST" }, { text: url })];
  return untilAnswered(ctx, params, placed, hold);
}

/** Twilio knows who answered. The call comes here by itself, as soon as the greeting is over. */
function decided(ctx: NodeContext, { line, effectId }: Placed, answeredBy: string | undefined) {
  const port = isMachine(answeredBy ?? null) ? "machine" : "answered";
  return wait({
    keys: [ctx.urls.stepKey, `effect:${effectId}`],
    events: { answered: port, machine: "machine", ...ENDED_EVENTS },
    eventData: onLine(line, answeredBy === undefined ? {} : { answeredBy }),
    until: inSeconds(ctx, RECHECK_SECONDS),
    timeoutPort: REENTER,
  });
}

/** From here on the run speaks on this call. */
function onLine(line: Line, known: { readonly answeredBy?: string }) {
  const data = { output: { callSid: line.sid, from: line.from, to: line.to, ...known }, set: { line } };
  return { answered: data, machine: data };
}

/** No callback came in time: Twilio is asked. */
async function recheck(ctx: NodeContext, params: CallParams, placed: Placed) {
  const { status, durationSeconds, answeredBy } = await readCall(placed.account, placed.line.sid);
  const port = portOfEnd(status);
  if (port !== null) {
    const output = { callStatus: status, callSid: placed.line.sid, durationSeconds };
    // By a wait that is over at once, because only a wait tells what was really used.
    const amount = Math.ceil((durationSeconds ?? 0) / 60);
    return wait({
      keys: [`ended:${ctx.stepKey}`],
      events: {},
      eventData: { timeout: { output, usage: { part: "call", amount } } },
      until: ctx.now,
      timeoutPort: port,
    });
  }
  if (params.detection === "while" && answeredBy !== null) return decided(ctx, placed, answeredBy);
  return untilAnswered(ctx, params, placed, undefined);
}

/** What Twilio reported while it was not known that it had taken the call. */
function endedBefore(outcome: Extract<EffectOutcome, { state: "accepted" }>) {
  const failure = outcome.data?.failure;
  const status = typeof failure === "object" && failure !== null ? Reflect.get(failure, "vendorCode") : null;
  const port = typeof status === "string" ? portOfEnd(status) : null;
  return port === null || typeof status !== "string" ? null : { port, status };
}

function inSeconds(ctx: NodeContext, seconds: number): Date {
  return new Date(ctx.now.getTime() + seconds * 1000);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
