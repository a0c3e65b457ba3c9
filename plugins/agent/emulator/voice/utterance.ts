import { createFrameEar, FRAME_MS, type HeardFrame } from "./speech.ts";

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
  /** Of a word that is not at its end. */
  #letters = "";
  readonly #ear = createFrameEar();

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

  *#frame({ isLoud, letters }: HeardFrame): Generator<Heard> {
    if (isLoud) yield* this.#loud(letters);
    else yield* this.#silent();
  }

  *#silent(): Generator<Heard> {
    // A pause ends the last word.
    yield* this.#word();
    this.#silentMs += FRAME_MS;
    yield { kind: "silence", forMs: this.#silentMs, atMs: this.now };
  }

  *#loud(letters: string): Generator<Heard> {
    this.#silentMs = 0;
    if (!this.isOpen) {
      this.isOpen = true;
      this.startedAt = this.now;
      yield { kind: "started", atMs: this.now };
    }
    for (const letter of letters) {
      if (letter.trim() === "") yield* this.#word();
      else this.#letters += letter;
    }
  }

  *#word(): Generator<Heard> {
    if (this.#letters === "") return;
    this.words = [...this.words, this.#letters];
    this.#letters = "";
    yield { kind: "word", atMs: this.now };
  }
}
