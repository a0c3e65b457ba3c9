import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { ToolOutcome } from "../turn/events.ts";
import type { Exit, ToolCall, TurnState } from "../turn/state.ts";
import { transfer } from "../turn/turn-engine.ts";
import type { Carrier, StartCarrier } from "./carrier.ts";
import {
  readStreamFrame,
  type StreamInbound,
  type StreamOutbound,
  writeStreamFrame,
} from "./stream-frames.ts";
import { nextOf, type Order, type VoiceEngine } from "./voice-order.ts";

export interface MediaCallPlan {
  /** Who carries it, and who takes over. */
  readonly engines: Order<VoiceEngine>;
  readonly carriers: Readonly<Record<VoiceEngine, StartCarrier>>;
  runTool(call: ToolCall, values: JsonObject): Promise<ToolOutcome>;
  log(words: string): void;
}

/** The phone's connection, whoever holds it. */
export interface PhoneLink {
  /** False where it is closed, or does not read. */
  send(text: string): boolean;
  close(code: number, reason: string): void;
}

/** Carries one call of a Media Streams connection to its end: says how it left the agent, and leaves the phone to the flow. */
export class MediaCall {
  readonly left: Promise<Exit>;
  readonly #link: PhoneLink;
  readonly #plan: MediaCallPlan;
  readonly #resolve: (exit: Exit) => void;
  #start: Extract<StreamInbound, { type: "start" }> | null = null;
  #carrier: Carrier | null = null;
  #isOver = false;

  constructor(link: PhoneLink, plan: MediaCallPlan) {
    const { promise, resolve } = Promise.withResolvers<Exit>();
    this.left = promise;
    this.#link = link;
    this.#plan = plan;
    this.#resolve = resolve;
    this.#begin(plan.engines[0], null);
  }

  /** Null: it was no text. */
  message(text: string | null) {
    const frame: StreamInbound =
      text === null ? { type: "malformed" } : readStreamFrame(text, this.#start?.streamSid ?? null);
    if (frame.type === "start") this.#start ??= frame;
    this.#carrier?.onFrame(frame);
  }

  closed() {
    this.#carrier?.onClosed();
  }

  #begin(name: VoiceEngine | null, talk: TurnState | null) {
    // Nobody is left who could say anything: people take over.
    if (name === null) return this.#finish(transfer("voice_lost"));
    this.#carrier = this.#plan.carriers[name](this.#hostFor(name), talk);
    if (this.#start) this.#carrier.onFrame(this.#start);
  }

  #hostFor(name: VoiceEngine) {
    const { log } = this.#plan;
    return {
      log,
      play: (frame: StreamOutbound) => this.#play(frame),
      run: (call: ToolCall, values: JsonObject) => void this.#run(call, values),
      done: (exit: Exit) => this.#finish(exit),
      failOver: (talk: TurnState, reason: string) => {
        log(`${name} gave the call up: ${reason}`);
        this.#carrier?.stop();
        this.#carrier = null;
        this.#begin(nextOf(this.#plan.engines, name), talk);
      },
    };
  }

  #play(frame: StreamOutbound) {
    if (this.#start) this.#link.send(writeStreamFrame(frame, this.#start.streamSid));
  }

  async #run(call: ToolCall, values: JsonObject) {
    const outcome = await this.#outcomeOf(call, values);
    this.#carrier?.onTurn({ kind: "tool_done", callId: call.id, outcome });
  }

  async #outcomeOf(call: ToolCall, values: JsonObject): Promise<ToolOutcome> {
    try {
      return await this.#plan.runTool(call, values);
    } catch (error) {
      this.#plan.log(`${call.name} failed: ${error}`);
      return { text: "It failed; nothing is known of what came of it." };
    }
  }

  #finish(exit: Exit) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#carrier?.stop();
    this.#carrier = null;
    this.#link.close(1000, "done");
    this.#resolve(exit);
  }
}
