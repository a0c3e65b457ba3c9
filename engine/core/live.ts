import type { SimulationEvent } from "./simulation.ts";

/**
 * What goes over the WebSocket at `/ws`, as JSON, one message a frame. A client subscribes to topics and is told what
 * happens there until it unsubscribes or leaves; on a lost connection it subscribes again and reads what it missed over HTTP.
 */
export type LiveTopic = "runs" | `run:${string}` | `flow:${string}` | `simulation:${string}`;

export type LiveRequest =
  | { readonly kind: "subscribe"; readonly topic: LiveTopic }
  | { readonly kind: "unsubscribe"; readonly topic: LiveTopic }
  /** Somebody has a flow open; asked again every 20 s, forgotten after 45. `editing`: they want the edit lock. */
  | {
      readonly kind: "presence";
      readonly topic: `flow:${string}`;
      readonly editing: boolean;
      readonly selection: readonly string[];
    }
  | { readonly kind: "leave"; readonly topic: `flow:${string}` };

/** Somebody who has a flow open. */
export interface Present {
  /** Of the connection: one person may have two tabs. */
  readonly id: string;
  readonly name: string;
  readonly editing: boolean;
  readonly selection: readonly string[];
  readonly since: string;
}

export type LiveMessage =
  | { readonly topic: LiveTopic; readonly kind: "subscribed"; readonly id: string }
  | { readonly topic: LiveTopic; readonly kind: "refused"; readonly code: string; readonly message: string }
  /** A run of the list, or the run itself, changed: read it again. */
  | { readonly topic: "runs" | `run:${string}`; readonly kind: "changed"; readonly runIds: readonly string[] }
  /** The draft was saved or published by somebody. */
  | {
      readonly topic: `flow:${string}`;
      readonly kind: "saved" | "published";
      readonly revision: number;
      readonly by: string;
      readonly at: string;
    }
  /** All who have it open; `lock` names the connection whose edits count. */
  | {
      readonly topic: `flow:${string}`;
      readonly kind: "present";
      readonly people: readonly Present[];
      readonly lock: string | null;
    }
  | { readonly topic: `simulation:${string}`; readonly kind: "event"; readonly event: SimulationEvent };
