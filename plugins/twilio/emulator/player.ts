import { recordAnswer } from "./call-ledger.ts";
import { type CallSession, type DocumentTarget, noteError } from "./call-session.ts";
import { playDial } from "./dial.ts";
import { readDocument } from "./documents.ts";
import { errorText } from "./error-texts.ts";
import { playGather } from "./gather.ts";
import {
  type EndReason,
  HANGUP,
  NEXT,
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
): Promise<EndReason> {
  let target = first;
  let timeless = 0;
  for (;;) {
    const before = session.seconds;
    const step = await playOne(world, session, target);
    if (step.kind === "end") return step.reason;
    timeless = session.seconds > before ? 0 : timeless + 1;
    if (timeless > MAX_TIMELESS_DOCUMENTS) return endLoop(session);
    target = step.target;
  }
}

type DocumentStep = Exclude<Step, { kind: "next" }>;

async function playOne(world: World, session: CallSession, target: DocumentTarget): Promise<DocumentStep> {
  const document = await readDocument(world, session, target);
  const interruption = interrupted(session);
  if (interruption) return interruption;
  if (!document) return { kind: "end", reason: "failed" };
  const play = (other: CallSession, start: DocumentTarget) => playCall(world, other, start);
  return playVerbs({ world, session, base: document.base, play }, document.verbs);
}

async function playVerbs(context: PlayContext, verbs: readonly TwimlElement[]): Promise<DocumentStep> {
  const { world, session } = context;
  for (const verb of verbs) {
    await world.work.pace();
    const interruption = interrupted(session);
    if (interruption) return interruption;
    if (session.status === "ringing" && verb.name !== "Reject") recordAnswer(world, session);
    for (const warning of schemaWarnings(verb)) noteError(session, 12200, warning);
    const step = await (VERBS[verb.name] ?? ignoreVerb)(context, verb);
    if (step.kind !== "next") return step;
  }
  return interrupted(session) ?? { kind: "end", reason: "document-end" };
}

/** Somebody hung up, or the API has sent the call elsewhere. */
function interrupted(session: CallSession): DocumentStep | null {
  if (session.hungUp) return { kind: "end", reason: "hangup" };
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
  Dial: playDial,
  Redirect: redirect,
  Hangup: () => HANGUP,
  Reject: reject,
  Start: playStart,
  Stop: playStop,
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
