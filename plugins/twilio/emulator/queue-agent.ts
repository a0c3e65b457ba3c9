import { advance } from "./call-session.ts";
import { TALK_SECONDS } from "./callees.ts";
import { hearFirst } from "./dial-child.ts";
import type { DialResult, Leg } from "./dial-legs.ts";
import { numberAttribute, type PlayContext } from "./play-step.ts";
import type { QueueMember } from "./queues.ts";
import { newSid } from "./sids.ts";
import type { TwimlElement } from "./twiml-document.ts";

/**
 * `<Dial><Queue>`: connects with who has waited longest; where nobody waits, with the first who comes before the timeout.
 * A script for the queue stands for somebody who waits in it.
 */
export async function takeFromQueue(context: PlayContext, verb: TwimlElement, leg: Leg): Promise<DialResult> {
  const member = await nextMember(context, verb, leg);
  if (member) return bridge(context, verb, leg, member);
  const { session } = context;
  const talks = leg.scripted && leg.callee.status === "answered" && !session.hungUp;
  const limit = numberAttribute(verb, "timeLimit", 14_400);
  const seconds = talks
    ? Math.round(advance(session, Math.min(leg.callee.seconds ?? TALK_SECONDS, limit)))
    : 0;
  const status = talks ? "completed" : "no-answer";
  session.trace.dialed.push({ to: leg.to, status, seconds, whispered: [] });
  return { status, sid: talks ? newSid("CA") : null, seconds, isBridged: talks };
}

async function nextMember(
  { world, session }: PlayContext,
  verb: TwimlElement,
  leg: Leg,
): Promise<QueueMember | null> {
  const name = leg.noun.text;
  const deadline = session.seconds + numberAttribute(verb, "timeout", 30);
  for (;;) {
    const members = world.queues.byName(session.accountSid, name)?.members ?? [];
    const member = members.shift();
    if (member) return member;
    if (leg.scripted || session.hungUp || session.seconds >= deadline) return null;
    await world.work.pace();
    advance(session, 1);
  }
}

async function bridge(
  context: PlayContext,
  verb: TwimlElement,
  leg: Leg,
  member: QueueMember,
): Promise<DialResult> {
  const stopped = Promise.withResolvers<void>();
  const over = Promise.withResolvers<boolean>();
  member.taken = { stopped: stopped.resolve, over: over.promise };
  member.session.dequeued = true;
  await stopped.promise;
  const isBridged = await hearFirst(context, leg.noun, member.session);
  const seconds = isBridged ? talk(context, verb, leg, member) : 0;
  over.resolve(isBridged);
  const status = isBridged ? "completed" : "no-answer";
  context.session.trace.dialed.push({ to: leg.to, status, seconds, whispered: [] });
  return { status, sid: member.session.sid, seconds, isBridged };
}

/** Both clocks go on; whoever's call ends first ends the talk. */
function talk(
  { session }: PlayContext,
  verb: TwimlElement,
  { callee }: Leg,
  { session: caller }: QueueMember,
): number {
  const limit = numberAttribute(verb, "timeLimit", 14_400);
  const left = Math.min(session.endsAt - session.seconds, caller.endsAt - caller.seconds);
  const seconds = Math.max(Math.min(callee.seconds ?? TALK_SECONDS, limit, left), 0);
  advance(session, seconds);
  advance(caller, seconds);
  return Math.round(seconds);
}
