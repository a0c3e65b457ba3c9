import { textOf } from "../../wire/json.ts";
import { displayedE164 } from "../../wire/phone.ts";
import { accountNote, type FieldReader } from "./field.ts";

/** Somebody changed, or asked to change, the two-step PIN of a number. */
export default {
  field: "security",
  read(change) {
    const { value } = change;
    const event = textOf(value.event) ?? "UNKNOWN";
    const number = textOf(value.display_phone_number);
    const note = {
      field: "security",
      event,
      severity: "warning",
      text: {
        en: `Security of ${number ?? "a number"}: ${event}. If it was nobody of yours, act now.`,
        es: `Seguridad de ${number ?? "un número"}: ${event}. Si no fue nadie de los suyos, actúe ya.`,
      },
    } as const;
    return [accountNote(change, note, { e164: number === null ? null : displayedE164(number) })];
  },
} satisfies FieldReader;
