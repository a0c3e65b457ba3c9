import { randomBytes } from "node:crypto";
import { type Static, Type } from "typebox";
import { isTimeZone } from "../core/local-moment.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { storeView } from "../runtime/directory.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { webhookPlace } from "../runtime/store-deliveries.ts";
import { insertAudit } from "../store/audit.ts";
import type { TenantScope } from "../store/database.ts";
import { isForeignKeyViolation } from "../store/database.ts";
import { type DeliveryRow, listStoreDeliveries } from "../store/store-deliveries.ts";
import {
  deleteStore,
  insertStore,
  listManagedStores,
  type ManagedStore,
  readGroup,
  readStore,
  type StoreColumns,
  storeWithLandline,
  updateStore,
  type WebhookColumns,
} from "../store/stores.ts";
import { Limit, Phone } from "./fields.ts";
import { etagOf, requiredRevision } from "./if-match.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { DeliveryAnswer, GroupId, StoreAnswer, StoreBody, StoreId } from "./store-schemas.ts";

const tag = "Stores";
const strict = { additionalProperties: false } as const;
const PATH = "/api/v1/stores/:id";
const IdParams = Type.Object({ id: StoreId });
const NO_HOURS = { weekly: {} };
export const REVISION_HEADER = {
  "If-Match": { description: "The revision the change was made from.", required: true },
} as const;

type Body = Static<typeof StoreBody>;

/** Stores of the tenant: where they are, when they are open, which landline leads to which mobile. */
export function storeRoutes(runtime: Runtime): readonly Route[] {
  return [
    listRoute(runtime),
    createRoute(runtime),
    readRoute(runtime),
    saveRoute(runtime),
    deleteRoute(runtime),
    deliveriesRoute(runtime),
  ];
}

function listRoute({ db }: Runtime): Route {
  return route({
    id: "listStores",
    method: "get",
    path: "/api/v1/stores",
    tag,
    summary: "Stores of the tenant",
    scope: "stores:read",
    query: Type.Object(
      {
        group: Type.Optional(GroupId),
        landline: Type.Optional(Phone),
        mobile: Type.Optional(Phone),
        cursor: Type.Optional(StoreId),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "A page of stores.", schema: pageSchema(StoreAnswer) } },
    async handler({ caller, query }) {
      const { cursor = null, limit = 50, ...wanted } = query;
      const filter = { ...wanted, after: cursor, limit: limit + 1 };
      const rows = await db.asTenant(caller.tenantId, (scope) => listManagedStores(scope, filter));
      return json(
        200,
        pageOf(rows, limit, ({ id }) => id, storeAnswer),
      );
    },
  });
}

function createRoute(runtime: Runtime): Route {
  return route({
    id: "createStore",
    method: "post",
    path: "/api/v1/stores",
    tag,
    summary: "Add a store",
    scope: "stores:write",
    body: StoreBody,
    responses: { 201: { description: "The store.", schema: StoreAnswer } },
    errors: ["INPUT_INVALID"],
    async handler({ caller, body }) {
      const { tenantId } = caller;
      const id = newId("store");
      const hook = webhookOf(runtime, tenantId, id, body.webhook, null);
      const row = await runtime.db.asTenant(tenantId, async (scope) => {
        await refuseStore(scope, body, null);
        const created = await insertStore(scope, id, { ...columnsOf(body), ...hook.columns });
        await insertAudit(scope, { actor: caller.by, action: "store.create", target: id });
        return created;
      });
      runtime.directory.forget(tenantId);
      return json(201, storeAnswer(row, hook.shown), { etag: etagOf(row.revision) });
    },
  });
}

function readRoute({ db }: Runtime): Route {
  return route({
    id: "readStore",
    method: "get",
    path: PATH,
    tag,
    summary: "A store",
    scope: "stores:read",
    params: IdParams,
    responses: { 200: { description: "The store; ETag carries its revision.", schema: StoreAnswer } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const row = await db.asTenant(caller.tenantId, (scope) => existingStore(scope, params.id));
      return json(200, storeAnswer(row), { etag: etagOf(row.revision) });
    },
  });
}

function saveRoute(runtime: Runtime): Route {
  return route({
    id: "saveStore",
    method: "put",
    path: PATH,
    tag,
    summary: "Save a store over the revision the change was made from",
    scope: "stores:write",
    params: IdParams,
    body: StoreBody,
    headers: REVISION_HEADER,
    responses: { 200: { description: "The store.", schema: StoreAnswer } },
    errors: ["NOT_FOUND", "PRECONDITION_REQUIRED", "REVISION_CONFLICT", "INPUT_INVALID"],
    async handler({ caller, params: { id }, body, headers }) {
      const { tenantId } = caller;
      const revision = requiredRevision(headers["if-match"]);
      const { row, shown } = await runtime.db.asTenant(tenantId, async (scope) => {
        const before = await existingStore(scope, id);
        await refuseStore(scope, body, id);
        const hook = webhookOf(runtime, tenantId, id, body.webhook, before);
        const columns = { ...columnsOf(body), ...hook.columns };
        const saved = await updateStore(scope, id, revision, columns);
        if (!saved) throw stale(before, revision);
        await insertAudit(scope, { actor: caller.by, action: "store.update", target: id });
        return { row: saved, shown: hook.shown };
      });
      runtime.directory.forget(tenantId);
      return json(200, storeAnswer(row, shown), { etag: etagOf(row.revision) });
    },
  });
}

