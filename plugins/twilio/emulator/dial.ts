import { recordAnswer, recordCall, recordEnd } from "./call-ledger.ts";
import { type CallReporter, createReporter } from "./call-reports.ts";
import { advance, type CallSession, createSession, emptyTrace } from "./call-session.ts";
import { type Callee, magicCallee, TALK_SECONDS, verdictOf } from "./callees.ts";
import { requestDocument } from "./documents.ts";
import type { Form } from "./form.ts";
import {
  actionTarget,
  gotoAction,
  HANGUP,
  NEXT,
  numberAttribute,
  type PlayContext,
  resolveUrl,
  type Step,
} from "./play-step.ts";
import { makeRecording, reportRecording } from "./recordings.ts";
import { newSid } from "./sids.ts";
import type { TwimlElement } from "./twiml-document.ts";
import { webhookCall } from "./webhooks.ts";

const RING_SECONDS = 4;

/** How a Dial came out, in the words of its action request. */
interface DialResult {
  readonly status: string;
  /** The child call; null for conferences and queues. */
  readonly sid: string | null;
  readonly seconds: number;
  readonly isBridged: boolean;
}

/** Calls the number or nouns inside and connects the first who answers; then asks `action`, or goes on with the next verb. */
export async function playDial(context: PlayContext, verb: TwimlElement): Promise<Step> {
  const { world, session } = context;
  const result = await dialLegs(context, verb, legsOf(context, verb));
  if (session.hungUp) session.status = "completed";
  const params = { ...resultParams(result), ...(await recordBridge(context, verb, result)) };
  if (!session.hungUp) return verb.attributes.action ? gotoAction(context, verb, params) : NEXT;
  const target = verb.attributes.action ? actionTarget(context, verb, params) : null;
  if (target) await requestDocument(world, session, target);
  return HANGUP;
}

// ------------------------------------------------------------------------------------------------ whom to call

interface Leg {
  /** As the trace and scripts name it. */
  readonly to: string;
  readonly noun: TwimlElement;
  readonly callee: Callee;
}

function legsOf({ world, session }: PlayContext, verb: TwimlElement): Leg[] {
  const nouns = verb.children.filter((child) => child.name in NOUN_PREFIX);
  const number: TwimlElement = { name: "Number", attributes: {}, children: [], text: verb.text };
  return (nouns.length > 0 ? nouns : [number]).map((noun) => {
    const to = legName(noun);
    return { to, noun, callee: session.answers[to] ?? world.callees.get(to) ?? magicCallee(to) };
  });
}

const NOUN_PREFIX: Readonly<Record<string, string>> = {
  Number: "",
  Client: "client:",
  Sip: "",
  Conference: "conference:",
  Queue: "queue:",
  WhatsApp: "whatsapp:",
  Sim: "sim:",
  Application: "application:",
};

function legName(noun: TwimlElement): string {
  const named = noun.children.find((child) => ["Identity", "ApplicationSid", "Uri"].includes(child.name));
  const name = (named ?? noun).text;
  return (NOUN_PREFIX[noun.name] ?? "") + (noun.name === "Number" ? name.replaceAll(/[\s()-]/g, "") : name);
}

// ------------------------------------------------------------------------------------------------ calling

async function dialLegs(context: PlayContext, verb: TwimlElement, legs: readonly Leg[]): Promise<DialResult> {
  if (verb.attributes.sequential !== "true") return dialTogether(context, verb, legs);
  const misses: DialResult[] = [];
  for (const leg of legs) {
    const result = await dialTogether(context, verb, [leg]);
    if (result.isBridged || context.session.hungUp) return result;
    misses.push(result);
  }
  return worstOf(misses);
}

/** Everybody rings at once; the first in the document who answers gets the call, the others stop ringing. */
async function dialTogether(
  context: PlayContext,
  verb: TwimlElement,
  legs: readonly Leg[],
): Promise<DialResult> {
  const winner = legs.find((leg) => leg.callee.status === "answered");
  const timeout = numberAttribute(verb, "timeout", 30);
  const ringing = winner ? RING_SECONDS : Math.max(...legs.map((leg) => ringSeconds(leg, timeout)));
  if (winner && isRoom(winner)) return enterRoom(context, verb, winner);
  advance(context.session, ringing);
  const misses: DialResult[] = [];
  for (const leg of legs)
    if (leg !== winner) misses.push(await missLeg(context, verb, leg, winner !== undefined));
  if (!winner) return worstOf(misses);
  return context.session.hungUp ? missLeg(context, verb, winner, true) : connectLeg(context, verb, winner);
}

function ringSeconds({ callee }: Leg, timeout: number): number {
  return callee.status === "no-answer" ? timeout : 1;
}

function worstOf(misses: readonly DialResult[]): DialResult {
  const order = ["no-answer", "busy", "failed", "canceled"];
  const sorted = misses.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return sorted[0] ?? { status: "failed", sid: null, seconds: 0, isBridged: false };
}

async function missLeg(
  context: PlayContext,
  verb: TwimlElement,
  leg: Leg,
  isOver: boolean,
): Promise<DialResult> {
  const child = await openChild(context, verb, leg);
  const { status } = leg.callee;
  const rangOn = status === "answered" || status === "no-answer";
  const isCanceled = rangOn && (isOver || context.session.hungUp);
  child.session.status = isCanceled ? "canceled" : status === "answered" ? "no-answer" : status;
  await closeChild(context, child, leg, []);
  return { status: child.session.status, sid: child.session.sid, seconds: 0, isBridged: false };
}

