import type { Delivery, DeliveryStatus, JsonObject } from "../../../engine/plugin-api.ts";
import { meaningOf } from "../error-codes.ts";
import { numberOf, objectOf, objectsOf, textOf } from "./json.ts";

/** The statuses of one `value`. Who they are about is known from the echoed effect id and the wamid, never from the recipient. */
export function readStatuses(value: JsonObject): readonly Delivery[] {
  return objectsOf(value.statuses).flatMap((status) => readStatus(status) ?? []);
}

const STATUS_OF: Readonly<Record<string, DeliveryStatus>> = {
  sent: "sent",
  delivered: "delivered",
  read: "read",
  played: "read",
  failed: "failed",
};

const EFFECT_ID = /^eff_[0-9A-Za-z]+$/;

function readStatus(report: JsonObject): Delivery | null {
  const ref = textOf(report.id);
  const word = textOf(report.status) ?? "";
  const status = STATUS_OF[word];
  if (ref === null || status === undefined) return null;
  const echoed = textOf(report.biz_opaque_callback_data);
  return {
    kind: "status",
    effectId: echoed !== null && EFFECT_ID.test(echoed) ? echoed : null,
    ref,
    status,
    ...failure(objectsOf(report.errors)[0]),
    dedupeKey: `status:${ref}:${word}`,
  };
}

function failure(error: JsonObject | undefined): Partial<Extract<Delivery, { kind: "status" }>> {
  const code = numberOf(error?.code);
  if (error === undefined || code === null) return {};
  const meaning = meaningOf(code);
  const details = textOf(objectOf(error.error_data).details) ?? textOf(error.message) ?? textOf(error.title);
  return { vendorCode: String(code), vendorMessage: details ?? meaning.text.en, refusal: meaning.refusal };
}