function deleteRoute(runtime: Runtime): Route {
  return route({
    id: "deleteStore",
    method: "delete",
    path: PATH,
    tag,
    summary: "Delete a store that no number and no template belongs to",
    scope: "stores:write",
    params: IdParams,
    headers: REVISION_HEADER,
    responses: { 204: { description: "It is gone." } },
    errors: ["NOT_FOUND", "PRECONDITION_REQUIRED", "REVISION_CONFLICT", "STILL_IN_USE"],
    async handler({ caller, params: { id }, headers }) {
      const revision = requiredRevision(headers["if-match"]);
      await inUseOrGone(`Store ${id} still has numbers or templates; move them first.`, () =>
        runtime.db.asTenant(caller.tenantId, async (scope) => {
          const before = await existingStore(scope, id);
          if ((await deleteStore(scope, id, revision)) === 0) throw stale(before, revision);
          await insertAudit(scope, { actor: caller.by, action: "store.delete", target: id });
        }),
      );
      runtime.directory.forget(caller.tenantId);
      return noContent();
    },
  });
}

function deliveriesRoute({ db }: Runtime): Route {
  return route({
    id: "listStoreDeliveries",
    method: "get",
    path: `${PATH}/deliveries`,
    tag,
    summary: "What the store's webhook was told, and whether it took it",
    scope: "stores:read",
    params: IdParams,
    query: Type.Object(
      { cursor: Type.Optional(Type.String({ maxLength: 40 })), limit: Type.Optional(Limit) },
      strict,
    ),
    responses: { 200: { description: "Newest first.", schema: pageSchema(DeliveryAnswer) } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params, query }) {
      const { cursor = null, limit = 50 } = query;
      const rows = await db.asTenant(caller.tenantId, async (scope) => {
        await existingStore(scope, params.id);
        return listStoreDeliveries(scope, params.id, { after: cursor, limit: limit + 1 });
      });
      return json(
        200,
        pageOf(rows, limit, ({ id }) => id, deliveryAnswer),
      );
    },
  });
}

/** Runs what deletes something. @throws AppError STILL_IN_USE */
export async function inUseOrGone(message: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isForeignKeyViolation(error)) throw new AppError("STILL_IN_USE", message, {}, error);
    throw error;
  }
}

/** @throws AppError INPUT_INVALID naming the zone */
export function refuseZone(timezone: string): void {
  if (isTimeZone(timezone)) return;
  throw new AppError(
    "INPUT_INVALID",
    `"${timezone}" is no time zone; expected a name such as America/Bogota.`,
    { path: "/timezone" },
  );
}

async function existingStore(scope: TenantScope, id: string): Promise<ManagedStore> {
  const row = await readStore(scope, id);
  if (!row) throw new AppError("NOT_FOUND", `There is no store "${id}".`);
  return row;
}

/** @throws AppError INPUT_INVALID where the parts do not fit together */
async function refuseStore(scope: TenantScope, body: Body, id: string | null): Promise<void> {
  refuseZone(body.timezone);
  const { lat = null, lon = null, groupId = null, landline = null } = body;
  if ((lat === null) !== (lon === null))
    throw new AppError("INPUT_INVALID", "A position has both lat and lon, or neither.", { path: "/lat" });
  if (groupId !== null && !(await readGroup(scope, groupId)))
    throw new AppError("INPUT_INVALID", `There is no group "${groupId}".`, { path: "/groupId" });
  const other = landline === null ? null : await storeWithLandline(scope, landline, id);
  if (other === null) return;
  throw new AppError(
    "INPUT_INVALID",
    `The landline ${landline} belongs to store ${other} already; a landline leads to one store.`,
    { path: "/landline", store: other },
  );
}

function stale({ id, revision }: ManagedStore, madeFrom: number): AppError {
  return new AppError(
    "REVISION_CONFLICT",
    `The change was made from revision ${madeFrom} of store ${id}, which is now at ${revision}.`,
    { revision },
  );
}

function columnsOf(body: Body): StoreColumns {
  const { name, groupId, address, city, region, country, postalCode, lat, lon, timezone } = body;
  const { landline, mobile, website, hours } = body;
  return {
    name,
    group_id: groupId ?? null,
    address: address ?? null,
    city: city ?? null,
    region: region ?? null,
    country,
    postal_code: postalCode ?? null,
    lat: lat ?? null,
    lon: lon ?? null,
    timezone,
    landline: landline ?? null,
    mobile: mobile ?? null,
    website: website ?? null,
    hours: hours ?? NO_HOURS,
  };
}

interface Hook {
  readonly columns: WebhookColumns;
  /** The secret, where this request set it. */
  readonly shown: string | null;
}

/** The webhook as the body has it: its secret kept where it names none, made where there was none. */
function webhookOf(
  { keys }: Runtime,
  tenantId: string,
  storeId: string,
  wanted: Body["webhook"],
  before: ManagedStore | null,
): Hook {
  if (!wanted) return { columns: { webhook_url: null, webhook_secret: null }, shown: null };
  const kept = before?.webhook_secret ?? null;
  if (wanted.secret === undefined && kept !== null)
    return { columns: { webhook_url: wanted.url, webhook_secret: kept }, shown: null };
  const secret = wanted.secret ?? `whs_${randomBytes(24).toString("base64url")}`;
  const webhook_secret = keys.seal(webhookPlace(tenantId, storeId), { secret });
  return { columns: { webhook_url: wanted.url, webhook_secret }, shown: secret };
}

function storeAnswer(row: ManagedStore, secret: string | null = null): Static<typeof StoreAnswer> {
  return {
    ...storeView(row),
    webhook: row.webhook_url === null ? null : { url: row.webhook_url, ...(secret ? { secret } : {}) },
    revision: row.revision,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function deliveryAnswer(row: DeliveryRow) {
  return {
    id: row.id,
    interactionId: row.interaction_id,
    state: row.state,
    attempts: row.attempts,
    status: row.last_status,
    error: row.last_error,
    nextAt: row.settled_at === null ? row.next_at : null,
    createdAt: row.created_at,
  };
}
