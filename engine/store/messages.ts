import type { Knex } from "knex";
import type { JsonObject } from "../core/json.ts";
import type { TenantScope } from "./database.ts";

type Scope = Pick<TenantScope, "sql" | "tenantId">;

export interface MessageRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly direction: "inbound" | "outbound";
  readonly channel: string;
  readonly contact_phone: string | null;
  readonly number_id: string | null;
  readonly number_e164: string;
  readonly body: string;
  readonly media: readonly string[];
  readonly template_key: string | null;
  readonly status: string;
  readonly error: JsonObject | null;
  readonly provider: string;
  readonly provider_ref: string | null;
  readonly effect_id: string | null;
  readonly run_id: string | null;
  readonly store_id: string | null;
  readonly module: string | null;
  readonly record_id: string | null;
  readonly author: string | null;
  readonly author_id: string | null;
  readonly units: number;
  readonly simulated: boolean;
  readonly sent_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface MessageFilter {
  readonly to?: string;
  readonly from?: string;
  readonly channel?: string;
  readonly status?: string;
  readonly since?: string;
  readonly module?: string;
  readonly recordId?: string;
  readonly run?: string;
  readonly direction?: string;
  /** Id of the last message of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

/** Newest first. */
export function listMessages(scope: TenantScope, filter: MessageFilter): Promise<MessageRow[]> {
  const query = messagesOf(scope).orderBy("messages.id", "desc").limit(filter.limit);
  const { to, from, channel, status, since, module, recordId, run, direction, after } = filter;
  if (to !== undefined) party(query, to, { outbound: "contact_phone", inbound: "number_e164" });
  if (from !== undefined) party(query, from, { outbound: "number_e164", inbound: "contact_phone" });
  if (channel !== undefined) query.where("messages.channel", channel);
  if (status !== undefined) query.where("messages.status", status);
  if (since !== undefined) query.where("messages.created_at", ">=", since);
  if (module !== undefined) query.where("messages.module", module);
  if (recordId !== undefined) query.where("messages.record_id", recordId);
  if (run !== undefined) query.where("messages.run_id", run);
  if (direction !== undefined) query.where("messages.direction", direction);
  if (after !== null) before(query, after);
  return query;
}

/** Who wrote and who was written to, whichever of them we are. */
function party(
  query: Knex.QueryBuilder,
  phone: string,
  columns: { readonly outbound: string; readonly inbound: string },
): void {
  query.where((either) => {
    for (const [direction, column] of Object.entries(columns))
      either.orWhere((one) => one.where("messages.direction", direction).where(`messages.${column}`, phone));
  });
}

export async function readMessage(scope: TenantScope, id: string): Promise<MessageRow | undefined> {
  const query = messagesOf(scope).where("messages.id", id);
  const at = madeAt(id);
  if (at !== null) query.whereBetween("messages.created_at", [new Date(at - DAY_MS), new Date(at + DAY_MS)]);
  return query.first();
}

/** What a run of a single message has written, the last one first. */
export function messagesSentBy(scope: TenantScope, runId: string, startedAt: Date): Promise<MessageRow[]> {
  return messagesOf(scope)
    .where({ "messages.run_id": runId, "messages.direction": "outbound" })
    .where("messages.created_at", ">=", new Date(startedAt.getTime() - DAY_MS))
    .orderBy("messages.id", "desc")
    .limit(10);
}

/** The messages of one person with one number, newest first. */
export function messagesOfConversation(
  scope: TenantScope,
  conversation: {
    readonly channel: string;
    readonly number_e164: string;
    readonly contact: string;
    readonly created_at: Date;
  },
  page: { readonly after: string | null; readonly limit: number },
): Promise<MessageRow[]> {
  const { channel, number_e164, contact, created_at } = conversation;
  const query = messagesOf(scope)
    .where({ "messages.contact_phone": contact, "messages.channel": channel })
    .where("messages.number_e164", number_e164)
    .where("messages.created_at", ">=", created_at)
    .orderBy("messages.id", "desc")
    .limit(page.limit);
  if (page.after !== null) before(query, page.after);
  return query;
}

function messagesOf({ sql, tenantId }: Scope): Knex.QueryBuilder {
  return sql("messages").where("messages.tenant_id", tenantId).select("messages.*");
}

/** Only the partitions up to that message's day are looked into. */
function before(query: Knex.QueryBuilder, id: string): void {
  query.where("messages.id", "<", id);
  const at = madeAt(id);
  if (at !== null) query.where("messages.created_at", "<=", new Date(at + DAY_MS));
}

const DAY_MS = 86_400_000;
const TIMED_ID = /^msg_([0-9a-f]{12})[0-9a-f]{20}$/;

/** Ids say when they were made, by the clock of a process; a row is written within moments of that. */
function madeAt(id: string): number | null {
  const moment = TIMED_ID.exec(id)?.[1];
  return moment === undefined ? null : Number.parseInt(moment, 16);
}
