import type { Json } from "../../../engine/plugin-api.ts";

/** Meta counts in seconds, as text or as a number; ISO 8601, or null when it is neither. */
export function momentOf(timestamp: Json | undefined): string | null {
  const seconds =
    typeof timestamp === "string" || typeof timestamp === "number" ? Number(timestamp) : Number.NaN;
  const moment = new Date(seconds * 1000);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}
