import type { JsonObject } from "../core/json.ts";
import type { TenantScope } from "./database.ts";
import type { StoreRow } from "./routing.ts";

/** A store as people manage it. */
export interface ManagedStore extends StoreRow {
  readonly revision: number;
  readonly webhook_url: string | null;
  readonly webhook_secret: JsonObject | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export type StoreColumns = Omit<
  ManagedStore,
  "id" | "revision" | "created_at" | "updated_at" | "webhook_url" | "webhook_secret"
>;
export type WebhookColumns = Pick<ManagedStore, "webhook_url" | "webhook_secret">;

export interface ManagedGroup {
  readonly id: string;
  readonly name: string;
  readonly timezone: string;
  readonly hours: JsonObject | null;
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export type GroupColumns = Pick<ManagedGroup, "name" | "timezone" | "hours">;

export interface StoreFilter {
  readonly group?: string;
  readonly landline?: string;
  readonly mobile?: string;
  readonly after: string | null;
  readonly limit: number;
}

export function listManagedStores(
  { sql, tenantId }: TenantScope,
  { group, landline, mobile, after, limit }: StoreFilter,
): Promise<ManagedStore[]> {
  const query = sql("stores").where("stores.tenant_id", tenantId).orderBy("stores.id").limit(limit);
  if (group !== undefined) query.where("stores.group_id", group);
  if (landline !== undefined) query.where("stores.landline", landline);
  if (mobile !== undefined) query.where("stores.mobile", mobile);
  if (after !== null) query.where("stores.id", ">", after);
  return query;
}

export function readStore({ sql, tenantId }: TenantScope, id: string): Promise<ManagedStore | undefined> {
  return sql("stores").where({ "stores.tenant_id": tenantId, "stores.id": id }).first();
}

/** Another store that has this landline: a landline leads to one store's mobile. */
export async function storeWithLandline(
  { sql, tenantId }: TenantScope,
  landline: string,
  except: string | null,
): Promise<string | null> {
  const query = sql("stores").where({ "stores.tenant_id": tenantId, "stores.landline": landline });
  if (except !== null) query.whereNot("stores.id", except);
  const row = await query.first("stores.id");
  return row?.id ?? null;
}

export async function insertStore(
  { sql, tenantId }: TenantScope,
  id: string,
  columns: StoreColumns & WebhookColumns,
): Promise<ManagedStore> {
  const [row] = await sql("stores")
    .insert({ id, tenant_id: tenantId, ...stored(columns) })
    .returning("*");
  return row;
}

/** Undefined where the revision is another by now. */
export async function updateStore(
  { sql, tenantId }: TenantScope,
  id: string,
  revision: number,
  columns: StoreColumns & WebhookColumns,
): Promise<ManagedStore | undefined> {
  const [row] = await sql("stores")
    .where({ tenant_id: tenantId, id, revision })
    .update({ ...stored(columns), revision: revision + 1, updated_at: sql.fn.now() })
    .returning("*");
  return row;
}

export function deleteStore({ sql, tenantId }: TenantScope, id: string, revision: number): Promise<number> {
  return sql("stores").where({ tenant_id: tenantId, id, revision }).delete();
}

export function listManagedGroups(
  { sql, tenantId }: TenantScope,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<ManagedGroup[]> {
  const query = sql("store_groups").where("store_groups.tenant_id", tenantId).orderBy("store_groups.id");
  if (after !== null) query.where("store_groups.id", ">", after);
  return query.limit(limit);
}

export function readGroup({ sql, tenantId }: TenantScope, id: string): Promise<ManagedGroup | undefined> {
  return sql("store_groups").where({ "store_groups.tenant_id": tenantId, "store_groups.id": id }).first();
}

export async function insertGroup(
  { sql, tenantId }: TenantScope,
  id: string,
  columns: GroupColumns,
): Promise<ManagedGroup> {
  const [row] = await sql("store_groups")
    .insert({ id, tenant_id: tenantId, ...columns })
    .returning("*");
  return row;
}

export async function updateGroup(
  { sql, tenantId }: TenantScope,
  id: string,
  revision: number,
  columns: GroupColumns,
): Promise<ManagedGroup | undefined> {
  const [row] = await sql("store_groups")
    .where({ tenant_id: tenantId, id, revision })
    .update({ ...columns, revision: revision + 1, updated_at: sql.fn.now() })
    .returning("*");
  return row;
}

export function deleteGroup({ sql, tenantId }: TenantScope, id: string, revision: number): Promise<number> {
  return sql("store_groups").where({ tenant_id: tenantId, id, revision }).delete();
}

/** The driver takes objects for jsonb as text. */
function stored<T extends WebhookColumns>(columns: T) {
  const { webhook_secret } = columns;
  return { ...columns, webhook_secret: webhook_secret === null ? null : JSON.stringify(webhook_secret) };
}
