import { type Static, Type } from "typebox";
import type { JsonObject } from "../core/json.ts";
import { newId } from "../ids.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { contactOf } from "../store/contacts.ts";
import { Phone, UserId } from "./fields.ts";

/** Whom a request is about. */
export const RequestContact = Type.Object(
  {
    phone: Type.Optional(Phone),
    userId: Type.Optional(UserId),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  { additionalProperties: false },
);

/** The contact as a run sees it; found or made where a phone or a user id is named. */
export async function contactFor(
  runtime: Runtime,
  tenantId: string,
  given: Static<typeof RequestContact> | undefined,
): Promise<JsonObject> {
  const name = given?.name ?? null;
  const [named, channelUserId] = [given?.phone ?? null, given?.userId ?? null];
  if (named === null && channelUserId === null) return { id: null, phone: null, name };
  const hint = { id: newId("contact"), phone: named, channelUserId, name };
  const row = await contactOf(runtime.db, tenantId, hint);
  const { id, phone, channel_user_id: userId, locale, attributes } = row;
  const place = attributes.place ?? null;
  return { id, phone, userId, name: row.name, locale, lastStoreId: row.last_store_id, place };
}
