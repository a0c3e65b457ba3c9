import type { AccountNote, Blocked, JsonObject, Severity } from "../../engine/plugin-api.ts";
import { meaningOf } from "./error-codes.ts";

/** Codes that say something of the number or its account, whatever message they answered. */
const CODES: Readonly<Record<string, { severity: Severity; scope?: Blocked["scope"]; state?: JsonObject }>> =
  {
    // One token serves all numbers: nothing goes out until it is replaced.
    "0": { severity: "critical" },
    "190": { severity: "critical" },
    "368": { severity: "critical", scope: "all" },
    "131031": { severity: "critical", scope: "all" },
    // The free messages of the month still go out.
    "131042": { severity: "critical", state: { payment: "131042" } },
    "131045": { severity: "critical" },
    "131048": { severity: "warning" },
    "131037": { severity: "warning" },
    "131064": { severity: "warning" },
    "133010": { severity: "critical" },
  };

/** What a refusal means for everything else the number would send; null for what is about its message alone. */
export function saysOfAccount(vendorCode: string): AccountNote | null {
  const known = CODES[vendorCode];
  if (!known) return null;
  const { text } = meaningOf(Number(vendorCode));
  const { severity, scope, state = {} } = known;
  const blocked = scope && { blocked: { scope, until: null, code: vendorCode, text: { ...text } } };
  return { field: "refusal", event: vendorCode, severity, text, state: { ...state, ...blocked } };
}
