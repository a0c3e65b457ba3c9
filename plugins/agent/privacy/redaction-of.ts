import { type NodeContext, PRIVATE_KINDS } from "../../../engine/plugin-api.ts";
import { countryOf } from "./country-of.ts";
import type { Redaction } from "./redact.ts";

/** What the tenant keeps of its conversations. Unless it says otherwise, nothing that is private. */
export function redactionOf(
  { agent: { settings }, contact: { phone } }: NodeContext,
  language: string,
  person = typeof phone === "string" ? phone : "",
): Redaction {
  return {
    kinds: settings.redact ?? PRIVATE_KINDS,
    language,
    country: countryOf(person),
  };
}
