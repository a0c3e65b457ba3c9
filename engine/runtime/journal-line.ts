import type { JsonObject } from "../core/json.ts";
import type { JournalEvent } from "../store/runs.ts";
import { jsonBytes } from "./json-bytes.ts";
import type { PayloadBudget } from "./payload-budget.ts";

/** An output above this is kept in the journal by its beginning; the run's state has all of it. */
export const MAX_LINE_BYTES = 32 * 1024;
const HEAD_CHARACTERS = 8 * 1024;

/**
 * [R5, R6] The line as the journal keeps it: a large output by its beginning, and none where the tenant's budget of the day is
 * used up. What happened, where, when and how long it took is always kept. Secrets are taken out before.
 *
 *   { "$head": "{\"rows\":[{\"id\":1,…", "$omitted": { "bytes": 181204, "why": "size" } }
 *   { "$omitted": { "bytes": 912, "why": "budget" } }
 */
export function journalLine(
  budget: Pick<PayloadBudget, "take">,
  tenantId: string,
  event: JournalEvent,
): JournalEvent {
  const { output } = event;
  if (!output) return event;
  const bytes = jsonBytes(output);
  const kept = bytes > MAX_LINE_BYTES ? beginningOf(output, bytes) : output;
  if (budget.take(tenantId, jsonBytes(kept))) return kept === output ? event : { ...event, output: kept };
  return { ...event, output: { $omitted: { bytes, why: "budget" } } };
}

function beginningOf(output: JsonObject, bytes: number): JsonObject {
  // Half of a character outside the basic plane would be no text.
  const head = JSON.stringify(output)
    .slice(0, HEAD_CHARACTERS)
    .replace(/[\uD800-\uDBFF]$/, "");
  return { $head: head, $omitted: { bytes, why: "size" } };
}
