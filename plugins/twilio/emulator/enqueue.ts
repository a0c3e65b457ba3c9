import { advance } from "./call-session.ts";
import { TALK_SECONDS } from "./callees.ts";
import { requestDocument } from "./documents.ts";
import type { Form } from "./form.ts";
import {
  actionTarget,
  type EndReason,
  gotoAction,
  HANGUP,
  NEXT,
  numberAttribute,
  type PlayContext,
  resolveUrl,
  type Step,
} from "./play-step.ts";
import { pass } from "./prompts.ts";
import { averageWait, type CallQueue, type QueueMember, waited } from "./queues.ts";
import type { TwimlElement } from "./twiml-document.ts";

const MUSIC_SECONDS = 10;
// As long as a call may be.
const MAX_TALK_SECONDS = 14_400;

/**
 * The caller waits, hearing `waitUrl` round after round, until somebody takes the call, they leave, hang up, or are sent
 * elsewhere. A script for `queue:<name>` is an agent who takes it, after `after` seconds of waiting.
 */
export async function playEnqueue(context: PlayContext, verb: TwimlElement): Promise<Step> {
  const { world, session } = context;
  const queue = queueOf(context, verb);
  if (queue.members.length >= queue.maxSize) return leave(context, verb, queue, "queue-full", 0);
  const member: QueueMember = { session, enqueuedAt: world.now(), since: session.seconds, taken: null };
  queue.members.push(member);
  world.person?.holds(session, { place: "queue", name: queue.friendlyName });
  const result = await waitIn(context, verb, queue, member);
  world.person?.leaves(session);
  const place = queue.members.indexOf(member);
  if (place >= 0) queue.members.splice(place, 1);
  return result.step ?? leave(context, verb, queue, result.word, result.seconds);
}

interface Stay {
  readonly word: string;
  readonly seconds: number;
  readonly step?: Step;
}

function queueOf({ world, session }: PlayContext, verb: TwimlElement): CallQueue {
  const { accountSid } = session;
  const { workflowSid } = verb.attributes;
  const name = workflowSid ?? verb.text;
  const known = world.queues.byName(accountSid, name);
  const maxSize = numberAttribute(verb, "maxQueueSize", known?.maxSize ?? 100);
  if (!known) return world.queues.add({ accountSid, name, maxSize, now: world.now() });
  known.maxSize = maxSize;
  return known;
}

async function waitIn(
  context: PlayContext,
  verb: TwimlElement,
  queue: CallQueue,
  member: QueueMember,
): Promise<Stay> {
  const { world, session } = context;
  for (;;) {
    const over = await taken(queue, member);
    if (over) return over;
    if (session.hungUp) return { word: "hangup", seconds: waited(member) };
    if (session.redirect) return { word: "redirected", seconds: waited(member) };
    const agent = scripted(context, queue, member) ?? (await played(context, queue, member));
    if (agent) return agent;
    const before = session.seconds;
    const reason = await hearRound(context, verb, queue, member);
    if (reason === "left") return { word: "leave", seconds: waited(member) };
    if (reason === "failed") return { word: "error", seconds: waited(member) };
    if (session.seconds === before) pass(context, 1);
    await world.person?.heardOut(session);
    await world.work.pace();
  }
}

/** Somebody took the call: the talk goes on until they are done. */
async function taken(queue: CallQueue, member: QueueMember): Promise<Stay | null> {
  if (!member.taken) return null;
  const seconds = waited(member);
  queue.waits.push(seconds);
  member.session.dequeued = false;
  member.taken.stopped();
  const bridged = await member.taken.over;
  return { word: bridged ? "bridged" : "error", seconds };
}

function scripted({ world, session }: PlayContext, queue: CallQueue, member: QueueMember): Stay | null {
  const name = `queue:${queue.friendlyName}`;
  const agent = session.answers[name] ?? world.callees.get(name);
  const seconds = waited(member);
  if (agent?.status !== "answered" || seconds < (agent.after ?? 0)) return null;
  queue.waits.push(seconds);
  advance(session, agent.seconds ?? TALK_SECONDS);
  return { word: "bridged", seconds };
}

/** Whoever plays took the call as an agent. */
async function played(
  { world: { person }, session }: PlayContext,
  queue: CallQueue,
  member: QueueMember,
): Promise<Stay | null> {
  if (!person?.isTaken(session)) return null;
  const seconds = waited(member);
  queue.waits.push(seconds);
  session.dequeued = false;
  advance(session, await person.attends(session, MAX_TALK_SECONDS));
  return { word: "bridged", seconds };
}

async function hearRound(
  context: PlayContext,
  verb: TwimlElement,
  queue: CallQueue,
  member: QueueMember,
): Promise<EndReason> {
  const { waitUrl = "", waitUrlMethod: method = "POST" } = verb.attributes;
  const url = waitUrl === "" ? null : resolveUrl(context, waitUrl);
  if (url === null) {
    pass(context, MUSIC_SECONDS);
    return "document-end";
  }
  const params = waitParams(queue, member);
  return context.play(context.session, { kind: "url", url, method, params }, "queue");
}

function waitParams(queue: CallQueue, member: QueueMember): Form {
  return {
    QueueSid: queue.sid,
    QueuePosition: String(queue.members.indexOf(member) + 1),
    QueueTime: String(waited(member)),
    AvgQueueTime: String(averageWait(queue)),
    CurrentQueueSize: String(queue.members.length),
    MaxQueueSize: String(queue.maxSize),
  };
}

async function leave(
  context: PlayContext,
  verb: TwimlElement,
  queue: CallQueue,
  word: string,
  seconds: number,
): Promise<Step> {
  const { world, session } = context;
  if (session.hungUp) session.status = "completed";
  const params = { QueueResult: word, QueueSid: queue.sid, QueueTime: String(seconds) };
  if (!verb.attributes.action) return session.hungUp ? HANGUP : NEXT;
  if (!session.hungUp && word !== "redirected") return gotoAction(context, verb, params);
  // Nobody is there to hear the answer, or they hear another document by now.
  const target = actionTarget(context, verb, params);
  if (target) await requestDocument(world, session, target);
  return session.hungUp ? HANGUP : NEXT;
}
