import type { JsonObject } from "../../../engine/plugin-api.ts";
import { meaningOf } from "../error-codes.ts";
import { envelope, type OurNumber, seconds } from "./envelope.ts";
import type { SentMessage, Step } from "./ledger.ts";

/** The webhook that reports one step of a message. */
export function statusWebhook(message: SentMessage, step: Step, number: OurNumber, at: Date): JsonObject {
  const status = {
    id: message.entry.ref,
    status: step.status,
    timestamp: seconds(at),
    ...recipientOf(message, step),
    ...(message.callbackData !== null ? { biz_opaque_callback_data: message.callbackData } : {}),
    ...(step.status === "sent" || step.status === "delivered" ? pricingOf(message, at) : {}),
    ...(step.code !== undefined ? { errors: [errorOf(step.code)] } : {}),
  };
  return envelope(number, { ...contactsOf(message, step), statuses: [status] });
}

/** A failed status names its recipient only as it was addressed. */
function recipientOf({ recipient: { phone, userId } }: SentMessage, { status }: Step): JsonObject {
  if (status === "failed" && phone !== null) return { recipient_id: phone };
  return { ...(phone !== null ? { recipient_id: phone } : {}), recipient_user_id: userId };
}

function contactsOf({ recipient: { phone, userId } }: SentMessage, { status }: Step): JsonObject {
  if (status === "failed") return {};
  return {
    contacts: [
      { profile: { name: "WhatsApp user" }, user_id: userId, ...(phone !== null ? { wa_id: phone } : {}) },
    ],
  };
}

/** The conversation is named only while an entry point is open. */
function pricingOf({ pricing, entry }: SentMessage, at: Date): JsonObject {
  if (pricing === null) return {};
  const said = { billable: pricing.type === "regular", pricing_model: "PMP", ...pricing };
  if (pricing.type !== "free_entry_point") return { pricing: said };
  const conversation = {
    id: `conv-${entry.ref.slice(-16)}`,
    origin: { type: "referral_conversion" },
    expiration_timestamp: seconds(new Date(at.getTime() + DAY_MS)),
  };
  return { conversation, pricing: said };
}

const DAY_MS = 24 * 60 * 60 * 1000;

function errorOf(code: number): JsonObject {
  const text = meaningOf(code).text.en;
  return { code, title: text, message: text, error_data: { details: text } };
}
