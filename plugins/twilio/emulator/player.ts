import { recordAnswer } from "./call-ledger.ts";
import { type CallSession, type DocumentTarget, noteError } from "./call-session.ts";
import { playConnect } from "./connect.ts";
import { playDial } from "./dial.ts";
import { readDocument } from "./documents.ts";
import { playEnqueue } from "./enqueue.ts";
import { errorText } from "./error-texts.ts";
import { playGather } from "./gather.ts";
import { playPay } from "./pay.ts";
import {
  type EndReason,
  HANGUP,
  NEXT,
  type Place,
  type PlayContext,
  resolveUrl,
  type Step,
  type VerbPlayer,
} from "./play-step.ts";
import { playPrompt } from "./prompts.ts";
import { playRecord } from "./record.ts";
import { playStart, playStop } from "./start-stop.ts";
import type { TwimlElement } from "./twiml-document.ts";
import { schemaWarnings, UNPLAYED_VERBS } from "./twiml-grammar.ts";
import type { World } from "./world.ts";

// Documents that only redirect to each other would go on for ever, because no call time passes.
const MAX_TIMELESS_DOCUMENTS = 100;

/** Plays documents to a call until one ends it, the person hangs up, or something breaks. */
export async function playCall(
  world: World,
  session: CallSession,
  first: DocumentTarget,
  place: Place = "call",
): Promise<EndReason> {
  let target = first;
  let timeless = 0;
  for (;;) {
    const before = session.seconds;
    const step = await playOne(world, session, target, place);
    if (step.kind === "end") return step.reason;
    timeless = session.seconds > before ? 0 : timeless + 1;
    if (timeless > MAX_TIMELESS_DOCUMENTS) return endLoop(session);
    target = step.target;
  }
}

type DocumentStep = Exclude<Step, { kind: "next" }>;

async function playOne(
  world: World,
  session: CallSession,
  target: DocumentTarget,
  place: Place,
): Promise<DocumentStep> {
  const document = await readDocument(world, session, target);
  const interruption = interrupted(session, place);
  if (interruption) return interruption;
  if (!document) return { kind: "end", reason: "failed" };
  const play: PlayContext["play"] = (other, start, at) => playCall(world, other, start, at);
  return playVerbs({ world, session, base: document.base, play, place }, document.verbs);
}

async function playVerbs(context: PlayContext, verbs: readonly TwimlElement[]): Promise<DocumentStep> {
  const { world, session, place } = context;
  for (const verb of verbs) {
    await world.work.pace();
    // What is not said goes on only when all that was said is heard.
    if (!SAID.includes(verb.name)) await world.person?.heardOut(session);
    const interruption = interrupted(session, place);
    if (interruption) return interruption;
    if (session.status === "ringing" && verb.name !== "Reject") recordAnswer(world, session);
    for (const warning of schemaWarnings(verb)) noteError(session, 12200, warning);
    const step = await playerOf(context, verb)(context, verb);
    if (step.kind !== "next") return step;
  }
  await world.person?.heardOut(session);
  return interrupted(session, place) ?? { kind: "end", reason: "document-end" };
}

const SAID: readonly string[] = ["Say", "Play", "Pause", "Gather"];

/** Somebody hung up, took the call out of its queue, or the API has sent it elsewhere. */
function interrupted(session: CallSession, place: Place): DocumentStep | null {
  if (session.hungUp) return { kind: "end", reason: "hangup" };
  if (place === "queue" && (session.dequeued || session.redirect))
    return { kind: "end", reason: "taken-out" };
  const target = session.redirect;
  session.redirect = null;
  return target ? { kind: "goto", target } : null;
}

const VERBS: Readonly<Record<string, VerbPlayer>> = {
  Say: playPrompt,
  Play: playPrompt,
  Pause: playPrompt,
  Gather: playGather,
  Record: playRecord,
  Connect: playConnect,
  Dial: playDial,
  Redirect: redirect,
  Enqueue: playEnqueue,
  Leave: () => ({ kind: "end", reason: "left" }),
  Pay: playPay,
  Hangup: () => HANGUP,
  Reject: reject,
  Start: playStart,
  Stop: playStop,
};

/** What a verb does here: in a queue, a conference or a whisper only some are played. */
function playerOf({ place }: PlayContext, verb: TwimlElement): VerbPlayer {
  const isPlayed = PLAYED_AT[place]?.includes(verb.name) ?? verb.name !== "Leave";
  if (isPlayed || !(verb.name in VERBS)) return VERBS[verb.name] ?? ignoreVerb;
  return ({ session }) => {
    noteError(session, 12200, `<${verb.name}> is not played ${PLACE_WORDS[place]}`);
    return NEXT;
  };
}

const PLAYED_AT: Readonly<Partial<Record<Place, readonly string[]>>> = {
  queue: ["Say", "Play", "Pause", "Gather", "Hangup", "Redirect", "Leave"],
  conference: ["Say", "Play", "Pause", "Redirect"],
  whisper: ["Say", "Play", "Pause", "Gather", "Record", "Hangup", "Redirect"],
};
const PLACE_WORDS: Readonly<Record<Place, string>> = {
  call: "outside a queue",
  queue: "to those who wait in a queue",
  conference: "to those who wait for a conference",
  whisper: "before two sides are connected",
};

function redirect(context: PlayContext, verb: TwimlElement): Step {
  const url = resolveUrl(context, verb.text);
  if (url !== null)
    return { kind: "goto", target: { kind: "url", url, method: verb.attributes.method ?? "POST" } };
  noteError(context.session, 11100, `Invalid URL format: "${verb.text}" in <Redirect>`);
  return { kind: "end", reason: "failed" };
}

// Reject refuses a call that still rings; later it only hangs up.
function reject({ session }: PlayContext, verb: TwimlElement): Step {
  if (session.status !== "ringing") return HANGUP;
  return { kind: "end", reason: verb.attributes.reason === "busy" ? "busy" : "no-answer" };
}

function ignoreVerb({ session }: PlayContext, verb: TwimlElement): Step {
  if (UNPLAYED_VERBS.includes(verb.name))
    noteError(session, 12400, `The virtual phone cannot play <${verb.name}>; it goes on with the next verb`);
  else noteError(session, 12200, `Unknown element <${verb.name}>`);
  return NEXT;
}

function endLoop(session: CallSession): EndReason {
  noteError(
    session,
    11215,
    `${errorText(11215)}: ${MAX_TIMELESS_DOCUMENTS} documents in which no time passed`,
  );
  return "failed";
}
