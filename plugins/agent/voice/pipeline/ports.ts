/** What hears the caller. */
export type HearingEvent =
  /** What was understood so far of what is being said. */
  | { readonly kind: "partial"; readonly text: string }
  /** The caller's turn is over. */
  | { readonly kind: "turn"; readonly text: string; readonly language: string | null };

export interface Hearing {
  /** µ-law at 8 kHz. */
  hear(audio: Buffer): void;
  close(): void;
}

/** What speaks to the caller. A context is one answer: its words belong together. */
export type SpeakingEvent =
  | {
      readonly kind: "audio";
      readonly context: string;
      readonly audio: Buffer;
      /** The words of this audio, where they are told. */
      readonly text: string | null;
    }
  /** All of it was sent. */
  | { readonly kind: "done"; readonly context: string };

export interface Speaking {
  speak(context: string, text: string): void;
  /** Nothing follows in this context. */
  finish(context: string): void;
  /** Not a word more of it. */
  hush(context: string): void;
  close(): void;
}

/** `lost`: it hears or speaks no more; it is told once. */
export interface Listens<Event> {
  event(event: Event): void;
  lost(reason: string): void;
}

export type OpenHearing = (on: Listens<HearingEvent>, language: string) => Hearing;
export type OpenSpeaking = (on: Listens<SpeakingEvent>, language: string) => Speaking;
