import type { JsonObject } from "../../../engine/plugin-api.ts";

/** One of our numbers as a webhook names it. */
export interface OurNumber {
  readonly phoneNumberId: string;
  /** Digits without `+`. */
  readonly displayed: string;
  readonly wabaId: string;
}

/** One change of field `messages`, alone in its webhook. */
export function envelope(number: OurNumber, content: JsonObject): JsonObject {
  return envelopeOf(number.wabaId, [change(number, content)]);
}

export function envelopeOf(wabaId: string, changes: readonly JsonObject[]): JsonObject {
  return { object: "whatsapp_business_account", entry: [{ id: wabaId, changes }] };
}

export function change(
  { displayed, phoneNumberId }: OurNumber,
  content: JsonObject,
  field: "messages" | "standby" = "messages",
): JsonObject {
  const metadata = { display_phone_number: displayed, phone_number_id: phoneNumberId };
  return { field, value: { messaging_product: "whatsapp", metadata, ...content } };
}

/** A change of an account field: it has a time of its own and no metadata. */
export function accountEnvelope(wabaId: string, at: Date, field: string, value: JsonObject): JsonObject {
  const time = Math.floor(at.getTime() / 1000);
  return { object: "whatsapp_business_account", entry: [{ id: wabaId, time, changes: [{ field, value }] }] };
}

/** Meta's time: seconds, as text. */
export function seconds(at: Date): string {
  return String(Math.floor(at.getTime() / 1000));
}
