import { isObject } from "../chat-request.ts";
import { type Connection, type Listener, listenForSockets, type SocketStandIn } from "./socket-server.ts";
import { speechOf } from "./speech.ts";

const MOST_CONTEXTS = 5;
const DEFAULT_INACTIVITY_S = 20;

/** Text to speech over `stream-input`, one text per socket, and `multi-stream-input`, several side by side. */
export function startElevenLabs(apiKey: string): Promise<SocketStandIn> {
  return listenForSockets({
    refuses: ({ headers }, { pathname }) => {
      if (headers["xi-api-key"] !== apiKey) return 401;
      return /^\/v1\/text-to-speech\/[^/]+\/(multi-)?stream-input$/.test(pathname) ? null : 404;
    },
    listener: (connection) =>
      new Speaker(connection, connection.url.pathname.endsWith("/multi-stream-input")),
  });
}

type Message = Readonly<Record<string, unknown>>;

class Speaker implements Listener {
  /** What was not spoken yet, by context. */
  readonly #waiting = new Map<string, string>();
  readonly #connection: Connection;
  readonly #isMulti: boolean;
  readonly #isAuto: boolean;
  readonly #inactivityMs: number;
  #timer: NodeJS.Timeout;

  constructor(connection: Connection, isMulti: boolean) {
    const { searchParams: query } = connection.url;
    this.#connection = connection;
    this.#isMulti = isMulti;
    this.#isAuto = query.get("auto_mode") === "true";
    this.#inactivityMs = Number(query.get("inactivity_timeout") ?? DEFAULT_INACTIVITY_S) * 1_000;
    this.#timer = this.#watch();
  }

  onText(frame: unknown) {
    clearTimeout(this.#timer);
    this.#timer = this.#watch();
    if (!isObject(frame)) return this.#connection.close(1008, "invalid message");
    if (this.#isMulti) this.#onMulti(frame);
    else this.#onSingle(frame);
  }

  onClose() {
    clearTimeout(this.#timer);
  }

  #watch(): NodeJS.Timeout {
    return setTimeout(() => this.#connection.close(1008, "inactivity"), this.#inactivityMs).unref();
  }

  #onSingle(frame: Message) {
    if (frame.text !== "") return this.#take("", frame);
    this.#speak("");
    this.#connection.send({ audio: null, isFinal: true });
    this.#connection.close(1000, "done");
  }

  #onMulti(frame: Message) {
    if (frame.close_socket === true) return this.#connection.close(1000, "done");
    const context = typeof frame.context_id === "string" ? frame.context_id : "default";
    if (!this.#waiting.has(context)) this.#waiting.set(context, "");
    if (this.#waiting.size > MOST_CONTEXTS) return this.#connection.close(1008, "too many contexts");
    this.#take(context, frame);
    if (frame.close_context !== true) return;
    this.#speak(context);
    this.#waiting.delete(context);
    this.#connection.send({ isFinal: true, contextId: context });
  }

  #take(context: string, frame: Message) {
    const text = typeof frame.text === "string" ? frame.text : "";
    this.#waiting.set(context, (this.#waiting.get(context) ?? "") + text);
    if (frame.flush === true || (this.#isAuto && text.trim() !== "")) this.#speak(context);
  }

  #speak(context: string) {
    const text = this.#waiting.get(context) ?? "";
    this.#waiting.set(context, "");
    if (text.trim() === "") return;
    const { audio, alignment } = speechOf(text.trimStart());
    this.#connection.say({
      audio: audio.toString("base64"),
      alignment,
      normalizedAlignment: alignment,
      ...(this.#isMulti ? { contextId: context } : { isFinal: null }),
    });
  }
}
