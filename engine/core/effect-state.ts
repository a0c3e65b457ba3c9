/**
 * The life of an outside effect, and which status may follow which.
 *
 *   planned ─ its sender's slot comes → sending ─┬→ accepted ─ callbacks → (delivery status moves upward)
 *      └ cancelled, run over → refused           ├→ refused
 *                                                ├→ retrying ─ due → planned | sending
 *                                                └→ in_doubt ─┬ evidence, or somebody by hand → accepted | refused
 *                                                             ├ policy `resend` after its grace → sending
 *                                                             └ policy `give-up` after its grace → unresolved
 *
 * An effect is committed as `sending` before its first byte leaves; on recovery a row in `sending` is `in_doubt`. What is
 * settled (accepted, refused, unresolved) stays so, but for evidence that it happened after all.
 */
export const EFFECT_STATES = [
  "planned",
  "sending",
  "accepted",
  "refused",
  "retrying",
  "in_doubt",
  "unresolved",
] as const;
export type EffectState = (typeof EFFECT_STATES)[number];

/** What happens to an effect in doubt when its grace is over: nothing more, or it is sent again and may come twice. */
export type OnDoubt = "give-up" | "resend";

/** Which state may follow which by what its run says; `engine_may_follow` in the database is the same table. */
export function mayFollow(now: EffectState, next: EffectState): boolean {
  return FOLLOWS[next].includes(now);
}

const FOLLOWS: Readonly<Record<EffectState, readonly EffectState[]>> = {
  planned: [],
  sending: [],
  accepted: ["planned", "sending", "refused", "retrying", "in_doubt", "unresolved"],
  refused: ["planned", "sending", "retrying", "in_doubt"],
  retrying: ["sending"],
  in_doubt: ["sending", "in_doubt"],
  unresolved: ["sending", "in_doubt"],
};

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
