import { type Static, Type } from "typebox";
import type { JsonObject } from "../core/json.ts";
import { newId } from "../ids.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { contactOf } from "../store/contacts.ts";
import { Phone } from "./fields.ts";

/** Whom a request is about. */
export const RequestContact = Type.Object(
  { phone: Type.Optional(Phone), name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) },
  { additionalProperties: false },
);

/** The contact as a run sees it; found or made where a phone is named. */
export async function contactFor(
  runtime: Runtime,
  tenantId: string,
  given: Static<typeof RequestContact> | undefined,
): Promise<JsonObject> {
  const name = given?.name ?? null;
  if (given?.phone === undefined) return { id: null, phone: null, name };
  const row = await contactOf(runtime.db, tenantId, {
    id: newId("contact"),
    phone: given.phone,
    channelUserId: null,
    name,
  });
  const { id, phone, locale, attributes } = row;
  const place = attributes.place ?? null;
  return { id, phone, name: row.name, locale, lastStoreId: row.last_store_id, place };
}
