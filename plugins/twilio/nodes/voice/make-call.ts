import {
  defineNode,
  type EffectOutcome,
  type JsonObject,
  type Line,
  type NodeContext,
  next,
  REENTER,
  Type,
  wait,
} from "../../../../engine/plugin-api.ts";
import type { TwilioAccount } from "../../account.ts";
import { type CallAddress, readAddress } from "../../call-address.ts";
import { portOfEnd } from "../../call-status.ts";
import { findCall, openAccount, placeCall, readCall } from "../../calls-api.ts";
import { lineOf } from "../../line.ts";
import { type CallParams, MakeCallParams } from "../../make-call/params.ts";
import { callerOf, callOptions } from "../../make-call/request.ts";
import { REFUSAL_FIELDS, refusalOutput } from "../../refusal.ts";
import { stepUrl } from "../../step-url.ts";
import { type TwimlPart, verb } from "../../twiml.ts";
import { isMachine } from "../../webhooks/voice-outbound.ts";

// Twilio rings 5 s longer than told; its callbacks take a while, too.
const SLACK_SECONDS = 35;
const RECHECK_SECONDS = 60;
const EVENTS = ["initiated", "ringing", "answered", "completed"];

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
  params: MakeCallParams,
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
    const party = readAddress(ctx, params.to);
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
  const options = await callOptions(ctx, params, party);
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
      ...options,
      to: party.address,
      from,
      statusCallback: statusUrl,
      statusCallbackMethod: "POST",
      statusCallbackEvent: EVENTS,
    }),
  );
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
  const url = stepUrl(ctx, "twilio/voice/outbound", { since: String(since) });
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
