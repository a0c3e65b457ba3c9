/**
 * Calls that a person plays. Nothing here knows TwiML: the player says what is heard and asks what is done, and waits, in
 * real time, as long as a person on the phone would have.
 */
import type { CallAction, PersonAtThePhone, PhoneEvent } from "../../../engine/plugin-api.ts";
import type { CallSession } from "./call-session.ts";
import type { Callee, PhoneInput } from "./callees.ts";
import type { Caller } from "./sockets/talk-hand.ts";

/** What a call listens for. */
export interface Wants {
  readonly digits: { readonly most: number; readonly finishOnKey: string } | null;
  readonly speech: boolean;
  readonly recording: boolean;
  /** Of silence, until nothing more is expected. */
  readonly timeoutSeconds: number;
}

export interface PersonLine {
  /** The call's state has changed. */
  shows(call: Shown): void;
  hears(call: Pick<CallSession, "sid">, words: Words): void;
  /** So many seconds of the call are still to be heard. */
  passes(call: Pick<CallSession, "sid">, seconds: number): void;
  /** Resolves when everything was heard, or they hung up. */
  heardOut(call: CallSession): Promise<void>;
  asks(call: CallSession, wants: Wants): Promise<PhoneInput>;
  /** From now on whatever they say and press goes there, also while they are spoken to. Gives what ends it. */
  converses(call: CallSession, to: Caller): () => void;
  /** They may speak or press keys now. */
  listens(call: Pick<CallSession, "sid">): void;
  /** Lets all ring until one is answered; `by` may hang up meanwhile. How each is met, in their order. */
  ring(calls: readonly Ringing[], by: CallSession, seconds: number): Promise<readonly Callee[]>;
  /** Two talk until one hangs up. Gives the seconds. */
  talks(call: CallSession, other: CallSession, mostSeconds: number): Promise<number>;
  /** False: no call is there for it, or none that waits for such a thing. */
  act(action: CallAction): boolean;
}

/** What somebody hears; of an utterance that comes bit by bit, all until now under the same name. */
interface Words {
  readonly text: string;
  readonly language: string | null;
  readonly voice: string | null;
  readonly utterance?: string;
}

type Shown = Pick<CallSession, "sid" | "from" | "to" | "direction" | "status">;
export type Ringing = Pick<CallSession, "sid" | "from" | "to" | "direction">;

/** Something a call waits for. `take` says whether an action was for it. */
interface Pending {
  readonly sid: string;
  take(action: CallAction): boolean;
}

// Typing takes longer than speaking.
const TYPING_SECONDS = 20;
// A simulated phone rings no longer for somebody who does not look.
const MAX_RING_SECONDS = 10;
const MAX_TALK_SECONDS = 600;

export function createPersonLine(person: PersonAtThePhone, signal: AbortSignal): PersonLine {
  const lines = createLines(person);
  const wait = createWaits(signal);
  return {
    shows: lines.shows,
    hears: ({ sid }, words) => person.hears({ kind: "caption", callId: sid, speaker: "flow", ...words }),
    passes: ({ sid }, seconds) => lines.delay(sid, seconds * person.speakingMs),
    act: (action) => act(lines, wait.pending, action),
    heardOut: (call) => heardOut(lines, wait, call),
    asks: (call, wants) => asks({ lines, wait, person }, call, wants),
    converses: (call, to) => converses({ lines, wait, person }, call, to),
    listens: ({ sid: callId }) =>
      person.hears({ kind: "listening", callId, wants: ["speech", "digits"], finishOnKey: null, open: true }),
    ring: (calls, by, seconds) => ring({ lines, wait, person }, calls, by, seconds),
    talks: (call, other, most) => talks({ wait, person }, call, other, most),
  };
}

// ------------------------------------------------------------------------------------------ what is shown

interface Lines {
  shows(call: Shown): void;
  delay(sid: string, ms: number): void;
  /** Milliseconds until everything was heard. */
  left(sid: string): number;
  /** They do not listen any longer. */
  interrupt(sid: string): void;
  find(sid: string): Shown | undefined;
  /** The youngest call that is somebody's own. */
  own(): CallSession | undefined;
}

const DIRECTIONS = { inbound: "inbound", "outbound-api": "outbound", "outbound-dial": "forwarded" } as const;
const STATES: Readonly<Partial<Record<CallSession["status"], CallState>>> = {
  ringing: "ringing",
  "in-progress": "in-progress",
  completed: "completed",
  busy: "busy",
  "no-answer": "no-answer",
  canceled: "no-answer",
  failed: "failed",
};
type CallState = Extract<PhoneEvent, { kind: "call" }>["state"];

