import { textOf } from "../../wire/json.ts";
import { displayedE164 } from "../../wire/phone.ts";
import { accountNote, type FieldReader } from "./field.ts";

/** The name a number shows was reviewed. An approved one shows after the number is registered again, within 14 days. */
export default {
  field: "phone_number_name_update",
  read(change) {
    const { value } = change;
    const decision = textOf(value.decision) ?? "UNKNOWN";
    const name = textOf(value.requested_verified_name);
    const number = textOf(value.display_phone_number);
    const approved = decision === "APPROVED";
    const note = {
      field: "phone_number_name_update",
      event: decision,
      severity: approved ? "info" : "warning",
      text: approved
        ? {
            en: `The name "${name ?? ""}" is approved: register the number again within 14 days.`,
            es: `El nombre «${name ?? ""}» está aprobado: registre el número otra vez en 14 días.`,
          }
        : {
            en: `The name "${name ?? ""}" is ${decision}: ${textOf(value.rejection_reason) ?? "no reason given"}.`,
            es: `El nombre «${name ?? ""}» está ${decision}: ${textOf(value.rejection_reason) ?? "sin motivo indicado"}.`,
          },
      state: { nameStatus: decision, ...(approved && name !== null ? { name } : {}) },
    } as const;
    return [accountNote(change, note, { e164: number === null ? null : displayedE164(number) })];
  },
} satisfies FieldReader;
