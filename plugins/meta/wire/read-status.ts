import type { Delivery, DeliveryStatus, JsonObject, Pricing } from "../../../engine/plugin-api.ts";
import { meaningOf } from "../error-codes.ts";
import { numberOf, objectOf, objectsOf, textOf } from "./json.ts";
import { momentOf } from "./moment.ts";

/** The statuses of one `value`. Who they are about is known from the echoed effect id and the wamid, never from the recipient. */
export function readStatuses(value: JsonObject): readonly Delivery[] {
  const number = textOf(objectOf(value.metadata).phone_number_id);
  return objectsOf(value.statuses).flatMap((status) => readStatus(status, number) ?? []);
}

const STATUS_OF: Readonly<Record<string, DeliveryStatus>> = {
  sent: "sent",
  delivered: "delivered",
  read: "read",
  played: "read",
  failed: "failed",
};

const EFFECT_ID = /^eff_[0-9A-Za-z]+$/;

function readStatus(report: JsonObject, number: string | null): Delivery | null {
  const ref = textOf(report.id);
  const word = textOf(report.status) ?? "";
  const status = STATUS_OF[word];
  if (ref === null || status === undefined) return null;
  const at = momentOf(report.timestamp);
  const pricing = pricingOf(objectOf(report.pricing));
  const echoed = textOf(report.biz_opaque_callback_data);
  return {
    kind: "status",
    effectId: echoed !== null && EFFECT_ID.test(echoed) ? echoed : null,
    ref,
    status,
    ...failure(objectsOf(report.errors)[0]),
    ...(at === null ? {} : { at }),
    ...(pricing ? { pricing } : {}),
    ...(number === null ? {} : { providerId: number }),
    channel: "whatsapp",
    dedupeKey: `status:${ref}:${word}`,
  };
}

/** Types and categories Meta may add are kept as they come; one category is spelled in two ways. */
function pricingOf({ type, category, pricing_model: model }: JsonObject): Pricing | null {
  const [said, kind] = [textOf(type), textOf(category)];
  if (said === null || kind === null) return null;
  const spelled = kind === "authentication_international" ? "authentication-international" : kind;
  return { type: said, category: spelled, model: textOf(model) };
}

function failure(error: JsonObject | undefined): Partial<Extract<Delivery, { kind: "status" }>> {
  const code = numberOf(error?.code);
  if (error === undefined || code === null) return {};
  const meaning = meaningOf(code);
  const details = textOf(objectOf(error.error_data).details) ?? textOf(error.message) ?? textOf(error.title);
  return { vendorCode: String(code), vendorMessage: details ?? meaning.text.en, refusal: meaning.refusal };
}
