/** What somebody says, written down while they say it, in any language; a recording is written down in English only. */
import type { JsonObject, NodeContext } from "../../engine/plugin-api.ts";
import { type TwimlPart, verb } from "./twiml.ts";

/** A part of what was said, with its place among the others. */
type Utterance = { readonly text: string; readonly sequence: number };

/** Writes down what the person on the call says, from here on. */
export function startTranscript(ctx: NodeContext, languageCode: string): TwimlPart {
  const transcription = verb("Transcription", {
    name: ctx.stepKey,
    track: "inbound_track",
    languageCode,
    partialResults: false,
    statusCallbackUrl: ctx.urls.step("twilio/voice/live-transcript"),
    statusCallbackMethod: "POST",
  });
  return verb("Start", {}, { children: [transcription] });
}

export function stopTranscript({ stepKey }: NodeContext): TwimlPart {
  return verb("Stop", {}, { children: [verb("Transcription", { name: stepKey })] });
}

/** What was said until now, with what an event of the webhook adds. */
export function withUtterance({ said, text, sequence }: JsonObject): readonly Utterance[] {
  const before = (said ?? []) as readonly Utterance[];
  return typeof text === "string" ? [...before, { text, sequence: Number(sequence) }] : before;
}

/** The whole of it; null where nothing was understood. Callbacks may overtake each other. */
export function transcriptOf(said: readonly Utterance[]): string | null {
  const inOrder = [...said].sort((a, b) => a.sequence - b.sequence).map(({ text }) => text);
  return inOrder.length === 0 ? null : inOrder.join(" ");
}
