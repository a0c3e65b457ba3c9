import type { EmulatedAnswer } from "../answer.ts";
import { type RealtimeItem, shown } from "./realtime-items.ts";
import { FRAME_MS, speechOf } from "./speech.ts";

export interface ResponseStage {
  readonly id: string;
  readonly metadata: unknown;
  readonly answer: EmulatedAnswer;
  nextId(prefix: string): string;
  send(type: string, fields: object): void;
  /** False: it hangs here until it is cancelled. */
  say(type: string, fields: object): boolean;
  keep(item: RealtimeItem): void;
  done(): void;
}

type Step = () => void;
const BYTES_PER_MS = 8;

/**
 * One response, a word per turn of the event loop: much faster than it sounds, and yet something can come between. The order of
 * what closes it is our own; nobody may rely on it.
 */
export class RealtimeResponse {
  readonly #stage: ResponseStage;
  readonly #output: RealtimeItem[] = [];
  #steps: Step[] = [];
  #said = "";
  #audioMs = 0;
  #messageId = "";
  #openCall: Extract<RealtimeItem, { kind: "call" }> | null = null;
  #isStalled = false;

  constructor(stage: ResponseStage) {
    this.#stage = stage;
  }

  begin() {
    const { answer, id, metadata } = this.#stage;
    this.#stage.send("response.created", {
      response: { id, object: "realtime.response", status: "in_progress", output: [], metadata },
    });
    this.#steps = [
      ...(answer.text ? this.#messageSteps(answer.text) : []),
      ...(answer.calls ?? []).flatMap((call) => this.#callSteps(call)),
      () => this.#finish(),
    ];
    this.#run();
  }

  abandon() {
    this.#isStalled = true;
  }

  cancel(reason: "turn_detected" | "client_cancelled") {
    this.#isStalled = true;
    if (this.#said !== "" && !this.#isKept()) this.#keepMessage("incomplete");
    if (this.#openCall) this.#closeCall({ ...this.#openCall, status: "incomplete" });
    this.#done("cancelled", { type: "cancelled", reason });
  }

  #run() {
    setImmediate(() => {
      if (this.#isStalled) return;
      this.#steps.shift()?.();
      if (this.#steps.length > 0) this.#run();
    });
  }

  #isKept(): boolean {
    return this.#output.some(({ kind }) => kind === "message");
  }

  // ---------------------------------------------------------------------------------------------- words

  #messageSteps(text: string): Step[] {
    const words = text.match(/\S+\s*/g) ?? [];
    return [
      () => this.#openMessage(),
      ...words.map((word) => () => this.#word(word)),
      () => this.#keepMessage("completed"),
    ];
  }

  #openMessage() {
    this.#messageId = this.#stage.nextId("item");
    this.#stage.send("response.output_item.added", {
      response_id: this.#stage.id,
      output_index: 0,
      item: { id: this.#messageId, type: "message", role: "assistant", status: "in_progress", content: [] },
    });
    this.#stage.send("response.content_part.added", {
      ...this.#place(),
      part: { type: "audio", transcript: "" },
    });
  }

  #place() {
    return { response_id: this.#stage.id, item_id: this.#messageId, output_index: 0, content_index: 0 };
  }

  #word(word: string) {
    const { audio } = speechOf(word);
    this.#said += word;
    this.#audioMs += audio.length / BYTES_PER_MS;
    this.#stage.send("response.output_audio_transcript.delta", { ...this.#place(), delta: word });
    const delta = audio.toString("base64");
    this.#isStalled ||= !this.#stage.say("response.output_audio.delta", { ...this.#place(), delta });
  }

  #keepMessage(status: "completed" | "incomplete") {
    const id = this.#messageId;
    const item = {
      kind: "message" as const,
      id,
      role: "assistant" as const,
      text: this.#said.trim(),
      audioMs: Math.floor(this.#audioMs / FRAME_MS) * FRAME_MS,
    };
    this.#output.push(item);
    this.#stage.keep(item);
    this.#stage.send("response.output_audio.done", this.#place());
    this.#stage.send("response.output_audio_transcript.done", { ...this.#place(), transcript: item.text });
    this.#stage.send("response.output_item.done", {
      response_id: this.#stage.id,
      output_index: 0,
      item: { ...shown(item), status },
    });
  }

  // ---------------------------------------------------------------------------------------------- calls

  #callSteps({ name, arguments: values }: NonNullable<EmulatedAnswer["calls"]>[number]): Step[] {
    const args = typeof values === "string" ? values : JSON.stringify(values);
    const half = Math.ceil(args.length / 2);
    return [
      () => this.#openNamed(name),
      () => this.#argue(args.slice(0, half)),
      () => this.#argue(args.slice(half)),
      () => {
        if (this.#openCall) this.#closeCall(this.#openCall);
      },
    ];
  }

  #openNamed(name: string) {
    const id = this.#stage.nextId("item");
    const callId = this.#stage.nextId("call");
    this.#openCall = { kind: "call", id, callId, name, arguments: "", status: "completed" };
    this.#stage.send("response.output_item.added", {
      response_id: this.#stage.id,
      output_index: this.#output.length,
      item: { ...shown(this.#openCall), status: "in_progress" },
    });
  }

  #argue(piece: string) {
    if (!this.#openCall) return;
    this.#openCall = { ...this.#openCall, arguments: this.#openCall.arguments + piece };
    const { id: item_id, callId: call_id } = this.#openCall;
    const fields = { response_id: this.#stage.id, item_id, call_id, delta: piece };
    this.#isStalled ||= !this.#stage.say("response.function_call_arguments.delta", fields);
  }

  #closeCall(call: Extract<RealtimeItem, { kind: "call" }>) {
    this.#openCall = null;
    this.#output.push(call);
    this.#stage.keep(call);
    this.#stage.send("response.output_item.done", {
      response_id: this.#stage.id,
      output_index: this.#output.length - 1,
      item: shown(call),
    });
  }

  // ---------------------------------------------------------------------------------------------- the end

  #finish() {
    const { finish } = this.#stage.answer;
    if (finish === "length")
      return this.#done("incomplete", { type: "incomplete", reason: "max_output_tokens" });
    if (finish === "content_filter")
      return this.#done("incomplete", { type: "incomplete", reason: "content_filter" });
    this.#done("completed", null);
  }

  #done(status: "completed" | "cancelled" | "incomplete", details: object | null) {
    const { id, metadata } = this.#stage;
    this.#stage.done();
    this.#stage.send("response.done", {
      response: {
        id,
        object: "realtime.response",
        status,
        status_details: details,
        output: this.#output.map(shown),
        metadata,
        usage: {
          total_tokens: 40 + this.#said.length,
          input_tokens: 40,
          output_tokens: this.#said.length,
          input_token_details: { text_tokens: 20, audio_tokens: 20, cached_tokens: 0 },
          output_token_details: { text_tokens: 0, audio_tokens: this.#said.length },
        },
      },
    });
  }
}
