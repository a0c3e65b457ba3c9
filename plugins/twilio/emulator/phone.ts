import type { TalkStep } from "../../../engine/plugin-api.ts";
import { recordAnswer, recordCall, recordEnd, recordStatus } from "./call-ledger.ts";
import { type CallReporter, createReporter } from "./call-reports.ts";
import {
  type CallerGeo,
  type CallSession,
  type CallTrace,
  createSession,
  type DocumentTarget,
  noteError,
} from "./call-session.ts";
import type { CallbackManner } from "./callbacks.ts";
import { type Callee, magicCallee, type PhoneInput, verdictOf } from "./callees.ts";
import { errorText } from "./error-texts.ts";
import type { Fault } from "./faults.ts";
import type { Form } from "./form.ts";
import { endRecordings } from "./live-recordings.ts";
import { endStreams } from "./live-streams.ts";
import { endTranscriptions } from "./live-transcriptions.ts";
import { type NumberSettings, numberOf } from "./owned-numbers.ts";
import { type EndReason, statusAfter } from "./play-step.ts";
import { playCall } from "./player.ts";
import { makeRecording, recordingParams } from "./recordings.ts";
import { newSid } from "./sids.ts";
import type { TalkHand } from "./sockets/talk-hand.ts";
import { WEBHOOK_PATHS } from "./webhook-paths.ts";
import { webhookCall } from "./webhooks.ts";
import type { World } from "./world.ts";

/** What the caller does, and whom they can be connected to. */
export interface PhoneScript {
  /** One for each Gather or Record: keys, speech, `silence` or `hangup`. When they run out, silence. */
  readonly inputs?: readonly PhoneInput[];
  /** What is done where an agent talks over a socket. When it runs out, they listen. */
  readonly talk?: readonly TalkStep[];
  /** Whoever does that in place of a script. */
  readonly hand?: TalkHand;
  /** How those who are dialled react, by number (or `client:…`, `sip:…`, `conference:…`, `queue:…`). Others: their magic number, else they answer. */
  readonly answers?: Readonly<Record<string, Callee>>;
  /** Seconds of call time after which the caller hangs up, whatever is going on. */
  readonly hangupAfter?: number;
}

export interface RingOptions {
  readonly from: string;
  /** Our number. */
  readonly to: string;
  readonly script?: PhoneScript;
  /** Where the caller's number is registered; only the country is known by itself. */
  readonly geo?: CallerGeo;
  readonly forwardedFrom?: string;
  /** Default: the account that has the number, else the first one. */
  readonly accountSid?: string;
  /** Where the number is configured to ask. Default: its VoiceUrl, else the engine's voice webhook. */
  readonly url?: string;
  /** Where it is configured to report the end. Default: its StatusCallback, else the engine's voice status webhook. */
  readonly statusUrl?: string;
}

export interface PhoneCall {
  readonly sid: string;
  /** Resolves when the call is over and reported; never rejects. */
  readonly done: Promise<CallResult>;
  /** Hangs up between two verbs. */
  hangup(): void;
}

export interface CallResult extends CallTrace {
  readonly sid: string;
  readonly status: string;
  readonly durationSeconds: number;
}

/**
 * A person calls one of our numbers.
 * @throws AppError CONFIG_INVALID when nobody said where the engine is
 */
export function ring(world: World, options: RingOptions): PhoneCall {
  const number = numberOf(world, options.to);
  const account = world.accounts.get(options.accountSid ?? number?.accountSid);
  const target = documentOf(world, options, number?.settings);
  const report = reportOf(world, options, number?.settings);
  const session = inboundSession(account.accountSid, options);
  const manner = mannerOf(world.faults.take(new URL(target.url).pathname, options.to));
  const isActive = account.status === "active";
  const url = isActive ? report.url : null;
  const reporter = createReporter(world, session, { ...report, url, events: ["completed"] }, manner);
  recordCall(world, session, url);
  const done = track(world, session, async () => {
    if (!isActive) noteError(session, 10003, errorText(10003));
    const reason = isActive ? await playCall(world, session, target) : "failed";
    await finish(world, session, reporter, reason);
  });
  const hangup = () => {
    session.hungUp = true;
  };
  return { sid: session.sid, done, hangup };
}

