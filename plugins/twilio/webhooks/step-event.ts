import type { Delivery, WebhookRequest } from "../../../engine/plugin-api.ts";
import { field } from "./request-fields.ts";

/** What the action of a verb says to the step that waits for it. */
export type StepEvent = Pick<Extract<Delivery, { kind: "resume" }>, "event" | "output" | "usage" | "leg">;

const ENDED = new Set(["completed", "busy", "failed", "no-answer", "canceled"]);

export function callerIsGone(request: WebhookRequest): boolean {
  return ENDED.has(field(request, "CallStatus") ?? "");
}