function createLines(person: PersonAtThePhone): Lines {
  const calls = new Map<string, Shown>();
  const states = new Map<string, CallState>();
  const quietAt = new Map<string, number>();
  return {
    shows(call) {
      const state = STATES[call.status];
      if (state === undefined || states.get(call.sid) === state) return;
      const { sid: callId, from, to } = call;
      calls.set(callId, call);
      states.set(callId, state);
      if (state !== "ringing" && state !== "in-progress") calls.delete(callId);
      person.hears({ kind: "call", callId, direction: DIRECTIONS[call.direction], state, from, to });
    },
    delay: (sid, ms) => void quietAt.set(sid, Math.max(quietAt.get(sid) ?? 0, Date.now()) + ms),
    left: (sid) => Math.max((quietAt.get(sid) ?? 0) - Date.now(), 0),
    interrupt: (sid) => void quietAt.delete(sid),
    find: (sid) => calls.get(sid),
    own: () =>
      [...calls.values()].filter(isSession).findLast(({ direction }) => direction !== "outbound-dial"),
  };
}

function isSession(call: Shown): call is CallSession {
  return "hungUp" in call;
}

// ------------------------------------------------------------------------------------------ what is waited for

interface Waits {
  readonly pending: Set<Pending>;
  /** Settles with what `take` gave for an action on one of the calls, or null when the time is up. */
  until<T>(sids: readonly string[], ms: number, take: Take<T>): Promise<T | null>;
}

/** `undefined`: not for it. `more` begins the time anew. */
type Take<T> = (
  action: CallAction,
  sid: string,
  more: (ms: number) => void,
) => { readonly is: T } | "more" | undefined;

function createWaits(signal: AbortSignal): Waits {
  const pending = new Set<Pending>();
  return {
    pending,
    until: <T>(sids: readonly string[], ms: number, take: Take<T>) =>
      new Promise<T | null>((resolve) => {
        let timer = setTimeout(() => settle(null), ms);
        const mine: readonly Pending[] = sids.map((sid) => ({
          sid,
          take(action) {
            const taken = take(action, sid, (again) => {
              clearTimeout(timer);
              timer = setTimeout(() => settle(null), again);
            });
            if (taken !== undefined && taken !== "more") settle(taken.is);
            return taken !== undefined;
          },
        }));
        const settle = (value: T | null) => {
          clearTimeout(timer);
          signal.removeEventListener("abort", stop);
          for (const one of mine) pending.delete(one);
          resolve(value);
        };
        const stop = () => settle(null);
        signal.addEventListener("abort", stop);
        for (const one of mine) pending.add(one);
        if (signal.aborted) stop();
      }),
  };
}

function act(lines: Lines, pending: ReadonlySet<Pending>, action: CallAction): boolean {
  const { callId } = action;
  if (action.kind === "hangup") return hangUp(lines, pending, action);
  const fitting = [...pending].filter(({ sid }) => callId === undefined || sid === callId);
  // Of several that ring, the first; of several that listen, whoever was asked last.
  const order = action.kind === "answer" ? fitting : fitting.toReversed();
  return order.some((one) => one.take(action));
}

function hangUp(
  lines: Lines,
  pending: ReadonlySet<Pending>,
  action: Extract<CallAction, { kind: "hangup" }>,
): boolean {
  const call = action.callId === undefined ? lines.own() : lines.find(action.callId);
  if (!call) return false;
  if (isSession(call)) call.hungUp = true;
  for (const one of [...pending]) if (one.sid === call.sid) one.take({ ...action, callId: call.sid });
  return true;
}

// ------------------------------------------------------------------------------------------ on the call

async function heardOut(lines: Lines, wait: Waits, call: CallSession): Promise<void> {
  const left = lines.left(call.sid);
  if (left === 0 || call.hungUp) return;
  await wait.until<true>([call.sid], left, ({ kind }) => (kind === "hangup" ? { is: true } : undefined));
}

interface Line {
  readonly lines: Lines;
  readonly wait: Waits;
  readonly person: PersonAtThePhone;
}

