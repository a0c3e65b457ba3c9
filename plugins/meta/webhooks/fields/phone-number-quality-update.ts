import { textOf } from "../../wire/json.ts";
import { displayedE164 } from "../../wire/phone.ts";
import { accountNote, type FieldReader } from "./field.ts";

/** A number is flagged for its quality, or its limits or throughput change. */
export default {
  field: "phone_number_quality_update",
  read(change) {
    const { value } = change;
    const event = textOf(value.event) ?? "UNKNOWN";
    const limit = textOf(value.current_limit) ?? textOf(value.max_daily_conversations_per_business);
    const number = textOf(value.display_phone_number);
    const note = {
      field: "phone_number_quality_update",
      event,
      severity: WORSE.has(event) ? "warning" : "info",
      text: {
        en: `Quality of ${number ?? "a number"}: ${event}, limit ${limit ?? "not named"}.`,
        es: `Calidad de ${number ?? "un número"}: ${event}, límite ${limit ?? "no indicado"}.`,
      },
      state: {
        qualityEvent: event,
        ...(limit === null ? {} : { limit }),
        ...(event === "THROUGHPUT_UPGRADE" ? { throughput: "HIGH" } : {}),
      },
    } as const;
    return [accountNote(change, note, { e164: number === null ? null : displayedE164(number) })];
  },
} satisfies FieldReader;

const WORSE = new Set(["FLAGGED", "DOWNGRADE"]);
