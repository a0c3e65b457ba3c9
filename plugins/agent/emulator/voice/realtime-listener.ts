import type { EmulatedAnswer } from "../answer.ts";
import { type ChatRequest, isObject } from "../chat-request.ts";
import { configFault, merged, transcribes, turnDetection } from "./realtime-config.ts";
import { type Fields, itemOf, questionOf, type RealtimeItem, shown } from "./realtime-items.ts";
import { RealtimeResponse } from "./realtime-response.ts";
import type { Connection, Listener } from "./socket-server.ts";
import { type Heard, Utterance } from "./utterance.ts";

const EXACTLY = /^Say exactly: ([\s\S]+)$/;

/** One session: what it was told, what was said in it, and the one response that may be under way. */
export class RealtimeListener implements Listener {
  #session: Fields = { type: "realtime" };
  #items: readonly RealtimeItem[] = [];
  #response: RealtimeResponse | null = null;
  #itemId = "";
  #counter = 0;
  readonly #utterance = new Utterance();
  readonly #connection: Connection;
  readonly #answer: (request: ChatRequest) => EmulatedAnswer;

  constructor(connection: Connection, answer: (request: ChatRequest) => EmulatedAnswer) {
    this.#connection = connection;
    this.#answer = answer;
    this.#send("session.created", { session: this.#session });
  }

  onText(frame: unknown) {
    const event: Fields = isObject(frame) ? frame : {};
    switch (event.type) {
      case "session.update":
        return this.#update(isObject(event.session) ? event.session : {});
      case "input_audio_buffer.append":
        return this.#hear(Buffer.from(String(event.audio), "base64"));
      case "input_audio_buffer.commit":
        return this.#commit();
      case "input_audio_buffer.clear":
        this.#utterance.end();
        return this.#send("input_audio_buffer.cleared", {});
      case "conversation.item.create":
        return this.#create(event.item);
      case "conversation.item.truncate":
        return this.#truncate(event);
      case "response.create":
        return this.#respond(isObject(event.response) ? event.response : {});
      case "response.cancel":
        return this.#cancel();
      default:
        return this.#refuse("invalid_value", `Invalid value: '${String(event.type)}'.`, "type");
    }
  }

  onClose() {
    this.#response?.abandon();
  }

  #next(prefix: string): string {
    this.#counter += 1;
    return `${prefix}_${String(this.#counter).padStart(8, "0")}`;
  }

  #send(type: string, fields: object) {
    this.#connection.send({ type, event_id: this.#next("event"), ...fields });
  }

  #refuse(code: string, message: string, param: string | null = null) {
    this.#send("error", {
      error: { type: "invalid_request_error", code, message, param, event_id: null },
    });
  }

  #update(update: Fields) {
    const fault = configFault(update, this.#connection.url.searchParams.get("model"));
    if (fault) return this.#refuse("invalid_value", fault.message, fault.param);
    this.#session = merged(this.#session, update);
    this.#send("session.updated", { session: this.#session });
  }

  // ---------------------------------------------------------------------------------------------- listening

  #hear(audio: Buffer) {
    for (const heard of this.#utterance.take(audio)) this.#on(heard);
  }

  #on(heard: Heard) {
    const detection = turnDetection(this.#session);
    if (!detection) return;
    if (heard.kind === "started") return this.#started(heard.atMs, detection.interrupts);
    if (heard.kind === "word" || !this.#utterance.isOpen) return;
    if (heard.forMs < detection.silenceMs(this.#utterance.text)) return;
    this.#send("input_audio_buffer.speech_stopped", { audio_end_ms: heard.atMs, item_id: this.#itemId });
    this.#commit();
    if (detection.creates) this.#respond({});
  }

  #started(atMs: number, interrupts: boolean) {
    this.#itemId = this.#next("item");
    this.#send("input_audio_buffer.speech_started", { audio_start_ms: atMs, item_id: this.#itemId });
    if (interrupts) this.#response?.cancel("turn_detected");
  }

  #commit() {
    const audioMs = this.#utterance.now - this.#utterance.startedAt;
    const text = this.#utterance.end();
    const id = this.#itemId === "" ? this.#next("item") : this.#itemId;
    this.#itemId = "";
    this.#send("input_audio_buffer.committed", {
      item_id: id,
      previous_item_id: this.#items.at(-1)?.id ?? null,
    });
    this.#add({ kind: "message", id, role: "user", text, audioMs });
    if (!transcribes(this.#session)) return;
    const transcribed = "conversation.item.input_audio_transcription.completed";
    this.#send(transcribed, { item_id: id, content_index: 0, transcript: text });
  }

  // ---------------------------------------------------------------------------------------------- items

  #add(item: RealtimeItem) {
    const previous_item_id = this.#items.at(-1)?.id ?? null;
    this.#items = [...this.#items.filter(({ id }) => id !== item.id), item];
    this.#send("conversation.item.added", { previous_item_id, item: shown(item) });
    this.#send("conversation.item.done", { previous_item_id, item: shown(item) });
  }

  #create(value: unknown) {
    const item = itemOf(value, this.#next("item"));
    if (!item) return this.#refuse("invalid_value", "Invalid item.", "item");
    const isKnown = (callId: string) =>
      this.#items.some((one) => one.kind === "call" && one.callId === callId);
    if (item.kind === "result" && !isKnown(item.callId))
      return this.#refuse("invalid_tool_call_output", `No call ${item.callId}.`, "item.call_id");
    this.#add(item);
  }

  #truncate({ item_id, content_index, audio_end_ms }: Fields) {
    const item = this.#items.find(({ id }) => id === item_id);
    if (item?.kind !== "message" || item.role !== "assistant")
      return this.#refuse("item_truncate_invalid_item_id", `No such audio item: ${String(item_id)}.`);
    const at = Number(audio_end_ms);
    if (!(at >= 0 && at <= item.audioMs))
      return this.#refuse(
        "invalid_value",
        `Audio content of ${item.audioMs}ms is already shorter than ${at}ms`,
      );
    const kept = Math.floor((item.text.length * at) / Math.max(1, item.audioMs));
    const cut = { ...item, audioMs: at, text: item.text.slice(0, kept) };
    this.#items = this.#items.map((one) => (one.id === item.id ? cut : one));
    this.#send("conversation.item.truncated", { item_id, content_index, audio_end_ms });
  }

  // ---------------------------------------------------------------------------------------------- answering

  #respond(order: Fields) {
    if (this.#response)
      return this.#refuse(
        "conversation_already_has_active_response",
        "Conversation already has an active response in progress.",
      );
    const exactly = EXACTLY.exec(String(order.instructions ?? ""))?.[1];
    const answer =
      exactly === undefined ? this.#answer(questionOf(this.#session, this.#items)) : { text: exactly };
    this.#response = new RealtimeResponse({
      id: this.#next("resp"),
      metadata: order.metadata ?? null,
      answer,
      nextId: (prefix) => this.#next(prefix),
      send: (type, fields) => this.#send(type, fields),
      say: (type, fields) => this.#connection.say({ type, event_id: this.#next("event"), ...fields }),
      keep: (item) => this.#add(item),
      done: () => {
        this.#response = null;
      },
    });
    this.#response.begin();
  }

  #cancel() {
    if (!this.#response) return this.#refuse("response_cancel_not_active", "No active response to cancel.");
    this.#response.cancel("client_cancelled");
  }
}
