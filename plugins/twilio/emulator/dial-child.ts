import { recordAnswer, recordCall, recordEnd } from "./call-ledger.ts";
import { type CallReporter, createReporter } from "./call-reports.ts";
import { advance, type CallSession, createSession, emptyTrace } from "./call-session.ts";
import { type Callee, TALK_SECONDS, verdictOf } from "./callees.ts";
import type { DialResult, Leg } from "./dial-legs.ts";
import { numberAttribute, type PlayContext, resolveUrl } from "./play-step.ts";
import { newSid } from "./sids.ts";
import type { TwimlElement } from "./twiml-document.ts";
import { webhookCall } from "./webhooks.ts";

interface Child {
  readonly session: CallSession;
  readonly reporter: CallReporter;
}

/** A leg that nobody took, or that stopped ringing because another did. */
export async function missLeg(
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

/** Somebody answers, hears what the noun's `url` has for them, and talks with the caller unless that ends their side. */
export async function connectLeg(context: PlayContext, verb: TwimlElement, leg: Leg): Promise<DialResult> {
  const child = await openChild(context, verb, leg);
  const { session } = child;
  recordAnswer(context.world, session, leg.noun.attributes.machineDetection ? answeredBy(leg.callee) : null);
  await child.reporter.report("answered");
  await reportMachine(context, leg, session);
  const { sendDigits } = leg.noun.attributes;
  if (sendDigits) session.trace.played.push(`dtmf:${sendDigits}`);
  const isBridged = await hearFirst(context, leg.noun, session);
  if (isBridged) await talk(context, verb, leg, session);
  session.status = "completed";
  await closeChild(context, child, leg, session.trace.spoken);
  return { status: "completed", sid: session.sid, seconds: Math.round(session.seconds), isBridged };
}

/** Plays the noun's `url` to the other side. False when they were not connected: the document or they hung up. */
export async function hearFirst(
  context: PlayContext,
  noun: TwimlElement,
  other: CallSession,
): Promise<boolean> {
  const url = noun.attributes.url === undefined ? null : resolveUrl(context, noun.attributes.url);
  if (url === null) return true;
  const before = other.seconds;
  const target = { kind: "url", url, method: noun.attributes.method ?? "POST" } as const;
  const reason = await context.play(other, target, "whisper");
  advance(context.session, other.seconds - before);
  return reason === "document-end" && !context.session.hungUp;
}

async function talk(context: PlayContext, verb: TwimlElement, leg: Leg, child: CallSession): Promise<void> {
  const limit = numberAttribute(verb, "timeLimit", 14_400);
  const { person } = context.world;
  const seconds =
    person && leg.sid !== undefined
      ? await person.talks(context.session, child, limit)
      : Math.min(leg.callee.seconds ?? TALK_SECONDS, limit);
  child.seconds += advance(context.session, seconds);
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

async function openChild(
  context: PlayContext,
  verb: TwimlElement,
  { to, noun, callee, sid = newSid("CA") }: Leg,
): Promise<Child> {
  const { world, session: parent } = context;
  const session = createSession({
    sid,
    accountSid: parent.accountSid,
    from: verb.attributes.callerId ?? parent.from,
    to,
    direction: "outbound-dial",
    parentCallSid: parent.sid,
    status: "ringing",
    inputs: callee.inputs ?? [],
    ...(callee.hangupAfter === undefined ? {} : { endsAt: callee.hangupAfter }),
    trace: { ...emptyTrace(), errors: parent.trace.errors, requests: parent.trace.requests },
  });
  const {
    statusCallback,
    statusCallbackMethod: method = "POST",
    statusCallbackEvent = "completed",
  } = noun.attributes;
  const url = statusCallback === undefined ? null : resolveUrl(context, statusCallback);
  recordCall(world, session, url);
  const subscription = { url, method, events: statusCallbackEvent.split(/\s+/) };
  const reporter = createReporter(world, session, subscription, "normal");
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
