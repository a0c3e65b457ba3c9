import type { Delivery, JsonObject } from "../../../engine/plugin-api.ts";
import { objectOf, objectsOf, textOf } from "./json.ts";
import { displayedE164, e164Of } from "./phone.ts";

const SAID: Readonly<Record<string, "STOP" | "START">> = { stop: "STOP", resume: "START", signup: "START" };

/** What people chose in WhatsApp's own settings: marketing messages of this business, or none. */
export function readPreferences(value: JsonObject): readonly Delivery[] {
  const metadata = objectOf(value.metadata);
  const id = textOf(metadata.phone_number_id);
  const displayed = textOf(metadata.display_phone_number);
  if (id === null || displayed === null) return [];
  return objectsOf(value.user_preferences).flatMap((preference) =>
    readPreference(preference, { id, to: displayedE164(displayed) }),
  );
}

function readPreference(
  preference: JsonObject,
  number: { readonly id: string; readonly to: string },
): readonly Delivery[] {
  const said = SAID[textOf(preference.value) ?? ""];
  const phone = e164Of(textOf(preference.wa_id));
  const userId = textOf(preference.user_id);
  if (
    said === undefined ||
    preference.category !== "marketing_messages" ||
    (phone === null && userId === null)
  )
    return [];
  const seconds = Number(preference.timestamp);
  const at = Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : null;
  return [
    {
      kind: "preference",
      to: number.to,
      channel: "whatsapp",
      providerId: number.id,
      contact: { phone, ...(userId === null ? {} : { channelUserId: userId }) },
      said,
      purposes: ["marketing"],
      at,
      dedupeKey: `preference:${number.id}:${phone ?? userId}:${said}:${seconds}`,
    },
  ];
}
