import type { WebhookRequest } from "../../../engine/plugin-api.ts";
import { field, secondsField } from "./request-fields.ts";
import { callerIsGone, type StepEvent } from "./step-event.ts";

/** Only the end of a ConversationRelay session has one. */
export function isRelayEnd(request: WebhookRequest): boolean {
  return field(request, "SessionStatus") !== null;
}

/** How a ConversationRelay session ended; what it hands over is told as it came. */
export function relayEvent(request: WebhookRequest): StepEvent {
  const seconds = secondsField(request, "SessionDuration") ?? 0;
  return {
    event: "relay_ended",
    output: {
      status: field(request, "SessionStatus"),
      durationSeconds: seconds,
      handoffData: field(request, "HandoffData"),
      errorCode: field(request, "ErrorCode"),
      errorMessage: field(request, "ErrorMessage"),
      callerGone: callerIsGone(request),
    },
    // Minutes begun; none where nobody was connected.
    usage: { part: "call", amount: Math.ceil(seconds / 60) },
  };
}
