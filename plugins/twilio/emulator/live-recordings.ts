import type { CallSession, LiveRecording } from "./call-session.ts";
import type { RecordingSource, RecordingStatus } from "./recording-record.ts";
import { recordingParams, recordingUrl } from "./recordings.ts";
import { newSid } from "./sids.ts";
import { webhookCall } from "./webhooks.ts";
import type { World } from "./world.ts";

export interface RecordingStart {
  readonly source: RecordingSource;
  readonly channels: number;
  readonly track: string;
  readonly callback: LiveRecording["callback"];
}

/** Starts recording a call that is going on. Gives the recording's sid. */
export function beginRecording(world: World, session: CallSession, start: RecordingStart): string {
  const { source, channels, track, callback } = start;
  const sid = newSid("RE");
  const at = world.now().toISOString();
  session.recordings.set(sid, { seconds: 0, since: session.seconds, callback });
  world.ledger.add({
    kind: "recording",
    ref: sid,
    at,
    channel: "voice",
    status: "in-progress",
    details: {
      accountSid: session.accountSid,
      callSid: session.sid,
      ...{ source, channels, track, startedAt: at, updatedAt: at, duration: null, deleted: false },
    },
  });
  world.work.start(() =>
    report(world, session, { sid, live: { seconds: 0, since: null, callback } }, "in-progress"),
  );
  return sid;
}

/** Pauses, resumes or stops one. `skips`: what is said during the pause leaves no gap. False: it is over. */
export function turnRecording(
  world: World,
  session: CallSession,
  sid: string,
  change: { readonly status: RecordingStatus; readonly skips: boolean },
): boolean {
  const live = session.recordings.get(sid);
  if (!live) return false;
  if (change.status === "stopped") endRecording(world, session, sid);
  else {
    const paused = change.status === "paused" && change.skips;
    session.recordings.set(sid, {
      ...live,
      seconds: soundOf(live, session),
      since: paused ? null : session.seconds,
    });
    note(world, sid, change.status, {});
  }
  return true;
}

/** What still goes on ends with the call. */
export function endRecordings(world: World, session: CallSession): void {
  for (const sid of [...session.recordings.keys()]) endRecording(world, session, sid);
}

function endRecording(world: World, session: CallSession, sid: string): void {
  const live = session.recordings.get(sid);
  if (!live) return;
  session.recordings.delete(sid);
  const duration = Math.round(soundOf(live, session));
  const status = duration > 0 ? "completed" : "absent";
  note(world, sid, status, { duration });
  world.work.start(() => report(world, session, { sid, live: { ...live, seconds: duration } }, status));
}

function soundOf({ seconds, since }: LiveRecording, session: CallSession): number {
  return seconds + (since === null ? 0 : session.seconds - since);
}

function note(
  world: World,
  sid: string,
  status: RecordingStatus,
  details: { readonly duration?: number },
): void {
  world.ledger.update(sid, { status, details: { updatedAt: world.now().toISOString(), ...details } });
}

async function report(
  world: World,
  session: CallSession,
  { sid, live }: { readonly sid: string; readonly live: LiveRecording },
  status: RecordingStatus,
): Promise<void> {
  const { callback } = live;
  if (!callback?.events.includes(status)) return;
  await world.work.pace();
  const url = recordingUrl(world, session.accountSid, sid);
  const recording = { sid, url, seconds: live.seconds, startedAt: world.now() };
  const params = { ...recordingParams(session, recording, "StartCallRecordingAPI"), RecordingStatus: status };
  await world.webhooks.send(webhookCall(session.accountSid, callback.url, callback.method, params));
}
