import type { Flow } from "../../engine/core/flow.ts";
import { isOwnFlow } from "./use-flow-document.ts";
import type { RunsWords } from "./words.ts";

/** What a flow is called; its key until its document is there. */
export function flowName(key: string, flow: Flow | null, words: RunsWords): string {
  if (flow) return flow.name;
  if (!isOwnFlow(key)) return key;
  if (key.startsWith("_message")) return words.ownFlows.message;
  return key.startsWith("_bulk") ? words.ownFlows.bulk : words.ownFlows.other;
}
