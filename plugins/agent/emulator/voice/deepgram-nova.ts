import { isObject } from "../chat-request.ts";
import type { Connection, Listener } from "./socket-server.ts";
import { type Heard, Utterance } from "./utterance.ts";

const REQUEST = "00000000-0000-4000-8000-000000000001";
const IDLE_MS = 10_000;
const DEFAULT_ENDPOINTING_MS = 10;

/** An interim result for each word, a final one when it is silent for long enough, the end of the utterance later. */
export class NovaListener implements Listener {
  readonly #connection: Connection;
  readonly #query: URLSearchParams;
  readonly #utterance = new Utterance();
  #isEndDue = false;
  #timer: NodeJS.Timeout;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#query = connection.url.searchParams;
    this.#timer = this.#watch();
  }

  onAudio(audio: Buffer) {
    this.#heardFrom();
    for (const heard of this.#utterance.take(audio)) this.#on(heard);
  }

  onText(frame: unknown) {
    this.#heardFrom();
    const type = isObject(frame) ? frame.type : null;
    if (type === "KeepAlive") return;
    if (type === "Finalize") return this.#result({ final: true, more: { from_finalize: true } });
    if (type !== "CloseStream") return this.#connection.close(1008, "unknown message");
    if (this.#utterance.text !== "") this.#result({ final: true });
    this.#connection.send({
      type: "Metadata",
      transaction_key: "deprecated",
      request_id: REQUEST,
      sha256: "",
      created: "2026-11-28T00:00:00.000Z",
      duration: this.#utterance.now / 1_000,
      channels: 1,
    });
    this.#connection.close(1000, "");
  }

  onClose() {
    clearTimeout(this.#timer);
  }

  #heardFrom() {
    clearTimeout(this.#timer);
    this.#timer = this.#watch();
  }

  #watch(): NodeJS.Timeout {
    return setTimeout(() => this.#connection.close(1011, "NET-0001"), IDLE_MS).unref();
  }

  #on(heard: Heard) {
    if (heard.kind === "started") return this.#started(heard.atMs);
    if (heard.kind === "word") {
      if (this.#query.get("interim_results") === "true") this.#result({ final: false });
      return;
    }
    if (this.#utterance.isOpen && heard.forMs >= this.#endpointing()) this.#result({ final: true });
    this.#utteranceEnd(heard.forMs, heard.atMs);
  }

  #started(atMs: number) {
    this.#isEndDue = true;
    if (this.#query.get("vad_events") !== "true") return;
    this.#connection.send({ type: "SpeechStarted", channel: [0, 1], timestamp: atMs / 1_000 });
  }

  #endpointing(): number {
    const asked = this.#query.get("endpointing");
    return asked === "false" ? Number.POSITIVE_INFINITY : Number(asked ?? DEFAULT_ENDPOINTING_MS);
  }

  #utteranceEnd(forMs: number, atMs: number) {
    const after = Number(this.#query.get("utterance_end_ms") ?? Number.NaN);
    if (!this.#isEndDue || !(forMs >= after) || this.#query.get("interim_results") !== "true") return;
    this.#isEndDue = false;
    this.#connection.say({ type: "UtteranceEnd", channel: [0, 1], last_word_end: (atMs - forMs) / 1_000 });
  }

  #result({ final, more = {} }: { readonly final: boolean; readonly more?: object }) {
    const { startedAt, now, words } = this.#utterance;
    const transcript = final ? this.#utterance.end() : this.#utterance.text;
    this.#connection.say({
      type: "Results",
      channel_index: [0, 1],
      duration: (now - startedAt) / 1_000,
      start: startedAt / 1_000,
      is_final: final,
      speech_final: final && !("from_finalize" in more),
      ...more,
      channel: {
        alternatives: [
          {
            transcript,
            confidence: 0.98,
            words: words.map((word) => ({
              word,
              start: startedAt / 1_000,
              end: now / 1_000,
              confidence: 0.98,
              punctuated_word: word,
            })),
          },
        ],
      },
      metadata: {
        request_id: REQUEST,
        model_info: { name: this.#query.get("model"), version: "emulated", arch: "nova-3" },
        model_uuid: REQUEST,
      },
    });
  }
}
