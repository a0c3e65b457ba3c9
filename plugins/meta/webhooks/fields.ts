import accountAlerts from "./fields/account-alerts.ts";
import accountUpdate from "./fields/account-update.ts";
import businessCapabilityUpdate from "./fields/business-capability-update.ts";
import type { FieldReader } from "./fields/field.ts";
import messages from "./fields/messages.ts";
import phoneNumberNameUpdate from "./fields/phone-number-name-update.ts";
import phoneNumberQualityUpdate from "./fields/phone-number-quality-update.ts";
import { recorded } from "./fields/recorded.ts";
import security from "./fields/security.ts";
import standby from "./fields/standby.ts";
import { TEMPLATES } from "./fields/templates.ts";
import userPreferences from "./fields/user-preferences.ts";

const READERS: readonly FieldReader[] = [
  accountAlerts,
  accountUpdate,
  businessCapabilityUpdate,
  messages,
  phoneNumberNameUpdate,
  phoneNumberQualityUpdate,
  ...recorded,
  security,
  standby,
  ...TEMPLATES,
  userPreferences,
];

/** Who reads a field of Meta's webhooks; a field nobody reads says nothing to us. */
export const FIELDS: ReadonlyMap<string, FieldReader> = new Map(
  READERS.map((reader) => [reader.field, reader]),
);
