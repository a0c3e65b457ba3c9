import { type CallSession, voiceParams } from "./call-session.ts";
import { rfc2822 } from "./dates.ts";
import type { Form } from "./form.ts";
import { type PlayContext, resolveUrl } from "./play-step.ts";
import { type RecordingDetails, type RecordingSource, recordingDetails } from "./recording-record.ts";
import { newSid } from "./sids.ts";
import type { TwimlElement } from "./twiml-document.ts";
import { webhookCall } from "./webhooks.ts";
import type { World } from "./world.ts";

const BYTES_PER_SECOND = 8000;
const WAV_HEADER_BYTES = 44;

export interface Recording {
  readonly sid: string;
  readonly url: string;
  /** Whole seconds. */
  readonly seconds: number;
  readonly startedAt: Date;
}

/** Makes a recording of this call that can be fetched from the emulator. */
export function makeRecording(
  world: World,
  session: CallSession,
  seconds: number,
  { source = "DialVerb", channels = 1, track = "both" }: Partial<RecordingMaking> = {},
): Recording {
  const sid = newSid("RE");
  const whole = Math.round(seconds);
  const startedAt = world.now();
  const at = startedAt.toISOString();
  const { accountSid, sid: callSid } = session;
  const making = { source, channels, track, duration: whole, deleted: false };
  world.ledger.add({
    kind: "recording",
    ref: sid,
    at,
    channel: "voice",
    status: "completed",
    details: { accountSid, callSid, startedAt: at, updatedAt: at, ...making },
  });
  return { sid, url: recordingUrl(world, accountSid, sid), seconds: whole, startedAt };
}

type RecordingMaking = Pick<RecordingDetails, "source" | "channels" | "track">;

/** Where the sound of a recording is. */
export function recordingUrl(world: World, accountSid: string, sid: string): string {
  return `${world.url()}/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`;
}

/** Reports a finished recording to the verb's `recordingStatusCallback`, where it has one and asked for `completed`. */
export async function reportRecording(
  context: PlayContext,
  verb: TwimlElement,
  recording: Recording,
  source: RecordingSource,
): Promise<void> {
  const {
    recordingStatusCallback,
    recordingStatusCallbackEvent = "completed",
    recordingStatusCallbackMethod = "POST",
  } = verb.attributes;
  const url = recordingStatusCallback === undefined ? null : resolveUrl(context, recordingStatusCallback);
  if (url === null || !recordingStatusCallbackEvent.split(/\s+/).includes("completed")) return;
  const params = recordingParams(context.session, recording, source);
  await context.world.webhooks.send(
    webhookCall(context.session.accountSid, url, recordingStatusCallbackMethod, params),
  );
}

/** Parameters of a recording status callback. */
export function recordingParams(session: CallSession, recording: Recording, source: RecordingSource): Form {
  const isVerb = source === "RecordVerb";
  return {
    CallSid: session.sid,
    RecordingSid: recording.sid,
    RecordingUrl: recording.url,
    RecordingStatus: "completed",
    RecordingDuration: String(recording.seconds),
    RecordingChannels: "1",
    RecordingStartTime: rfc2822(recording.startedAt),
    RecordingSource: source,
    RecordingTrack: isVerb ? "inbound" : "both",
  };
}

/** Reports what was said to the verb's `transcribeCallback`. */
export async function reportTranscription(
  context: PlayContext,
  verb: TwimlElement,
  recording: Recording,
  text: string,
): Promise<void> {
  const { transcribe, transcribeCallback = "" } = verb.attributes;
  const url =
    transcribe === "true" && transcribeCallback !== "" ? resolveUrl(context, transcribeCallback) : null;
  if (url === null) return;
  const { world, session } = context;
  const sid = newSid("TR");
  const params = {
    ...voiceParams(session),
    TranscriptionSid: sid,
    TranscriptionText: text,
    TranscriptionStatus: text === "" ? "failed" : "completed",
    TranscriptionUrl: `${world.url()}/2010-04-01/Accounts/${session.accountSid}/Transcriptions/${sid}`,
    RecordingSid: recording.sid,
    RecordingUrl: recording.url,
  };
  await world.webhooks.send(webhookCall(session.accountSid, url, "POST", params));
}

/** The sound of a recording, null where there is none (any more). */
export function recordingMedia(world: World, sid: string): Buffer | null {
  const entry = world.ledger.find(sid);
  const details = entry?.kind === "recording" ? recordingDetails(entry) : null;
  return details?.duration == null || details.deleted ? null : silentWav(details.duration);
}

/** The media of a recording: that many seconds of silence as 8 kHz mu-law WAV. */
function silentWav(seconds: number): Buffer {
  const bytes = seconds * BYTES_PER_SECOND;
  const wav = Buffer.alloc(WAV_HEADER_BYTES + bytes, 0xff);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(WAV_HEADER_BYTES - 8 + bytes, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(7, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(BYTES_PER_SECOND, 24);
  wav.writeUInt32LE(BYTES_PER_SECOND, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(bytes, 40);
  return wav;
}
