import { createEar, FRAME_MS, type HeardFrame } from "./marked-speech.ts";

/** What listening to one more frame changed. */
export type Heard =
  | { readonly kind: "started"; readonly atMs: number }
  | { readonly kind: "word"; readonly atMs: number }
  /** It has been silent for so long since the last loud frame. */
  | { readonly kind: "silence"; readonly forMs: number; readonly atMs: number };

/** Follows audio frame by frame: the words of an utterance, and how long it has been silent. Time is that of the audio. */
export class Utterance {
  words: readonly string[] = [];
  /** In milliseconds of audio since the connection began. */
  startedAt = 0;
  isOpen = false;
  now = 0;
  #silentMs = 0;
  readonly #ear = createEar();

  *take(audio: Buffer): Generator<Heard> {
    for (const frame of this.#ear(audio)) {
      yield* this.#frame(frame);
      this.now += FRAME_MS;
    }
  }

  get text(): string {
    return this.words.join(" ");
  }

  /** The next words belong to another one. */
  end(): string {
    const { text } = this;
    this.words = [];
    this.isOpen = false;
    return text;
  }

  *#frame({ isLoud, word }: HeardFrame): Generator<Heard> {
    if (!isLoud) {
      this.#silentMs += FRAME_MS;
      yield { kind: "silence", forMs: this.#silentMs, atMs: this.now };
      return;
    }
    this.#silentMs = 0;
    if (!this.isOpen) {
      this.isOpen = true;
      this.startedAt = this.now;
      yield { kind: "started", atMs: this.now };
    }
    if (word === null) return;
    this.words = [...this.words, word];
    yield { kind: "word", atMs: this.now };
  }
}
