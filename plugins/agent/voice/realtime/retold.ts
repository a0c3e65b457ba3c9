import type { Entry } from "../../turn/state.ts";
import { type RealtimeAction, tell } from "./realtime-state.ts";

/** What was said before, for a server that was not there. */
export function retold(entry: Entry): RealtimeAction[] {
  if (entry.role !== "person" && entry.role !== "agent") return [];
  const [role, type] = entry.role === "person" ? ["user", "input_text"] : ["assistant", "output_text"];
  return [
    tell({
      type: "conversation.item.create",
      item: { type: "message", role, content: [{ type, text: entry.text }] },
    }),
  ];
}
