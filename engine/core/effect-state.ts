/**
 * The life of an outside effect, and which status may follow which.
 *
 *   planned ─ intent committed → sending ─┬→ accepted ─ callbacks → (delivery status moves upward)
 *                                         ├→ refused
 *                                         ├→ retrying ─ due → sending
 *                                         └→ in_doubt ─ evidence → accepted | unresolved
 *
 * An effect is committed as `sending` before its first byte leaves; on recovery a row in `sending` is `in_doubt`.
 */
export const EFFECT_STATES = [
  "sending",
  "accepted",
  "refused",
  "retrying",
  "in_doubt",
  "unresolved",
] as const;
export type EffectState = (typeof EFFECT_STATES)[number];

/** Delivery statuses of messages in the order they may come; a vendor's own words are mapped to these. */
export const DELIVERY_RANK = {
  queued: 0,
  sent: 1,
  delivered: 2,
  read: 3,
  failed: 9,
} as const;
export type DeliveryStatus = keyof typeof DELIVERY_RANK;

/**
 * The status after a report: only upward, and `failed` only before anything was delivered. Reports come twice and out of
 * order; those that would move a status down change nothing.
 */
export function laterStatus(current: DeliveryStatus, reported: DeliveryStatus): DeliveryStatus {
  if (current === "failed") return current;
  if (reported === "failed") return DELIVERY_RANK[current] < DELIVERY_RANK.delivered ? reported : current;
  return DELIVERY_RANK[reported] > DELIVERY_RANK[current] ? reported : current;
}
