import type { TurnEvent } from "../turn/events.ts";
import type { TurnState } from "../turn/state.ts";

/** What whoever takes a conversation over tells its record: an answer under way is lost, and so is a goodbye. */
export function takenOver({ phase, generation }: TurnState): readonly TurnEvent[] {
  switch (phase) {
    case "thinking":
    case "listening":
      return [{ kind: "model_failed", generation, reason: "voice_lost" }];
    case "leaving":
      return [{ kind: "played" }];
    default:
      // Tools that run are answered for when they are done.
      return [];
  }
}
