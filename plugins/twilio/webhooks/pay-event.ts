import type { JsonObject, WebhookRequest } from "../../../engine/plugin-api.ts";
import { field } from "./request-fields.ts";
import type { StepEvent } from "./step-event.ts";

/**
 * How a payment went. Of what Twilio tells, only what is no card data is taken: no number, date, code or postal code, not
 * even masked.
 */
export function payEvent(request: WebhookRequest): StepEvent {
  const result = field(request, "Result") ?? "internal-error";
  return { event: EVENTS[result] ?? "provider_error", output: { result, ...takenFields(request) } };
}

/** Whether a request is the action of a Pay. */
export function isPayResult(request: WebhookRequest): boolean {
  return (field(request, "Result") ?? "") in EVENTS;
}

const EVENTS: Readonly<Record<string, string>> = {
  success: "success",
  "too-many-failed-attempts": "max_attempts",
  "payment-connector-error": "provider_error",
  "internal-error": "provider_error",
  "caller-interrupted-with-star": "interrupted",
  "caller-hung-up": "hung_up",
  "validation-error": "validation_error",
};

const TAKEN: Readonly<Record<string, string>> = {
  PaymentToken: "token",
  PaymentConfirmationCode: "confirmationCode",
  ProfileId: "profileId",
  PaymentMethod: "paymentMethod",
  PaymentCardType: "cardType",
  PaymentError: "error",
  PayErrorCode: "errorCode",
  ConnectorError: "connectorError",
};

function takenFields(request: WebhookRequest): JsonObject {
  return Object.fromEntries(
    Object.entries(TAKEN).flatMap(([name, as]) => {
      const value = field(request, name);
      return value === null ? [] : [[as, withoutCardNumbers(value)]];
    }),
  );
}

/** A payment provider may repeat what was typed in its words. */
function withoutCardNumbers(text: string): string {
  return text.replace(/\b\d(?:[ -]?\d){11,18}\b/g, "…");
}
