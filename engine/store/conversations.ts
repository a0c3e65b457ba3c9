import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";

type Scope = Pick<TenantScope, "sql" | "tenantId">;

export interface ConversationRow {
  readonly id: string;
  readonly channel: "sms" | "whatsapp";
  readonly number_id: string | null;
  readonly number_e164: string;
  readonly contact: string;
  readonly contact_name: string | null;
  readonly store_id: string | null;
  readonly status: "open" | "handoff" | "closed";
  readonly assigned_to: string | null;
  readonly team: string | null;
  readonly unread: number;
  readonly module: string | null;
  readonly record_id: string | null;
  readonly last_message: JsonObject | null;
  readonly last_message_at: Date;
  readonly last_inbound_at: Date | null;
  readonly last_inbound_ref: string | null;
  readonly closed_at: Date | null;
  readonly closed_by: string | null;
  readonly created_at: Date;
  /** Where a list goes on after it. */
  readonly position: string;
}

export interface ConversationFilter {
  readonly module?: string;
  readonly recordId?: string;
  readonly contact?: string;
  /** Id of one of our numbers. */
  readonly number?: string;
  readonly store?: string;
  readonly status?: string;
  readonly channel?: string;
  readonly assignedTo?: string;
  readonly unread?: boolean;
  /** When something was last written. */
  readonly from?: string;
  readonly to?: string;
  readonly search?: string;
  /** Where the page before ended. */
  readonly after: string | null;
  readonly limit: number;
}

const COUNT_AT_ONCE = 2_000;

/** Counts what was written meanwhile into its conversations. */
export async function countMessages(db: Database, tenantId: string): Promise<void> {
  while ((await db.call<number>("engine_count_messages", [tenantId, COUNT_AT_ONCE])) === COUNT_AT_ONCE);
}

/** Tenants with messages nobody has counted. */
export function uncountedTenants(db: Database, limit: number): Promise<string[]> {
  return db.call("engine_uncounted_tenants", [limit]);
}

/** Last written to first. */
export function listConversations(
  scope: TenantScope,
  filter: ConversationFilter,
): Promise<ConversationRow[]> {
  const query = conversationsOf(scope)
    .orderBy([
      { column: "c.last_message_at", order: "desc" },
      { column: "c.id", order: "desc" },
    ])
    .limit(filter.limit);
  const equal = {
    "c.contact": filter.contact,
    "c.number_id": filter.number,
    "c.store_id": filter.store,
    "c.status": filter.status,
    "c.channel": filter.channel,
    "c.assigned_to": filter.assignedTo,
  };
  for (const [column, value] of Object.entries(equal)) if (value !== undefined) query.where(column, value);
  if (filter.unread) query.where("c.unread", ">", 0);
  if (filter.from !== undefined) query.where("c.last_message_at", ">=", filter.from);
  if (filter.to !== undefined) query.where("c.last_message_at", "<", filter.to);
  if (filter.module !== undefined) query.whereExists(recordsOf(scope, filter.module, filter.recordId));
  if (filter.search !== undefined) searched(scope, query, filter.search);
  if (filter.after !== null) {
    const [micros = "0", id = ""] = filter.after.split(".");
    query.whereRaw("(c.last_message_at, c.id) < (to_timestamp(0) + ? * interval '1 microsecond', ?)", [
      micros,
      id,
    ]);
  }
  return query;
}

export function readConversation(scope: TenantScope, id: string): Promise<ConversationRow | undefined> {
  return conversationsOf(scope).where("c.id", id).first();
}

function conversationsOf({ sql, tenantId }: Scope) {
  return sql("conversations as c")
    .leftJoin("contacts", (join) =>
      join
        .on("contacts.tenant_id", "c.tenant_id")
        .andOn((either) =>
          either.on("contacts.phone", "c.contact").orOn("contacts.channel_user_id", "c.contact"),
        ),
    )
    .where("c.tenant_id", tenantId)
    .select(
      "c.*",
      "contacts.name as contact_name",
      sql.raw("(extract(epoch from c.last_message_at) * 1000000)::bigint || '.' || c.id as position"),
    );
}

function recordsOf({ sql, tenantId }: Scope, module: string, recordId: string | undefined) {
  const records = sql("conversation_records as r")
    .where({ "r.tenant_id": tenantId, "r.module": module })
    .whereRaw("r.conversation_id = c.id");
  return recordId === undefined ? records : records.where("r.record_id", recordId);
}

/** By name, by number, or by the last words. */
function searched({ sql }: Scope, query: ReturnType<typeof conversationsOf>, text: string): void {
  const like = `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
  query.where((either) =>
    either
      .whereILike("contacts.name", like)
      .orWhereILike("c.contact", like)
      .orWhere(sql.raw("c.last_message ->> 'body' ilike ?", [like])),
  );
}

/** Everything a conversation was about, the latest first. */
export function recordsOfConversation(
  { sql, tenantId }: TenantScope,
  id: string,
): Promise<{ module: string; record_id: string }[]> {
  return sql("conversation_records")
    .where({ tenant_id: tenantId, conversation_id: id })
    .orderBy("at", "desc")
    .limit(50)
    .select("module", "record_id");
}

/** False when there is none such. */
export async function markRead({ sql, tenantId }: TenantScope, id: string): Promise<boolean> {
  const count = await sql("conversations").where({ tenant_id: tenantId, id }).update({ unread: 0 });
  return count > 0;
}

export async function closeConversation(
  { sql, tenantId }: TenantScope,
  id: string,
  by: { readonly at: string; readonly who: string },
): Promise<void> {
  await sql("conversations")
    .where({ tenant_id: tenantId, id })
    .whereNot("status", "closed")
    .update({ status: "closed", closed_at: by.at, closed_by: by.who });
}

export interface ConversationChange {
  readonly status?: "open" | "handoff";
  readonly assignedTo?: string | null;
  readonly team?: string | null;
  readonly reference?: { readonly module: string; readonly recordId: string };
}

export async function changeConversation(
  { sql, tenantId }: TenantScope,
  id: string,
  change: ConversationChange,
): Promise<void> {
  const { status, assignedTo, team, reference } = change;
  await sql("conversations")
    .where({ tenant_id: tenantId, id })
    .update({
      id,
      ...(status === undefined ? {} : { status, closed_at: null, closed_by: null }),
      ...(assignedTo === undefined ? {} : { assigned_to: assignedTo }),
      ...(team === undefined ? {} : { team }),
      ...(reference === undefined ? {} : { module: reference.module, record_id: reference.recordId }),
    });
  if (reference === undefined) return;
  const { module, recordId: record_id } = reference;
  await sql("conversation_records")
    .insert({ tenant_id: tenantId, conversation_id: id, module, record_id })
    .onConflict(["tenant_id", "module", "record_id", "conversation_id"])
    .merge({ at: sql.fn.now() });
}

/** Undefined where nothing is. `channel`: of this one only. */
export function countUnread(
  { sql, tenantId }: TenantScope,
  channel: string | null = null,
): Promise<{ readonly messages: number; readonly conversations: number } | undefined> {
  const query = sql("conversations")
    .where({ tenant_id: tenantId })
    .where("unread", ">", 0)
    .groupBy("tenant_id")
    .select(sql.raw("sum(unread)::integer as messages, count(*)::integer as conversations"));
  if (channel !== null) query.where({ channel });
  return query.first();
}

/** Somebody who works for the tenant. */
export function findUser({ sql, tenantId }: TenantScope, id: string): Promise<{ id: string } | undefined> {
  return sql("memberships").where({ tenant_id: tenantId, user_id: id }).first("user_id as id");
}
