import { advance } from "./call-session.ts";
import type { PhoneInput } from "./callees.ts";
import { requestDocument } from "./documents.ts";
import type { Form } from "./form.ts";
import { hearSpeech } from "./live-transcriptions.ts";
import { nextInput } from "./next-input.ts";
import {
  actionTarget,
  gotoAction,
  HANGUP,
  NEXT,
  numberAttribute,
  type PlayContext,
  type Step,
} from "./play-step.ts";
import { speakingSeconds } from "./prompts.ts";
import { makeRecording, reportRecording, reportTranscription } from "./recordings.ts";
import type { TwimlElement } from "./twiml-document.ts";

const TALK_SECONDS = 5;

/**
 * Records the next input: speech is ended by silence, keys or `hangup` end five seconds of talk. Silence records nothing
 * and falls through to the next verb.
 */
export async function playRecord(context: PlayContext, verb: TwimlElement): Promise<Step> {
  const { world, session } = context;
  const { finishOnKey = "1234567890*#", timeout } = verb.attributes;
  const input = await nextInput(context, {
    digits: { most: 1, finishOnKey },
    speech: true,
    recording: true,
    timeoutSeconds: Number(timeout) || 5,
  });
  const take = readTake(verb, input);
  const passed = advance(session, take.seconds + take.silence);
  if (take.hangsUp) session.hungUp = true;
  if (take.seconds === 0) return session.hungUp ? HANGUP : NEXT;
  if (session.hungUp) session.status = "completed";
  hearSpeech(world, session, typeof input === "string" ? "" : input.speech);
  const recording = makeRecording(world, session, Math.min(take.seconds, passed), {
    source: "RecordVerb",
    track: "inbound",
  });
  const params = takeParams(recording, session.hungUp ? "hangup" : take.endKey);
  await reportRecording(context, verb, recording, "RecordVerb");
  await reportTranscription(context, verb, recording, typeof input === "string" ? "" : input.speech);
  if (!session.hungUp) return gotoAction(context, verb, params);
  const target = actionTarget(context, verb, params);
  if (target) await requestDocument(world, session, target);
  return HANGUP;
}

interface Take {
  /** Of recorded sound; 0: nothing but silence. */
  readonly seconds: number;
  /** Seconds of silence that ended it. */
  readonly silence: number;
  readonly endKey: string | null;
  readonly hangsUp: boolean;
}

function readTake(verb: TwimlElement, input: PhoneInput): Take {
  const most = numberAttribute(verb, "maxLength", 3600);
  const timeout = numberAttribute(verb, "timeout", 5);
  if (input === "silence") return { seconds: 0, silence: timeout, endKey: null, hangsUp: false };
  if (typeof input !== "string")
    return {
      seconds: Math.min(input.seconds ?? speakingSeconds(input.speech), most),
      silence: timeout,
      endKey: null,
      hangsUp: false,
    };
  const seconds = Math.min(TALK_SECONDS, most);
  if (input === "hangup") return { seconds, silence: 0, endKey: null, hangsUp: true };
  const finishOnKey = verb.attributes.finishOnKey ?? "1234567890*#";
  const endKey = [...input].find((key) => finishOnKey.includes(key)) ?? null;
  return { seconds, silence: endKey === null ? timeout : 0, endKey, hangsUp: false };
}

function takeParams(
  recording: { readonly url: string; readonly seconds: number },
  digits: string | null,
): Form {
  const { url, seconds } = recording;
  return {
    RecordingUrl: url,
    RecordingDuration: String(seconds),
    ...(digits === null ? {} : { Digits: digits }),
  };
}
