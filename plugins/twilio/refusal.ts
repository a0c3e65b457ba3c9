import { type EffectOutcome, Type } from "../../engine/plugin-api.ts";
import { meaningOf } from "./error-codes.ts";

/** What a flow learns of a request that Twilio refused. */
export const REFUSAL_FIELDS = {
  reason: Type.Optional(
    Type.String({ description: "bad_recipient, bad_sender, bad_content, not_permitted or other." }),
  ),
  vendorCode: Type.Optional(Type.String({ description: "Twilio's own code." })),
  message: Type.Optional(Type.String({ description: "In Twilio's words." })),
  explanation: Type.Optional(Type.String({ description: "In words for people, in the flow's language." })),
};

/** The same of one outcome. */
export function refusalOutput(
  { reason, vendorCode, message }: Extract<EffectOutcome, { state: "refused" }>,
  locale: string,
) {
  const meaning = meaningOf(vendorCode);
  const known = { reason, vendorCode, message };
  if (meaning === null) return known;
  return { ...known, explanation: /^es\b/i.test(locale) ? meaning.es : meaning.en };
}
