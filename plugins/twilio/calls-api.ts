import {
  AppError,
  type EffectOutcome,
  type JsonObject,
  type Line,
  type LostEffect,
  type NodeContext,
} from "../../engine/plugin-api.ts";
import { type TwilioAccount, toTwilioAccount } from "./account.ts";
import { progressOf } from "./call-status.ts";
import { classifyTwilioError, type RefusedOutcome, readError } from "./classify-error.ts";
import { twilioClient } from "./client.ts";

type Client = Awaited<ReturnType<typeof twilioClient>>;
export type CallRequest = Parameters<Client["calls"]["create"]>[0];
export type CallChange = NonNullable<Parameters<ReturnType<Client["calls"]>["update"]>[0]>;
type Accepted = Extract<EffectOutcome, { state: "accepted" }>;
type Acted = Accepted | RefusedOutcome;

const MAX_SEARCHED = 50;

/** What Twilio says about a call. */
export interface CallState {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly direction: Line["direction"];
  readonly status: string;
  readonly answeredBy: string | null;
  readonly durationSeconds: number | null;
}

/** Opens the account a step calls with. @throws AppError CREDENTIAL_MISSING */
export async function openAccount(ctx: Pick<NodeContext, "credential">): Promise<TwilioAccount> {
  return toTwilioAccount(await ctx.credential<JsonObject>("twilio.account"));
}

/** @throws AppError as `createMessage` does: surely not done, or in doubt */
export async function placeCall(account: TwilioAccount, request: CallRequest): Promise<Acted> {
  return acted(async (client) => {
    const call = await client.calls.create(request);
    if (!call.sid) throw new AppError("EFFECT_IN_DOUBT", "Twilio's answer names no call; it may be ringing.");
    return { ref: call.sid, status: progressOf(call.status) };
  }, account);
}

/**
 * Looks among Twilio's own calls for one whose answer was lost: same people, made through the API, not older, and not known as
 * another of ours. @throws AppError when Twilio cannot be asked
 */
export async function findCall(account: TwilioAccount, lost: LostEffect): Promise<Accepted | null> {
  const client = await twilioClient(account);
  // Twilio's dates have no fractions: a call of the same second must not look older.
  const since = Math.floor(lost.sentAfter.getTime() / 1000) * 1000;
  try {
    const calls = await client.calls.list({ to: lost.to, from: lost.from, limit: MAX_SEARCHED });
    const found = calls
      .filter(({ sid, direction }) => direction === "outbound-api" && !lost.known.has(sid))
      .filter(({ dateCreated }) => dateCreated.getTime() >= since)
      .at(-1);
    return found ? { state: "accepted", ref: found.sid, status: progressOf(found.status) } : null;
  } catch (error) {
    throw readError(error);
  }
}

/** @throws AppError VENDOR_UNAVAILABLE, VENDOR_REFUSED … when Twilio does not say */
export async function readCall(account: TwilioAccount, sid: string): Promise<CallState> {
  const client = await twilioClient(account);
  try {
    const { from, to, direction, status, answeredBy, duration } = await client.calls(sid).fetch();
    const durationSeconds = duration === null || duration === "" ? null : Number(duration);
    const way = direction === "inbound" ? "inbound" : "outbound";
    return { sid, from, to, direction: way, status, answeredBy: answeredBy ?? null, durationSeconds };
  } catch (error) {
    throw readError(error);
  }
}

/** Sends a live call elsewhere, or ends it. One that is over is refused with 21220. */
export function changeCall(account: TwilioAccount, sid: string, change: CallChange): Promise<Acted> {
  return acted(async (client) => {
    const call = await client.calls(sid).update(change);
    return { ref: sid, status: "delivered", data: { callStatus: call.status } };
  }, account);
}

export type RecordingRequest = NonNullable<
  Parameters<ReturnType<Client["calls"]>["recordings"]["create"]>[0]
>;

export function startRecording(
  account: TwilioAccount,
  callSid: string,
  request: RecordingRequest,
): Promise<Acted> {
  return acted(async (client) => {
    const { sid, status } = await client.calls(callSid).recordings.create(request);
    return { ref: sid, status: "queued", data: { recordingStatus: status } };
  }, account);
}

export type RecordingChange = Parameters<ReturnType<ReturnType<Client["calls"]>["recordings"]>["update"]>[0];

export function changeRecording(
  account: TwilioAccount,
  { callSid, recordingSid }: { readonly callSid: string; readonly recordingSid: string },
  change: RecordingChange,
): Promise<Acted> {
  return acted(async (client) => {
    const { status } = await client.calls(callSid).recordings(recordingSid).update(change);
    return { ref: recordingSid, status: "delivered", data: { recordingStatus: status } };
  }, account);
}

/** The call's recording that is going on or paused; null where there is none. @throws AppError when Twilio cannot be asked */
export async function openRecording(account: TwilioAccount, callSid: string): Promise<string | null> {
  const client = await twilioClient(account);
  try {
    const recordings = await client.calls(callSid).recordings.list({ limit: MAX_SEARCHED });
    return recordings.find(({ status }) => status === "in-progress" || status === "paused")?.sid ?? null;
  } catch (error) {
    throw readError(error);
  }
}

async function acted(
  act: (client: Client) => Promise<Omit<Accepted, "state">>,
  account: TwilioAccount,
): Promise<Acted> {
  const client = await twilioClient(account);
  try {
    return { state: "accepted", ...(await act(client)) };
  } catch (error) {
    const outcome = classifyTwilioError(error, "create");
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }
}
