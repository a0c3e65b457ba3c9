import type { Delivery, JsonObject } from "../../../engine/plugin-api.ts";
import { objectOf, objectsOf, textOf } from "./json.ts";
import { momentOf } from "./moment.ts";
import { displayedE164, e164Of } from "./phone.ts";

const SAID: Readonly<Record<string, "STOP" | "START">> = { stop: "STOP", resume: "START", signup: "START" };

/** What people chose in WhatsApp's own settings: marketing messages of this business, or none. */
export function readPreferences(value: JsonObject, account: string | null): readonly Delivery[] {
  const metadata = objectOf(value.metadata);
  const id = textOf(metadata.phone_number_id);
  const displayed = textOf(metadata.display_phone_number);
  if (id === null || displayed === null) return [];
  return objectsOf(value.user_preferences).flatMap((preference) =>
    readPreference(preference, { id, to: displayedE164(displayed), account }),
  );
}

function readPreference(
  preference: JsonObject,
  number: { readonly id: string; readonly to: string; readonly account: string | null },
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
  const { account } = number;
  return [
    {
      kind: "preference",
      to: number.to,
      channel: "whatsapp",
      providerId: number.id,
      contact: {
        phone,
        ...(userId === null ? {} : { channelUserId: userId }),
        ...(account === null ? {} : { account }),
      },
      said,
      purposes: ["marketing"],
      at: momentOf(preference.timestamp),
      dedupeKey: `preference:${number.id}:${phone ?? userId}:${said}:${Number(preference.timestamp)}`,
    },
  ];
}