async function asks({ lines, wait, person }: Line, call: CallSession, wants: Wants): Promise<PhoneInput> {
  if (call.hungUp) return "hangup";
  const { sid: callId } = call;
  person.hears({
    kind: "listening",
    callId,
    wants: wordsOf(wants),
    finishOnKey: wants.digits?.finishOnKey || null,
  });
  const patience =
    (wants.speech ? Math.max(wants.timeoutSeconds, TYPING_SECONDS) : wants.timeoutSeconds) * person.waitingMs;
  let keys = "";
  const said = (text: string) => {
    if (text !== "")
      person.hears({ kind: "caption", callId, speaker: "person", text, language: null, voice: null });
  };
  const input = await wait.until<PhoneInput>(
    [callId],
    lines.left(callId) + patience,
    (action, _sid, more) => {
      if (action.kind === "hangup") return { is: "hangup" };
      if (action.kind === "say" && wants.speech) {
        said(action.text);
        return { is: action.text === "" ? "silence" : { speech: action.text } };
      }
      if (action.kind === "record" && wants.recording) {
        said(action.text);
        return { is: { speech: action.text, seconds: action.seconds } };
      }
      if (action.kind !== "digits" || !wants.digits) return undefined;
      keys += action.digits;
      if (isComplete(keys, wants.digits)) return { is: keys };
      more(wants.timeoutSeconds * person.waitingMs);
      return "more";
    },
  );
  // Whoever answers has stopped listening.
  lines.interrupt(callId);
  return input ?? (keys === "" ? "silence" : keys);
}

function converses({ wait, person }: Line, call: CallSession, to: Caller): () => void {
  const { sid: callId } = call;
  const mine: Pending = {
    sid: callId,
    take(action) {
      if (action.kind === "hangup") to.hangsUp();
      else if (action.kind === "digits") to.presses(action.digits);
      else if (action.kind !== "say") return false;
      else if (action.text !== "") {
        const { text } = action;
        person.hears({ kind: "caption", callId, speaker: "person", text, language: null, voice: null });
        to.says(text);
      }
      return true;
    },
  };
  wait.pending.add(mine);
  return () => void wait.pending.delete(mine);
}

function wordsOf({ digits, speech, recording }: Wants): ("digits" | "speech" | "recording")[] {
  if (recording) return ["recording"];
  return [...(digits ? (["digits"] as const) : []), ...(speech ? (["speech"] as const) : [])];
}

function isComplete(keys: string, { most, finishOnKey }: NonNullable<Wants["digits"]>): boolean {
  return keys.length >= most || [...keys].some((key) => finishOnKey.includes(key));
}

// ------------------------------------------------------------------------------------------ between calls

const REACTIONS: Readonly<Record<Extract<CallAction, { kind: "answer" }>["how"], Callee>> = {
  answer: { status: "answered" },
  machine: { status: "answered", answeredBy: "machine" },
  busy: { status: "busy" },
  decline: { status: "busy" },
  "no-answer": { status: "no-answer" },
};

async function ring(
  { lines, wait, person }: Line,
  calls: readonly Ringing[],
  by: CallSession,
  seconds: number,
): Promise<readonly Callee[]> {
  if (calls.length === 0) return [];
  for (const call of calls) lines.shows({ ...call, status: "ringing" });
  const met = new Map<string, Callee>();
  const sids = calls.map(({ sid }) => sid);
  const patience = Math.min(seconds, MAX_RING_SECONDS) * person.waitingMs;
  await wait.until<true>([...new Set([...sids, by.sid])], patience, (action, sid) => {
    if (action.kind === "hangup") return { is: true };
    if (action.kind !== "answer" || !sids.includes(sid) || met.has(sid)) return undefined;
    const callee = REACTIONS[action.how];
    met.set(sid, callee);
    return callee.status === "answered" || met.size === sids.length ? { is: true } : "more";
  });
  return sids.map((sid) => met.get(sid) ?? { status: "no-answer" });
}

async function talks(
  { wait, person }: Pick<Line, "wait" | "person">,
  call: CallSession,
  other: CallSession,
  mostSeconds: number,
): Promise<number> {
  const since = performance.now();
  const longest = Math.min(mostSeconds, MAX_TALK_SECONDS);
  await wait.until<true>([call.sid, other.sid], longest * person.waitingMs, ({ kind }) =>
    kind === "hangup" ? { is: true } : undefined,
  );
  const passed = Math.ceil((performance.now() - since) / person.waitingMs);
  return Math.min(Math.max(passed, 1), longest);
}
