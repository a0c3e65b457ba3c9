import type { LedgerEntry } from "../../../engine/plugin-api.ts";
import { type CallSession, type LiveTranscription, noteError } from "./call-session.ts";
import type { Form } from "./form.ts";
import { type PlayContext, resolveUrl } from "./play-step.ts";
import { newSid } from "./sids.ts";
import type { TwimlElement } from "./twiml-document.ts";
import { webhookCall } from "./webhooks.ts";
import type { World } from "./world.ts";

/** `<Start><Transcription>`: from here on what the person says is told while they say it. */
export function beginTranscription(context: PlayContext, { attributes }: TwimlElement): void {
  const { world, session } = context;
  const { name = "", track = "both_tracks", languageCode = "en-US", partialResults } = attributes;
  const { statusCallbackUrl, statusCallbackMethod: method = "POST" } = attributes;
  const url = statusCallbackUrl === undefined ? null : resolveUrl(context, statusCallbackUrl);
  if (statusCallbackUrl !== undefined && url === null) {
    noteError(session, 11100, `Invalid URL format: "${statusCallbackUrl}" in <Transcription>`);
    return;
  }
  const sid = newSid("TR");
  const callback = url === null ? null : { url, method };
  const live = { name: name || sid, track, languageCode, callback, partial: partialResults === "true" };
  session.transcriptions.set(sid, { ...live, sequence: 1, told: Promise.resolve() });
  world.ledger.add(entryOf(world, session, sid, live));
  tell(world, session, sid, "started", { Track: track });
}

/** Ends one by sid or name. False: there is none. */
export function endTranscription(world: World, session: CallSession, sidOrName: string): boolean {
  const sid = [...session.transcriptions].find(
    ([key, { name }]) => key === sidOrName || name === sidOrName,
  )?.[0];
  if (sid === undefined) return false;
  tell(world, session, sid, "stopped");
  session.transcriptions.delete(sid);
  world.ledger.update(sid, { status: "stopped", details: { updatedAt: world.now().toISOString() } });
  return true;
}

/** What still goes on ends with the call. */
export function endTranscriptions(world: World, session: CallSession): void {
  for (const sid of [...session.transcriptions.keys()]) endTranscription(world, session, sid);
}

/** The person says something. Sentence by sentence, and where guesses are asked for, each begins with one. */
export function hearSpeech(world: World, session: CallSession, speech: string): void {
  for (const [sid, { track, partial }] of session.transcriptions) {
    if (track === "outbound_track") continue;
    for (const sentence of sentencesOf(speech)) {
      const guess = sentence.slice(0, Math.ceil(sentence.length / 2));
      if (partial) tell(world, session, sid, "content", contentParams(guess, false));
      tell(world, session, sid, "content", contentParams(sentence, true));
    }
  }
}

function sentencesOf(speech: string): readonly string[] {
  return (speech.match(/[^.!?]+[.!?]*/g) ?? []).map((part) => part.trim()).filter(Boolean);
}

function contentParams(transcript: string, isFinal: boolean): Form {
  return {
    TranscriptionData: JSON.stringify({ transcript, confidence: 0.9 }),
    Track: "inbound_track",
    Final: String(isFinal),
  };
}

/** One after the other, so that the end is not told before the last words. */
function tell(world: World, session: CallSession, sid: string, event: string, extra: Form = {}): void {
  const live = session.transcriptions.get(sid);
  if (!live || live.callback === null) return;
  const { url, method } = live.callback;
  const params = {
    CallSid: session.sid,
    TranscriptionSid: sid,
    TranscriptionEvent: `transcription-${event}`,
    LanguageCode: live.languageCode,
    SequenceNumber: String(live.sequence++),
    Timestamp: world.now().toISOString(),
    ...extra,
  };
  const call = webhookCall(session.accountSid, url, method, params);
  const told = live.told.then(async () => void (await world.webhooks.send(call)));
  live.told = told;
  world.work.start(() => told);
}

function entryOf(
  world: World,
  session: CallSession,
  ref: string,
  { name, track, languageCode }: Pick<LiveTranscription, "name" | "track" | "languageCode">,
): LedgerEntry {
  const at = world.now().toISOString();
  const { accountSid, sid: callSid } = session;
  const details = { accountSid, callSid, name, track, languageCode, updatedAt: at };
  return { kind: "transcription", ref, at, channel: "voice", status: "in-progress", details };
}
