import type { JsonObject } from "../core/json.ts";
import type { ListCount, ListedRecipient } from "../core/recipient-rows.ts";
import type { Database, TenantScope } from "./database.ts";

export interface ListRow {
  readonly id: string;
  readonly name: string;
  readonly fingerprint: string;
  /** Null: it is still being filled. */
  readonly recipients: number | null;
  readonly duplicates: number;
  readonly invalid: number;
  readonly invalid_first: ListCount["invalidFirst"];
  readonly created_at: Date;
}

/** The list of this id: a new one, or the one there is. */
export async function openList(
  scope: TenantScope,
  list: { readonly id: string; readonly name: string; readonly fingerprint: string },
): Promise<ListRow | undefined> {
  const { sql, tenantId } = scope;
  const { id, name, fingerprint } = list;
  await sql("recipient_lists")
    .insert({ tenant_id: tenantId, id, name, fingerprint })
    .onConflict("id")
    .ignore();
  return readList(scope, id);
}

export function readList({ sql, tenantId }: TenantScope, id: string): Promise<ListRow | undefined> {
  return sql("recipient_lists")
    .where({ "recipient_lists.tenant_id": tenantId, "recipient_lists.id": id })
    .first();
}

/** Newest first; those that were uploaded, and are ready. */
export function listLists(
  { sql, tenantId }: TenantScope,
  page: { readonly after: string | null; readonly limit: number },
): Promise<ListRow[]> {
  const query = sql("recipient_lists")
    .where("recipient_lists.tenant_id", tenantId)
    .where("recipient_lists.fingerprint", "")
    .whereNotNull("recipient_lists.recipients")
    .orderBy("recipient_lists.id", "desc")
    .limit(page.limit);
  return page.after === null ? query : query.where("recipient_lists.id", "<", page.after);
}

/** The same page again adds nothing. */
export async function addToList(
  { sql, tenantId }: TenantScope,
  id: string,
  from: number,
  recipients: readonly ListedRecipient[],
): Promise<void> {
  await sql.raw(
    `insert into recipient_list_entries (tenant_id, list_id, position, phone, fields)
       select ?, l.id, ? + (r.position - 1)::integer, r.entry ->> 'phone', r.entry -> 'fields'
       from recipient_lists l, jsonb_array_elements(?) with ordinality r(entry, position)
       where l.tenant_id = ? and l.id = ? and l.recipients is null
       on conflict do nothing`,
    [tenantId, from, JSON.stringify(recipients), tenantId, id],
  );
}

/** From now on it does not change. */
export async function closeList(
  { sql, tenantId }: TenantScope,
  id: string,
  { recipients, duplicates, invalid, invalidFirst }: ListCount,
): Promise<void> {
  await sql("recipient_lists")
    .where({ "recipient_lists.tenant_id": tenantId, "recipient_lists.id": id })
    .whereNull("recipient_lists.recipients")
    .update({ recipients, duplicates, invalid, invalid_first: JSON.stringify(invalidFirst) });
}

export async function deleteList({ sql, tenantId }: TenantScope, id: string): Promise<boolean> {
  const count = await sql("recipient_lists")
    .where({ "recipient_lists.tenant_id": tenantId, "recipient_lists.id": id })
    .delete();
  return count > 0;
}

/** Deletes lists that requests and runs made so many days ago and are done with, at most `limit`. Gives how many. */
export function pruneLists(db: Database, days: number, limit: number): Promise<number> {
  return db.call("engine_prune_lists", [days, limit]);
}

/** Recipients by their places. */
export function pageOfList(
  { sql, tenantId }: TenantScope,
  id: string,
  page: { readonly from: number; readonly count: number },
): Promise<ListedRecipient[]> {
  return sql("recipient_list_entries")
    .where({ "recipient_list_entries.tenant_id": tenantId, "recipient_list_entries.list_id": id })
    .where("recipient_list_entries.position", ">=", page.from)
    .where("recipient_list_entries.position", "<", page.from + page.count)
    .orderBy("recipient_list_entries.position")
    .select("phone", "fields");
}

/** Which contacts, and for what: those who do not want it are left out. */
export interface ContactChoice {
  readonly lastStoreId?: string;
  readonly locale?: string;
  /** What their attributes have. */
  readonly attributes?: JsonObject;
  readonly purpose: string;
  readonly channels: readonly string[];
  /** The purpose needs a consent on record. */
  readonly consented: boolean;
  readonly most: number;
}

// Somebody is written to where some channel may be used.
const WILLING = `exists (select 1 from unnest(:channels::text[]) w(channel)
  left join lateral (select k.state from consents k where k.tenant_id = c.tenant_id and k.contact_id = c.id
    and k.channel = w.channel and k.purpose = :purpose order by k.id desc limit 1) k on true
  where not w.channel = any (c.opt_outs) and coalesce(k.state, case when :consented then 'denied' else 'granted' end) = 'granted')`;

/** Fills an open list with the contacts there are, and closes it. */
export async function fillFromContacts(
  { sql, tenantId }: TenantScope,
  id: string,
  choice: ContactChoice,
): Promise<void> {
  const { lastStoreId = null, locale = null, attributes = {}, purpose, channels, consented, most } = choice;
  const values = { tenantId, id, lastStoreId, locale, purpose, channels: [...channels], consented, most };
  await sql.raw(
    `with chosen as (
       select row_number() over (order by c.id) - 1 as position, coalesce(c.phone, c.channel_user_id) as phone,
         c.attributes || jsonb_strip_nulls(jsonb_build_object('name', c.name, 'nombre', c.name)) as fields
       from contacts c
       where c.tenant_id = :tenantId and (c.phone is not null or (c.channel_user_id is not null and 'whatsapp' = any (:channels::text[])))
         and (:lastStoreId::text is null or c.last_store_id = :lastStoreId)
         and (:locale::text is null or c.locale = :locale)
         and c.attributes @> :attributes::jsonb and ${WILLING}
       order by c.id limit :most),
     added as (
       insert into recipient_list_entries (tenant_id, list_id, position, phone, fields)
         select :tenantId, l.id, position, phone, fields from chosen, recipient_lists l
         where l.tenant_id = :tenantId and l.id = :id and l.recipients is null returning 1)
     update recipient_lists set recipients = (select count(*) from added)
       where tenant_id = :tenantId and id = :id and recipients is null`,
    { ...values, attributes: JSON.stringify(attributes) },
  );
}
