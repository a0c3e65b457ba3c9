import { noteError } from "./call-session.ts";
import { beginRecording } from "./live-recordings.ts";
import { beginStream, endStream, type StreamKind } from "./live-streams.ts";
import { beginTranscription, endTranscription } from "./live-transcriptions.ts";
import { NEXT, type PlayContext, resolveUrl, type Step } from "./play-step.ts";
import { parametersOf } from "./sockets/parameters.ts";
import type { TwimlElement } from "./twiml-document.ts";

/** Starts what goes on beside the document. */
export function playStart(context: PlayContext, verb: TwimlElement): Step {
  for (const noun of verb.children) {
    const kind = KINDS[noun.name];
    if (kind !== undefined) start(context, kind, noun);
    else if (noun.name === "Recording") record(context, noun);
    else if (noun.name === "Transcription") beginTranscription(context, noun);
  }
  return NEXT;
}

/** Ends it, by name. */
export function playStop(context: PlayContext, verb: TwimlElement): Step {
  const { world, session } = context;
  for (const { name: noun, attributes } of verb.children) {
    const { name = "" } = attributes;
    const end = noun === "Transcription" ? endTranscription : KINDS[noun] && endStream;
    if (end === undefined || end(world, session, name)) continue;
    noteError(session, 12200, `<Stop><${noun}> names "${name}", which is not going on`);
  }
  return NEXT;
}

const KINDS: Readonly<Record<string, StreamKind>> = { Stream: "stream", Siprec: "siprec" };

function start(context: PlayContext, kind: StreamKind, noun: TwimlElement): void {
  const { name = "", url = "", connectorName = "", track = "inbound_track" } = noun.attributes;
  if (kind === "stream" && !/^wss:\/\//i.test(url)) {
    noteError(context.session, 11100, `Invalid URL format: "${url}" in <Stream>`);
    return;
  }
  beginStream(context.world, context.session, {
    kind,
    name,
    target: kind === "stream" ? url : connectorName,
    track,
    parameters: parametersOf(noun),
    callback: callbackOf(context, noun, "statusCallback"),
  });
}

function record(context: PlayContext, noun: TwimlElement): void {
  const { channels, track = "both", recordingStatusCallbackEvent = "completed" } = noun.attributes;
  const callback = callbackOf(context, noun, "recordingStatusCallback");
  beginRecording(context.world, context.session, {
    source: "StartCallRecordingAPI",
    channels: channels === "dual" ? 2 : 1,
    track,
    callback: callback && { ...callback, events: recordingStatusCallbackEvent.split(/\s+/) },
  });
}

function callbackOf(context: PlayContext, { attributes }: TwimlElement, name: string) {
  const given = attributes[name];
  const url = given === undefined ? null : resolveUrl(context, given);
  return url === null ? null : { url, method: attributes[`${name}Method`] ?? "POST" };
}
