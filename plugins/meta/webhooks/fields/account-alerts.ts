import type { Severity } from "../../../../engine/plugin-api.ts";
import { objectOf, textOf } from "../../wire/json.ts";
import { accountNote, type FieldReader } from "./field.ts";

const SEVERITY: Readonly<Record<string, Severity>> = { CRITICAL: "critical", WARNING: "warning" };

/** Alerts of the business, or of one of its numbers. */
export default {
  field: "account_alerts",
  read(change) {
    const { value } = change;
    const alert = { ...value, ...objectOf(value.alert_info) };
    const type = textOf(alert.alert_type) ?? "UNKNOWN";
    const said = textOf(alert.alert_description) ?? type;
    const note = {
      field: "account_alerts",
      event: type,
      severity: SEVERITY[textOf(alert.alert_severity) ?? ""] ?? "info",
      text: { en: `WhatsApp alerts: ${said}`, es: `Aviso de WhatsApp: ${said}` },
    };
    const isOfNumber = value.entity_type === "PHONE_NUMBER";
    return [accountNote(change, note, { providerId: isOfNumber ? entityOf(value.entity_id) : null })];
  },
} satisfies FieldReader;

function entityOf(id: unknown): string | null {
  return typeof id === "string" || typeof id === "number" ? String(id) : null;
}
