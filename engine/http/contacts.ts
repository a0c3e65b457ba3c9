import { Type } from "typebox";
import type { JsonObject } from "../core/json.ts";
import { isTimeZone } from "../core/local-moment.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import {
  type ContactFields,
  forgetContact,
  insertContact,
  listContacts,
  readContact,
  type StoredContact,
  updateContact,
} from "../store/contacts.ts";
import type { Database } from "../store/database.ts";
import { At, Data, Limit, Phone } from "./fields.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Contacts";
const strict = { additionalProperties: false } as const;
const PATH = "/api/v1/contacts/:id";
export const ContactId = Type.String({
  pattern: "^con_[0-9A-Za-z_]{1,64}$",
  description: "Id of a contact.",
});
const ContactParams = Type.Object({ id: ContactId });
const nullable = (schema: ReturnType<typeof Type.String>) => Type.Union([schema, Type.Null()]);

const fields = {
  name: Type.Optional(nullable(Type.String({ maxLength: 200 }))),
  locale: Type.Optional(
    nullable(
      Type.String({ pattern: "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description: "BCP 47, such as es-CO." }),
    ),
  ),
  timezone: Type.Optional(
    nullable(
      Type.String({
        maxLength: 64,
        description: "IANA zone the person lives in; quiet hours are theirs. Null: what their number says.",
      }),
    ),
  ),
  attributes: Type.Optional(Type.Unsafe<JsonObject>({ ...Data, description: "Anything else, by name." })),
};

const Contact = Type.Object({
  id: Type.String(),
  phone: Type.Union([Type.String(), Type.Null()]),
  channelUserId: Type.Union([Type.String(), Type.Null()], {
    description: "The vendor's own id of the person.",
  }),
  name: Type.Union([Type.String(), Type.Null()]),
  locale: Type.Union([Type.String(), Type.Null()]),
  timezone: Type.Union([Type.String(), Type.Null()]),
  optedOut: Type.Array(Type.String(), { description: "Channels this person wrote STOP on." }),
  attributes: Data,
  createdAt: At,
  updatedAt: At,
});

/** The people a tenant knows. */
export function contactRoutes(db: Database): readonly Route[] {
  return [listRoute(db), createRoute(db), readRoute(db), changeRoute(db), forgetRoute(db)];
}

function listRoute(db: Database): Route {
  return route({
    id: "listContacts",
    method: "get",
    path: "/api/v1/contacts",
    tag,
    summary: "People the tenant knows, newest first; by phone or the beginning of a name",
    scope: "contacts:read",
    query: Type.Object(
      {
        phone: Type.Optional(Phone),
        name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
        cursor: Type.Optional(ContactId),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "A page of contacts.", schema: pageSchema(Contact) } },
    errors: ["INPUT_INVALID"],
    async handler({ caller, query }) {
      const { cursor: after = null, limit = 50, ...filter } = query;
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        listContacts(scope, { ...filter, after, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(rows, limit, (row) => row.id, contactView),
      );
    },
  });
}

function createRoute(db: Database): Route {
  return route({
    id: "createContact",
    method: "post",
    path: "/api/v1/contacts",
    tag,
    summary: "Add a person, or change the one with this phone",
    scope: "contacts:write",
    body: Type.Object({ phone: Phone, ...fields }, strict),
    responses: {
      200: { description: "The one that was there, changed.", schema: Contact },
      201: { description: "The new one.", schema: Contact },
    },
    errors: ["INPUT_INVALID"],
    async handler({ caller, body }) {
      refuseZone(body);
      return db.asTenant(caller.tenantId, async (scope) => {
        const { phone, ...rest } = body;
        const made = await insertContact(scope, { id: newId("contact"), phone, ...rest });
        if (made) return json(201, contactView(made));
        const [known] = await listContacts(scope, { phone, after: null, limit: 1 });
        const changed = known && (await updateContact(scope, known.id, rest));
        if (!changed) throw missing(phone);
        return json(200, contactView(changed));
      });
    },
  });
}

function readRoute(db: Database): Route {
  return route({
    id: "readContact",
    method: "get",
    path: PATH,
    tag,
    summary: "A person",
    scope: "contacts:read",
    params: ContactParams,
    responses: { 200: { description: "The contact.", schema: Contact } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      return json(200, contactView(await contactOf(db, caller.tenantId, params.id)));
    },
  });
}

function changeRoute(db: Database): Route {
  return route({
    id: "changeContact",
    method: "patch",
    path: PATH,
    tag,
    summary: "Change the fields that are named",
    scope: "contacts:write",
    params: ContactParams,
    body: Type.Object(fields, strict),
    responses: { 200: { description: "The contact now.", schema: Contact } },
    errors: ["NOT_FOUND", "INPUT_INVALID"],
    async handler({ caller, params, body }) {
      refuseZone(body);
      const changed = await db.asTenant(caller.tenantId, (scope) => updateContact(scope, params.id, body));
      if (!changed) throw missing(params.id);
      return json(200, contactView(changed));
    },
  });
}

function forgetRoute(db: Database): Route {
  return route({
    id: "forgetContact",
    method: "delete",
    path: PATH,
    tag,
    summary: "Forget a person; consents on record, and the phone they are about, stay as proof",
    scope: "contacts:write",
    params: ContactParams,
    responses: { 204: { description: "Forgotten." } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      if (await db.asTenant(caller.tenantId, (scope) => forgetContact(scope, params.id))) return noContent();
      throw missing(params.id);
    },
  });
}

/** @throws AppError NOT_FOUND */
export async function contactOf(db: Database, tenantId: string, id: string): Promise<StoredContact> {
  const row = await db.asTenant(tenantId, (scope) => readContact(scope, id));
  if (row) return row;
  throw missing(id);
}

function refuseZone({ timezone }: ContactFields): void {
  if (timezone === undefined || timezone === null || isTimeZone(timezone)) return;
  throw new AppError(
    "INPUT_INVALID",
    `"${timezone}" is no time zone; expected an IANA name such as America/Bogota.`,
    {
      timezone,
    },
  );
}

function missing(what: string): AppError {
  return new AppError("NOT_FOUND", `There is no contact ${what}.`);
}

function contactView(row: StoredContact) {
  return {
    id: row.id,
    phone: row.phone,
    channelUserId: row.channel_user_id,
    name: row.name,
    locale: row.locale,
    timezone: row.timezone,
    optedOut: row.opt_outs,
    attributes: row.attributes,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
