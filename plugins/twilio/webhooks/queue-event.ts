import type { WebhookRequest } from "../../../engine/plugin-api.ts";
import { field, secondsField } from "./request-fields.ts";
import type { StepEvent } from "./step-event.ts";

/** How a stay in a queue ended. */
export function queueEvent(request: WebhookRequest): StepEvent {
  const queueResult = field(request, "QueueResult") ?? "error";
  const queueSid = field(request, "QueueSid");
  return {
    event: EVENTS[queueResult] ?? "failed",
    output: {
      queueResult,
      queueSeconds: secondsField(request, "QueueTime") ?? 0,
      ...(queueSid === null ? {} : { queueSid }),
    },
  };
}

const EVENTS: Readonly<Record<string, string>> = {
  bridged: "bridged",
  "bridging-in-process": "bridged",
  "redirected-from-bridged": "bridged",
  leave: "left",
  redirected: "left",
  hangup: "hangup",
  "queue-full": "full",
};

/** One key for a caller's leaving, whoever tells it first: the key they pressed, or the queue they left. */
export function leavingKey(stepKey: string): string {
  return `${stepKey}:leaves-queue`;
}

export function isLeaving(request: WebhookRequest): boolean {
  return field(request, "QueueResult") === "leave";
}
