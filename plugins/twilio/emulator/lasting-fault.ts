import type { SimulatedFault } from "../../../engine/plugin-api.ts";
import type { Fault } from "./faults.ts";
import { type Form, formText } from "./form.ts";

const DOWN: Fault = { kind: "status", status: 503 };
const SLOW: Fault = { kind: "slow", ms: 4_000 };

/** What is wrong with every request of a kind while the trouble lasts. */
export function lastingFault(
  trouble: ReadonlySet<SimulatedFault>,
  path: string,
  form: Form,
): Fault | undefined {
  if (trouble.size === 0) return undefined;
  if (path.startsWith("/v2/PhoneNumbers/") && trouble.has("lookup-down")) return DOWN;
  if (isMessage(path, form)) {
    const isWhatsApp = (formText(form, "To") ?? "").startsWith("whatsapp:");
    if (trouble.has(isWhatsApp ? "whatsapp-down" : "sms-down")) return DOWN;
  }
  return trouble.has("twilio-slow") ? SLOW : undefined;
}

function isMessage(path: string, form: Form): boolean {
  return path.endsWith("/Messages.json") && form.To !== undefined;
}
