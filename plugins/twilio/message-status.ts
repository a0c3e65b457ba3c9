import type { DeliveryStatus } from "../../engine/plugin-api.ts";

const STATUSES: Readonly<Record<string, DeliveryStatus>> = {
  accepted: "queued",
  scheduled: "queued",
  queued: "queued",
  sending: "queued",
  sent: "sent",
  delivered: "delivered",
  partially_delivered: "delivered",
  read: "read",
  undelivered: "failed",
  failed: "failed",
  canceled: "failed",
};

/** Our word for a message status of Twilio; null for one that says nothing about a message we sent. */
export function deliveryStatusOf(status: string): DeliveryStatus | null {
  return Object.hasOwn(STATUSES, status) ? (STATUSES[status] ?? null) : null;
}
