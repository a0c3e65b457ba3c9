import type { ContactHint, JsonObject } from "../../../engine/plugin-api.ts";
import { objectOf, textOf } from "./json.ts";
import { e164Of } from "./phone.ts";

/** Who wrote. The phone may be missing (people with a username); the user id is missing only in old webhooks. */
export function personOf(
  message: JsonObject,
  contacts: readonly JsonObject[],
  account: string | null,
): ContactHint {
  const from = textOf(message.from);
  const userId = textOf(message.from_user_id);
  const card =
    contacts.find((one) => isCardOf(one, from, userId)) ?? (contacts.length === 1 ? contacts[0] : undefined);
  const channelUserId = userId ?? textOf(card?.user_id);
  const profile = objectOf(card?.profile);
  const username = textOf(profile.username);
  const name = textOf(profile.name) ?? username;
  return {
    phone: e164Of(from) ?? e164Of(textOf(card?.wa_id)),
    ...(channelUserId !== null ? { channelUserId } : {}),
    ...(name !== null ? { name } : {}),
    ...(username !== null ? { username } : {}),
    ...(account !== null ? { account } : {}),
  };
}

function isCardOf(card: JsonObject, from: string | null, userId: string | null): boolean {
  return (userId !== null && card.user_id === userId) || (from !== null && card.wa_id === from);
}