/** What the test says, else what the number is set to, else the engine. */
function documentOf(world: World, { url }: RingOptions, settings: NumberSettings = {}) {
  const { VoiceUrl: own, VoiceFallbackUrl: fallbackUrl, VoiceFallbackMethod } = settings;
  if (url !== undefined || !own)
    return { kind: "url", url: url ?? world.engineUrl(WEBHOOK_PATHS.voice), method: "POST" } as const;
  const fallback = fallbackUrl ? { url: fallbackUrl, method: VoiceFallbackMethod || "POST" } : null;
  const method = settings.VoiceMethod || "POST";
  return { kind: "url", url: own, method, ...(fallback ? { fallback } : {}) } as const;
}

function reportOf(world: World, { statusUrl }: RingOptions, settings: NumberSettings = {}) {
  const own = statusUrl === undefined ? settings.StatusCallback : undefined;
  if (own) return { url: own, method: settings.StatusCallbackMethod || "POST" };
  return { url: statusUrl ?? world.engineUrl(WEBHOOK_PATHS.voiceStatus), method: "POST" };
}

/** How a fault makes callbacks behave. */
export function mannerOf(fault: Fault | undefined): CallbackManner {
  if (fault?.kind === "duplicate-callbacks") return "duplicate";
  if (fault?.kind === "reorder-callbacks") return "reorder";
  return fault?.kind === "lose-callbacks" ? "lose" : "normal";
}

/** A call the API has asked for. */
export interface OutboundOrder {
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  readonly target: DocumentTarget;
  readonly statusCallback: string | null;
  readonly statusCallbackMethod: string;
  readonly statusCallbackEvents: readonly string[];
  readonly timeLimit: number;
  readonly sendDigits: string | null;
  /** `sync`: the document waits for the verdict; `async`: it is posted to `amdUrl`. */
  readonly detection: "none" | "sync" | "async";
  readonly detectsEnd: boolean;
  readonly amdUrl: string | null;
  readonly records: boolean;
  readonly recordsChannels: number;
  readonly recordsTrack: string;
  /** For a SIP exchange. */
  readonly signIn: { readonly username: string | undefined; readonly password: string | undefined } | null;
  readonly recordingCallback: string | null;
  readonly manner: CallbackManner;
}

/** Calls somebody and plays the document to them. Gives back the call's sid at once. */
export function placeCall(world: World, order: OutboundOrder): string {
  const { accountSid, from, to, timeLimit } = order;
  const callee = world.callees.get(to) ?? magicCallee(to);
  const endsAt = Math.min(callee.hangupAfter ?? timeLimit, timeLimit);
  const session = createSession({
    sid: newSid("CA"),
    accountSid,
    from,
    to,
    direction: "outbound-api",
    status: "queued",
    inputs: callee.inputs ?? [],
    talk: callee.talk ?? null,
    endsAt,
  });
  recordCall(world, session, order.statusCallback);
  void track(world, session, () => runOutbound(world, session, order, callee));
  return session.sid;
}

/** Ends the calls an earlier process has left under way: nobody can go on with them. */
export async function failLostCall(
  world: World,
  session: CallSession,
  statusCallback: string | null,
): Promise<void> {
  const reporter = createReporter(
    world,
    session,
    { url: statusCallback, method: "POST", events: ["completed"] },
    "normal",
  );
  await finish(world, session, reporter, "failed");
}

function inboundSession(accountSid: string, options: RingOptions): CallSession {
  const { from, to, script = {}, geo = {}, forwardedFrom = null } = options;
  return createSession({
    sid: newSid("CA"),
    accountSid,
    from,
    to,
    direction: "inbound",
    status: "ringing",
    forwardedFrom,
    geo,
    inputs: script.inputs ?? [],
    talk: script.talk ?? null,
    hand: script.hand ?? null,
    answers: script.answers ?? {},
    ...(script.hangupAfter === undefined ? {} : { endsAt: script.hangupAfter }),
  });
}

function track(world: World, session: CallSession, run: () => Promise<void>): Promise<CallResult> {
  world.calls.set(session.sid, session);
  const { promise, resolve } = Promise.withResolvers<CallResult>();
  world.work.start(async () => {
    try {
      await run();
    } finally {
      world.calls.delete(session.sid);
      const { sid, status, trace } = session;
      resolve({ sid, status, durationSeconds: Math.round(session.seconds), ...trace });
    }
  });
  return promise;
}

