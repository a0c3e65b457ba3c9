import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { TurnEvent } from "../turn/events.ts";
import type { Exit, ToolCall, TurnState } from "../turn/state.ts";
import type { StreamInbound, StreamOutbound } from "./stream-frames.ts";

/** Whoever carries a call over Media Streams at the moment: a model that hears and speaks, or our own chain. */
export interface Carrier {
  onFrame(frame: StreamInbound): void;
  /** What a tool said. */
  onTurn(event: TurnEvent): void;
  /** The caller's connection is gone. */
  onClosed(): void;
  /** Lets go of everything it opened. */
  stop(): void;
}

export interface CarrierHost {
  play(frame: StreamOutbound): void;
  run(call: ToolCall, values: JsonObject): void;
  log(words: string): void;
  done(exit: Exit): void;
  failOver(talk: TurnState, reason: string): void;
}

/** `talk`: the conversation that goes on; null: a new one. */
export type StartCarrier = (host: CarrierHost, talk: TurnState | null) => Carrier;
