import { isRecord } from "../../core/plain-data.ts";
import { MAX_RESULT_DEPTH } from "./limits.ts";

/** Why a value of JSON cannot be kept with a run, in words; null when it can. */
export function whyNotStorable(value: unknown, depth = 0): string | null {
  if (typeof value === "string") return whyNotText(value);
  if (typeof value !== "object" || value === null) return null;
  if (depth >= MAX_RESULT_DEPTH) return `it is nested deeper than ${MAX_RESULT_DEPTH} levels`;
  for (const [key, part] of Object.entries(value)) {
    const why = (isRecord(value) ? whyNotKey(key) : null) ?? whyNotStorable(part, depth + 1);
    if (why !== null) return why;
  }
  return null;
}

function whyNotKey(key: string): string | null {
  return key === "__proto__" ? "a field is named __proto__" : whyNotText(key);
}

// PostgreSQL keeps neither in jsonb, and would refuse the whole commit.
function whyNotText(text: string): string | null {
  return text.includes("\0") || !text.isWellFormed()
    ? "a text holds a NUL character or half a surrogate pair"
    : null;
}
