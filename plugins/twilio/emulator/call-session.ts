import type { TalkStep } from "../../../engine/plugin-api.ts";
import type { Callee, PhoneInput } from "./callees.ts";
import type { Form } from "./form.ts";
import { countryOf } from "./numbers.ts";
import type { TalkHand } from "./sockets/talk-hand.ts";

export type CallStatus =
  | "queued"
  | "ringing"
  | "in-progress"
  | "completed"
  | "busy"
  | "failed"
  | "no-answer"
  | "canceled";

export interface CallerGeo {
  readonly city?: string;
  readonly state?: string;
  readonly zip?: string;
  readonly country?: string;
}

/** A document to fetch, or one that came inline. */
export type DocumentTarget =
  | {
      readonly kind: "url";
      readonly url: string;
      readonly method: string;
      readonly params?: Form;
      readonly fallback?: Fallback;
    }
  | { readonly kind: "inline"; readonly twiml: string };

/** Asked once when the document cannot be fetched or read. */
export interface Fallback {
  readonly url: string;
  readonly method: string;
}

/** One leg that was dialled. `to` is a number, or `client:…`, `sip:…`, `conference:…`, `queue:…`. */
export interface DialedLeg {
  readonly to: string;
  readonly status: string;
  readonly seconds: number;
  /** What the callee was told before being connected. */
  readonly whispered: readonly string[];
}

export interface CallRequest {
  readonly url: string;
  readonly status: number;
  /** Real milliseconds until the whole answer was there. */
  readonly ms: number;
  readonly body: string;
}

/** What happened on a call so far. */
export interface CallTrace {
  /** Texts of Say, in order. */
  readonly spoken: string[];
  /** URLs of Play, and `dtmf:…` for digits it sent. */
  readonly played: string[];
  readonly dialed: DialedLeg[];
  /** Digits and speech that reached a Gather. */
  readonly gathered: string[];
  readonly errors: { readonly code: number; readonly message: string }[];
  readonly requests: CallRequest[];
}

/**
 * One call while it lasts. Its time is its own: speaking, waiting and talking move `seconds` forward without anybody
 * really waiting, so durations are right and tests are quick.
 */
export interface CallSession {
  readonly sid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  readonly direction: "inbound" | "outbound-api" | "outbound-dial";
  readonly parentCallSid: string | null;
  readonly forwardedFrom: string | null;
  readonly geo: CallerGeo;
  /** What is still to be done by the person on the phone. */
  readonly inputs: PhoneInput[];
  /** What is still to be done by a person who talks with an agent; null: nobody said so. */
  readonly talk: TalkStep[] | null;
  /** Who does it in place of a script. */
  readonly hand: TalkHand | null;
  /** How those who are dialled from this call react. */
  readonly answers: Readonly<Record<string, Callee>>;
  /** The call ends by itself when its clock shows this. */
  readonly endsAt: number;
  readonly trace: CallTrace;
  status: CallStatus;
  /** The call's clock, counted from when it was answered. */
  seconds: number;
  hungUp: boolean;
  /** Somebody took the call out of its queue: what it hears there ends with the verb at hand. */
  dequeued: boolean;
  /** Where the API has sent the call; taken between two verbs. */
  redirect: DocumentTarget | null;
  /** Recordings that are going on, by sid. */
  readonly recordings: Map<string, LiveRecording>;
  /** Streams that are going on, by sid. */
  readonly streams: Map<string, LiveStream>;
  /** Transcriptions that are going on, by sid. */
  readonly transcriptions: Map<string, LiveTranscription>;
}

/** A recording while the call goes on. */
export interface LiveRecording {
  /** Seconds of sound before the stretch that began at `since`. */
  readonly seconds: number;
  /** The call's clock when it was started or resumed; null while it is paused without sound being kept. */
  readonly since: number | null;
  readonly callback: {
    readonly url: string;
    readonly method: string;
    readonly events: readonly string[];
  } | null;
}

/** A copy of the sound that is sent somewhere. */
export interface LiveStream {
  readonly name: string;
  readonly callback: { readonly url: string; readonly method: string } | null;
}

/** What the person says, written down meanwhile. */
export interface LiveTranscription {
  readonly name: string;
  readonly track: string;
  readonly languageCode: string;
  /** Whether guesses are told, too. */
  readonly partial: boolean;
  readonly callback: { readonly url: string; readonly method: string } | null;
  /** Number of the next event. */
  sequence: number;
  /** Settles when everything until now has been told. */
  told: Promise<void>;
}

/** The longest a call may last. */
export const MAX_CALL_SECONDS = 14_400;

export type SessionStart = Pick<CallSession, "sid" | "accountSid" | "from" | "to" | "direction" | "status"> &
  Partial<Pick<CallSession, "parentCallSid" | "forwardedFrom" | "geo" | "answers" | "trace" | "hand">> & {
    readonly inputs?: readonly PhoneInput[];
    readonly talk?: readonly TalkStep[] | null;
    readonly endsAt?: number;
  };

export function createSession(start: SessionStart): CallSession {
  return {
    parentCallSid: null,
    forwardedFrom: null,
    geo: {},
    answers: {},
    hand: null,
    trace: emptyTrace(),
    seconds: 0,
    hungUp: false,
    dequeued: false,
    redirect: null,
    recordings: new Map(),
    streams: new Map(),
    transcriptions: new Map(),
    ...start,
    inputs: [...(start.inputs ?? [])],
    talk: start.talk ? [...start.talk] : null,
    endsAt: Math.min(start.endsAt ?? MAX_CALL_SECONDS, MAX_CALL_SECONDS),
  };
}

export function emptyTrace(): CallTrace {
  return { spoken: [], played: [], dialed: [], gathered: [], errors: [], requests: [] };
}

/** Lets call time pass, at most until the call ends by itself. Gives back the seconds that passed. */
export function advance(session: CallSession, seconds: number): number {
  const passed = Math.max(Math.min(seconds, session.endsAt - session.seconds), 0);
  session.seconds += passed;
  if (session.seconds >= session.endsAt) session.hungUp = true;
  return passed;
}

export function noteError(session: CallSession, code: number, message: string): void {
  session.trace.errors.push({ code, message });
}

/** The parameters every voice request carries. */
export function voiceParams(session: CallSession): Form {
  const { from, to, parentCallSid, forwardedFrom } = session;
  return {
    CallSid: session.sid,
    AccountSid: session.accountSid,
    From: from,
    To: to,
    Caller: from,
    Called: to,
    CallStatus: session.status,
    ApiVersion: "2010-04-01",
    Direction: session.direction,
    ...(forwardedFrom === null ? {} : { ForwardedFrom: forwardedFrom }),
    ...(parentCallSid === null ? {} : { ParentCallSid: parentCallSid }),
    ...geoParams(session),
  };
}

function geoParams({ from, to, geo }: CallSession): Form {
  const caller = { city: "", state: "", zip: "", country: countryOf(from), ...geo };
  const called = { city: "", state: "", zip: "", country: countryOf(to) };
  return {
    ...place("From", caller),
    ...place("Caller", caller),
    ...place("To", called),
    ...place("Called", called),
  };
}

function place(side: string, { city, state, zip, country }: Required<CallerGeo>): Form {
  return { [`${side}City`]: city, [`${side}State`]: state, [`${side}Zip`]: zip, [`${side}Country`]: country };
}