async function connectLeg(context: PlayContext, verb: TwimlElement, leg: Leg): Promise<DialResult> {
  const child = await openChild(context, verb, leg);
  const { session } = child;
  recordAnswer(context.world, session, leg.noun.attributes.machineDetection ? answeredBy(leg.callee) : null);
  await child.reporter.report("answered");
  await reportMachine(context, leg, session);
  const isBridged = await whisper(context, leg, session);
  if (isBridged) talk(context, verb, leg, session);
  session.status = "completed";
  await closeChild(context, child, leg, session.trace.spoken);
  return { status: "completed", sid: session.sid, seconds: Math.round(session.seconds), isBridged };
}

function talk(context: PlayContext, verb: TwimlElement, leg: Leg, child: CallSession): void {
  const limit = numberAttribute(verb, "timeLimit", 14_400);
  const seconds = Math.min(leg.callee.seconds ?? TALK_SECONDS, limit);
  child.seconds += advance(context.session, seconds);
}

/** Plays the noun's `url` to the callee. False when they were not connected: the document or they hung up. */
async function whisper(context: PlayContext, { noun }: Leg, child: CallSession): Promise<boolean> {
  const url = noun.attributes.url === undefined ? null : resolveUrl(context, noun.attributes.url);
  if (url === null) return true;
  const reason = await context.play(child, { kind: "url", url, method: noun.attributes.method ?? "POST" });
  advance(context.session, child.seconds);
  return reason === "document-end" && !context.session.hungUp;
}

async function reportMachine(context: PlayContext, { noun, callee }: Leg, child: CallSession): Promise<void> {
  const { machineDetection, amdStatusCallback = "", amdStatusCallbackMethod = "POST" } = noun.attributes;
  const url = machineDetection && amdStatusCallback ? resolveUrl(context, amdStatusCallback) : null;
  if (url === null) return;
  const params = { CallSid: child.sid, AnsweredBy: answeredBy(callee), MachineDetectionDuration: "2000" };
  await context.world.webhooks.send(webhookCall(child.accountSid, url, amdStatusCallbackMethod, params));
}

function answeredBy(callee: Callee): string {
  return verdictOf(callee, false);
}

// Conferences and queues are no calls of their own: the caller just goes there for a while.
function isRoom({ noun }: Leg): boolean {
  return noun.name === "Conference" || noun.name === "Queue";
}

function enterRoom({ session }: PlayContext, verb: TwimlElement, { to, noun, callee }: Leg): DialResult {
  const limit = numberAttribute(verb, "timeLimit", 14_400);
  const seconds = Math.round(advance(session, Math.min(callee.seconds ?? TALK_SECONDS, limit)));
  const status = noun.name === "Conference" ? "answered" : "completed";
  session.trace.dialed.push({ to, status, seconds, whispered: [] });
  return { status, sid: null, seconds, isBridged: true };
}

// ------------------------------------------------------------------------------------------------ child calls

interface Child {
  readonly session: CallSession;
  readonly reporter: CallReporter;
}

async function openChild(
  context: PlayContext,
  verb: TwimlElement,
  { to, noun, callee }: Leg,
): Promise<Child> {
  const { world, session: parent } = context;
  const session = createSession({
    sid: newSid("CA"),
    accountSid: parent.accountSid,
    from: verb.attributes.callerId ?? parent.from,
    to,
    direction: "outbound-dial",
    parentCallSid: parent.sid,
    status: "ringing",
    inputs: callee.inputs ?? [],
    trace: { ...emptyTrace(), errors: parent.trace.errors, requests: parent.trace.requests },
  });
  const {
    statusCallback,
    statusCallbackMethod: method = "POST",
    statusCallbackEvent = "completed",
  } = noun.attributes;
  const url = statusCallback === undefined ? null : resolveUrl(context, statusCallback);
  recordCall(world, session, url);
  const reporter = createReporter(
    world,
    session,
    { url, method, events: statusCallbackEvent.split(/\s+/) },
    "normal",
  );
  await reporter.report("initiated");
  await reporter.report("ringing");
  return { session, reporter };
}

async function closeChild(
  { world, session: parent }: PlayContext,
  child: Child,
  leg: Leg,
  whispered: readonly string[],
): Promise<void> {
  const { session, reporter } = child;
  recordEnd(world, session);
  parent.trace.dialed.push({
    to: leg.to,
    status: session.status,
    seconds: Math.round(session.seconds),
    whispered,
  });
  await reporter.report("completed");
}

// ------------------------------------------------------------------------------------------------ the outcome

function resultParams({ status, sid, seconds, isBridged }: DialResult): Form {
  const call = sid === null ? {} : { DialCallSid: sid, DialCallDuration: String(seconds) };
  return { DialCallStatus: status, ...call, DialBridged: String(isBridged) };
}

async function recordBridge(context: PlayContext, verb: TwimlElement, result: DialResult): Promise<Form> {
  const { record = "do-not-record" } = verb.attributes;
  if (!result.isBridged || ["do-not-record", "false"].includes(record)) return {};
  const recording = makeRecording(context.world, context.session, result.seconds);
  await reportRecording(context, verb, recording, "DialVerb");
  return { RecordingUrl: recording.url };
}
