import type { RawData, WebSocket } from "ws";
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
import { nextOf, type VoiceOrder } from "./voice-order.ts";

type EngineName = VoiceOrder["engines"][number];

export interface MediaCallPlan {
  /** Who carries it, and who takes over. */
  readonly engines: readonly EngineName[];
  readonly carriers: Readonly<Record<EngineName, StartCarrier>>;
  runTool(call: ToolCall, values: JsonObject): Promise<ToolOutcome>;
  log(words: string): void;
}

/** What a connection that does not read may hold up. */
const MOST_BUFFERED = 4 * 1024 * 1024;

/** Carries one call of a Media Streams connection to its end: says how it left the agent, and leaves the phone to the flow. */
export function carryMediaCall(socket: WebSocket, plan: MediaCallPlan): Promise<Exit> {
  return new Promise((resolve) => new MediaCall(socket, plan, resolve));
}

class MediaCall {
  readonly #socket: WebSocket;
  readonly #plan: MediaCallPlan;
  readonly #resolve: (exit: Exit) => void;
  #start: Extract<StreamInbound, { type: "start" }> | null = null;
  #carrier: Carrier | null = null;
  #isOver = false;

  constructor(socket: WebSocket, plan: MediaCallPlan, resolve: (exit: Exit) => void) {
    this.#socket = socket;
    this.#plan = plan;
    this.#resolve = resolve;
    socket.on("message", (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on("close", () => this.#carrier?.onClosed());
    socket.on("error", (error) => plan.log(`the phone's connection: ${error.message}`));
    this.#begin(plan.engines[0] ?? null, null);
  }

  #begin(name: EngineName | null, talk: TurnState | null) {
    // Nobody is left who could say anything: people take over.
    if (name === null) return this.#finish(transfer("voice_lost"));
    this.#carrier = this.#plan.carriers[name](this.#hostFor(name), talk);
    if (this.#start) this.#carrier.onFrame(this.#start);
  }

  #hostFor(name: EngineName) {
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

  #onMessage(data: RawData, isBinary: boolean) {
    const frame: StreamInbound = isBinary
      ? { type: "malformed" }
      : readStreamFrame(String(data), this.#start?.streamSid ?? null);
    if (frame.type === "start") this.#start ??= frame;
    this.#carrier?.onFrame(frame);
  }

  #play(frame: StreamOutbound) {
    const { readyState, OPEN, bufferedAmount } = this.#socket;
    if (readyState !== OPEN || !this.#start) return;
    // A phone that takes nothing any more is gone.
    if (bufferedAmount > MOST_BUFFERED) return this.#socket.terminate();
    this.#socket.send(writeStreamFrame(frame, this.#start.streamSid));
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
    this.#socket.close(1000, "done");
    this.#resolve(exit);
  }
}
