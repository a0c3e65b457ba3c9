import type { DeliveryStatus } from "../../engine/plugin-api.ts";

const PROGRESS: Readonly<Record<string, DeliveryStatus>> = {
  queued: "queued",
  initiated: "queued",
  ringing: "sent",
  "in-progress": "delivered",
  completed: "delivered",
  busy: "failed",
  "no-answer": "failed",
  failed: "failed",
  canceled: "failed",
};

/** How far a call has come, in the words of effects: `delivered` once somebody took it, `failed` when nobody did. */
export function progressOf(status: string): DeliveryStatus {
  return Object.hasOwn(PROGRESS, status) ? (PROGRESS[status] ?? "queued") : "queued";
}

const UNTAKEN: Readonly<Record<string, "busy" | "no_answer" | "failed">> = {
  busy: "busy",
  "no-answer": "no_answer",
  failed: "failed",
  canceled: "failed",
};

/** The port of a call that is over before its flow could speak on it; null while it is not over. */
export function portOfEnd(status: string): "busy" | "no_answer" | "failed" | null {
  // Over without our document ever being asked for: whoever took it put down at once, or the document did not get through.
  if (status === "completed") return "failed";
  return Object.hasOwn(UNTAKEN, status) ? (UNTAKEN[status] ?? null) : null;
}
