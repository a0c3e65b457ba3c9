/** How a call is carried: by the vendor's own relay, by a model that hears and speaks, or by our own chain of hearing, model and voice. */
export type VoiceEngine = "relay" | "realtime" | "pipeline";

export type SpeechToText = "deepgram-flux" | "deepgram-nova";
export type TextToSpeech = "elevenlabs";

/** Who carries a call, and who takes over when that one fails; first to last. */
export interface VoiceOrder {
  readonly engines: readonly Exclude<VoiceEngine, "relay">[];
  readonly hears: readonly SpeechToText[];
  readonly speaks: readonly TextToSpeech[];
}

export const DEFAULT_ORDER: VoiceOrder = {
  engines: ["realtime", "pipeline"],
  hears: ["deepgram-flux", "deepgram-nova"],
  speaks: ["elevenlabs"],
};

/** Whoever comes after `failed`; null: nobody is left. */
export function nextOf<Name extends string>(order: readonly Name[], failed: Name): Name | null {
  const at = order.indexOf(failed);
  return at < 0 ? null : (order[at + 1] ?? null);
}
