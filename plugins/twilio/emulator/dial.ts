import { advance, noteError } from "./call-session.ts";
import { enterConference } from "./conference-room.ts";
import { dialFault } from "./dial-checks.ts";
import { connectLeg, missLeg } from "./dial-child.ts";
import { type DialResult, type Leg, legsOf, worstOf } from "./dial-legs.ts";
import { requestDocument } from "./documents.ts";
import type { Form } from "./form.ts";
import {
  actionTarget,
  gotoAction,
  HANGUP,
  NEXT,
  numberAttribute,
  type PlayContext,
  type Step,
} from "./play-step.ts";
import { takeFromQueue } from "./queue-agent.ts";
import { makeRecording, reportRecording } from "./recordings.ts";
import { newSid } from "./sids.ts";
import type { TwimlElement } from "./twiml-document.ts";

const RING_SECONDS = 4;

/** Calls the number or nouns inside and connects the first who answers; then asks `action`, or goes on with the next verb. */
export async function playDial(context: PlayContext, verb: TwimlElement): Promise<Step> {
  const { world, session } = context;
  const fault = dialFault(verb);
  if (fault) noteError(session, fault.code, fault.message);
  const result = fault?.fatal ? FAILED : await dialLegs(context, verb, legsOf(context, verb));
  if (session.hungUp) session.status = "completed";
  const params = { ...resultParams(result), ...(await recordBridge(context, verb, result)) };
  if (!session.hungUp) return verb.attributes.action ? gotoAction(context, verb, params) : NEXT;
  const target = verb.attributes.action ? actionTarget(context, verb, params) : null;
  if (target) await requestDocument(world, session, target);
  return HANGUP;
}

const FAILED: DialResult = { status: "failed", sid: null, seconds: 0, isBridged: false };

async function dialLegs(context: PlayContext, verb: TwimlElement, legs: readonly Leg[]): Promise<DialResult> {
  const [first] = legs;
  if (first?.noun.name === "Conference") return enterConference(context, verb, first);
  if (first?.noun.name === "Queue") return takeFromQueue(context, verb, first);
  if (verb.attributes.sequential !== "true") return dialTogether(context, verb, legs);
  const misses: DialResult[] = [];
  for (const leg of legs) {
    const result = await dialTogether(context, verb, [leg]);
    if (result.isBridged || context.session.hungUp) return result;
    misses.push(result);
  }
  return worstOf(misses);
}

/**
 * Everybody rings at once. Who answers gets the call; where they are asked first and do not take it, the next who answers
 * does. The others stop ringing then.
 */
async function dialTogether(
  context: PlayContext,
  verb: TwimlElement,
  called: readonly Leg[],
): Promise<DialResult> {
  const legs = await meet(context, verb, called);
  const answering = legs.filter((leg) => leg.callee.status === "answered");
  const timeout = numberAttribute(verb, "timeout", 30);
  const ringing =
    answering.length > 0 ? RING_SECONDS : Math.max(...legs.map((leg) => ringSeconds(leg, timeout)));
  advance(context.session, ringing);
  const results: DialResult[] = [];
  const isOver = () => results.some((result) => result.isBridged);
  for (const leg of answering) {
    const rang = isOver() || context.session.hungUp;
    results.push(await (rang ? missLeg(context, verb, leg, true) : connectLeg(context, verb, leg)));
  }
  const others = legs.filter((leg) => !answering.includes(leg));
  for (const leg of others) results.push(await missLeg(context, verb, leg, isOver()));
  return results.find((result) => result.isBridged) ?? worstOf(results);
}

/** Where a person plays those who are called, they say who takes it; nobody is asked whose number says so already. */
async function meet(
  { world, session }: PlayContext,
  verb: TwimlElement,
  legs: readonly Leg[],
): Promise<readonly Leg[]> {
  const { person } = world;
  if (!person) return legs;
  const asked = legs
    .filter((leg) => !leg.scripted && leg.callee.status === "answered")
    .map((leg) => ({ ...leg, sid: newSid("CA") }));
  const from = verb.attributes.callerId ?? session.from;
  const ringing = asked.map(({ sid, to }) => ({ sid, to, from, direction: "outbound-dial" as const }));
  const callees = await person.ring(ringing, session, numberAttribute(verb, "timeout", 30));
  const met = asked.map((leg, index) => ({ ...leg, callee: callees[index] ?? leg.callee }));
  return legs.map((leg) => met.find(({ noun }) => noun === leg.noun) ?? leg);
}

function ringSeconds({ callee }: Leg, timeout: number): number {
  return callee.status === "no-answer" ? timeout : 1;
}

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
