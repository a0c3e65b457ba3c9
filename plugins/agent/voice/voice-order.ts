/** How a call over Media Streams is carried: by a model that hears and speaks, or by our own chain of hearing, model and voice. */
export type VoiceEngine = "realtime" | "pipeline";

export type SpeechToText = "deepgram-flux" | "deepgram-nova";
export type TextToSpeech = "elevenlabs";

/** First to last; there is always a first. */
export type Order<Name extends string> = readonly [Name, ...Name[]];

/** Who carries a call, and who takes over when that one fails. */
export interface VoiceOrder {
  readonly engines: Order<VoiceEngine>;
  readonly hears: Order<SpeechToText>;
  readonly speaks: Order<TextToSpeech>;
}

/** Whoever comes after `failed`; null: nobody is left. */
export function nextOf<Name extends string>(order: readonly Name[], failed: Name): Name | null {
  const at = order.indexOf(failed);
  return at < 0 ? null : (order[at + 1] ?? null);
}
