import { isObject } from "../chat-request.ts";
import type { Connection, Listener } from "./socket-server.ts";
import { type Heard, Utterance } from "./utterance.ts";

const REQUEST = "00000000-0000-4000-8000-000000000002";
const SURE_MS = 260;
const EAGER_MS = 120;
const DEFAULT_TIMEOUT_MS = 5_000;

type TurnEvent = "Update" | "StartOfTurn" | "EagerEndOfTurn" | "TurnResumed" | "EndOfTurn";
type Trigger = "model" | "manual" | "timeout";

/**
 * Decides itself when a turn is over: soon where the sentence ends, after `eot_timeout_ms` where it hangs in the air (it ends
 * with a comma or an ellipsis).
 */
export class FluxListener implements Listener {
  readonly #connection: Connection;
  readonly #query: URLSearchParams;
  readonly #utterance = new Utterance();
  #sequence = 0;
  #turn = 0;
  #isEager = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#query = connection.url.searchParams;
    connection.send({ type: "Connected", request_id: REQUEST, sequence_id: this.#next() });
  }

  onAudio(audio: Buffer) {
    for (const heard of this.#utterance.take(audio)) this.#on(heard);
  }

  onText(frame: unknown) {
    const type = isObject(frame) ? frame.type : null;
    if (type === "CloseStream") return this.#connection.close(1000, "");
    if (type === "ForceEndTurn") return this.#end("manual");
    if (type === "Configure") return this.#configure(isObject(frame) ? frame : {});
    this.#connection.send({
      type: "Error",
      code: "UNPARSABLE_CLIENT_MESSAGE",
      description: `Unknown message ${String(type)}.`,
      sequence_id: this.#next(),
    });
    this.#connection.close(1008, "unknown message");
  }

  #next(): number {
    const sequence = this.#sequence;
    this.#sequence += 1;
    return sequence;
  }

  #configure({ thresholds }: Readonly<Record<string, unknown>>) {
    const values: Readonly<Record<string, unknown>> = isObject(thresholds) ? thresholds : {};
    const timeout = Number(values.eot_timeout_ms ?? this.#timeoutMs());
    const isFit = timeout >= 500 && timeout <= 60_000;
    if (isFit) this.#query.set("eot_timeout_ms", String(timeout));
    this.#connection.send({
      type: isFit ? "ConfigureSuccess" : "ConfigureFailure",
      request_id: REQUEST,
      sequence_id: this.#next(),
    });
  }

  #timeoutMs(): number {
    return Number(this.#query.get("eot_timeout_ms") ?? DEFAULT_TIMEOUT_MS);
  }

  #on(heard: Heard) {
    if (heard.kind === "started") return;
    if (heard.kind === "word") return this.#word();
    if (!this.#utterance.isOpen || this.#utterance.text === "") return;
    if (heard.forMs >= this.#timeoutMs()) return this.#end("timeout");
    if (/[,…]$|\.\.\.$/.test(this.#utterance.text)) return;
    if (this.#query.has("eager_eot_threshold") && !this.#isEager && heard.forMs >= EAGER_MS) {
      this.#isEager = true;
      this.#info("EagerEndOfTurn");
    }
    if (heard.forMs >= SURE_MS) this.#end("model");
  }

  #word() {
    if (this.#isEager) {
      this.#isEager = false;
      this.#info("TurnResumed");
    }
    this.#info(this.#utterance.words.length === 1 ? "StartOfTurn" : "Update");
  }

  #end(trigger: Trigger) {
    if (this.#utterance.text === "") return;
    this.#info("EndOfTurn", trigger);
    this.#utterance.end();
    this.#isEager = false;
    this.#turn += 1;
  }

  #info(event: TurnEvent, trigger: Trigger = "model") {
    const { startedAt, now, text, words } = this.#utterance;
    const hinted = this.#query.getAll("language_hint");
    this.#connection.say({
      type: "TurnInfo",
      event,
      turn_index: this.#turn,
      audio_window_start: startedAt / 1_000,
      audio_window_end: now / 1_000,
      transcript: text,
      words: words.map((word) => ({ word, confidence: 0.98 })),
      end_of_turn_confidence: event === "EndOfTurn" ? 0.9 : event === "EagerEndOfTurn" ? 0.5 : 0.1,
      trigger,
      languages: hinted.slice(0, 1),
      languages_hinted: hinted,
      request_id: REQUEST,
      sequence_id: this.#next(),
    });
  }
}
