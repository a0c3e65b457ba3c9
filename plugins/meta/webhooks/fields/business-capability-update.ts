import { numberOf } from "../../wire/json.ts";
import { accountNote, type FieldReader } from "./field.ts";

/** How many people and numbers the business may have. The limit belongs to the whole portfolio. */
export default {
  field: "business_capability_update",
  read(change) {
    const people = numberOf(change.value.max_daily_conversations_per_business);
    const said = people ?? "?";
    const note = {
      field: "business_capability_update",
      event: "LIMITS",
      severity: "info",
      text: {
        en: `The business may write first to ${said} people in 24 hours.`,
        es: `La empresa puede iniciar conversación con ${said} personas en 24 horas.`,
      },
      state: { portfolioLimit: people },
    } as const;
    return [accountNote(change, note)];
  },
} satisfies FieldReader;