async function finish(
  world: World,
  session: CallSession,
  reporter: CallReporter,
  reason: EndReason,
  extra?: Form,
): Promise<void> {
  session.status = statusAfter(reason);
  recordEnd(world, session);
  await reporter.report("completed", extra);
  endRecordings(world, session);
  endStreams(world, session);
  endTranscriptions(world, session);
}

async function runOutbound(
  world: World,
  session: CallSession,
  order: OutboundOrder,
  expected: Callee,
): Promise<void> {
  const { statusCallback: url, statusCallbackMethod: method, statusCallbackEvents: events, manner } = order;
  const reporter = createReporter(world, session, { url, method, events }, manner);
  await world.work.pace();
  await reporter.report("initiated");
  // From the first ring on somebody may take it.
  const meeting = meet(world, session, expected);
  session.status = "ringing";
  recordStatus(world, session);
  await reporter.report("ringing");
  await world.work.pace();
  const callee = await meeting;
  if (session.hungUp) return cancelRinging(world, session, reporter);
  const status = isLetIn(order, callee) ? callee.status : "failed";
  if (status !== "answered") return finish(world, session, reporter, status);
  await answerOutbound(world, session, order, callee, reporter);
}

/** Where a person plays whoever is called, and neither script nor number says what they do. */
async function meet(world: World, session: CallSession, expected: Callee): Promise<Callee> {
  const { person, callees } = world;
  if (!person || session.hungUp || callees.has(session.to) || expected.status !== "answered") return expected;
  const [callee] = await person.ring([session], session, RING_SECONDS);
  return callee ?? expected;
}

const RING_SECONDS = 60;

/** A SIP exchange takes only who signs in. */
function isLetIn({ signIn }: OutboundOrder, callee: Callee): boolean {
  if (callee.signIn === undefined) return true;
  return signIn?.username === callee.signIn.username && signIn.password === callee.signIn.password;
}

async function cancelRinging(world: World, session: CallSession, reporter: CallReporter): Promise<void> {
  session.status = "canceled";
  recordEnd(world, session);
  await reporter.report("completed");
}

async function answerOutbound(
  world: World,
  session: CallSession,
  order: OutboundOrder,
  callee: Callee,
  reporter: CallReporter,
): Promise<void> {
  const verdict = order.detection === "none" ? null : verdictOf(callee, order.detectsEnd);
  recordAnswer(world, session, verdict);
  await reporter.report("answered");
  if (order.sendDigits !== null) session.trace.played.push(`dtmf:${order.sendDigits}`);
  const amd: Form = verdict === null ? {} : { AnsweredBy: verdict, MachineDetectionDuration: "2000" };
  const told = order.detection === "async" ? tellVerdict(world, session, order.amdUrl, amd) : null;
  const target = order.detection === "sync" ? withParams(order.target, amd) : order.target;
  const reason = await playCall(world, session, target);
  await told;
  await finish(world, session, reporter, reason, await recordWholeCall(world, session, order));
}

/** While the document is being played, Twilio listens, and tells. */
async function tellVerdict(
  world: World,
  { sid, accountSid }: CallSession,
  url: string | null,
  amd: Form,
): Promise<void> {
  if (url === null) return;
  await world.work.pace();
  await world.webhooks.send(webhookCall(accountSid, url, "POST", { CallSid: sid, ...amd }));
}

function withParams(target: DocumentTarget, params: Form): DocumentTarget {
  return target.kind === "url" ? { ...target, params: { ...target.params, ...params } } : target;
}

async function recordWholeCall(world: World, session: CallSession, order: OutboundOrder): Promise<Form> {
  if (!order.records) return {};
  const recording = makeRecording(world, session, session.seconds, {
    source: "OutboundAPI",
    channels: order.recordsChannels,
    track: order.recordsTrack,
  });
  if (order.recordingCallback !== null) {
    const params = recordingParams(session, recording, "OutboundAPI");
    await world.webhooks.send(webhookCall(order.accountSid, order.recordingCallback, "POST", params));
  }
  return {
    RecordingUrl: recording.url,
    RecordingSid: recording.sid,
    RecordingDuration: String(recording.seconds),
  };
}
