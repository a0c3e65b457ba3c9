import type { JsonObject } from "../core/json.ts";
import type { Purpose } from "../core/opt-out-words.ts";
import type { Database, TenantScope } from "./database.ts";

export type ConsentState = "granted" | "denied";
export type ConsentChannel = "sms" | "whatsapp" | "voice";

export interface ConsentRow {
  readonly id: string;
  readonly contact_id: string;
  readonly channel: ConsentChannel;
  readonly purpose: Purpose;
  readonly state: ConsentState;
  readonly source: string;
  readonly evidence: JsonObject;
  readonly at: Date;
  readonly run_id: string | null;
  readonly message_ref: string | null;
  readonly actor: string | null;
}

/** What somebody said, to be added to the ledger: a line for each purpose. */
export interface NewConsents {
  readonly contactId: string;
  readonly channel: ConsentChannel;
  readonly lines: readonly { readonly id: string; readonly purpose: Purpose; readonly state: ConsentState }[];
  readonly source: string;
  readonly evidence: JsonObject;
  /** ISO 8601; absent: now. */
  readonly at?: string;
  readonly runId?: string;
  readonly messageRef?: string;
  readonly actor?: string;
  /** What it is recorded for: the same again adds nothing. */
  readonly ref: string;
  /** A STOP (true) or START (false) for everything on the channel; absent: neither. */
  readonly optOut?: boolean;
}

/** `changed` is false where all of it was known. */
export function recordConsents(
  db: Database,
  tenant: string,
  consents: NewConsents,
): Promise<{ readonly found: boolean; readonly changed: boolean; readonly recorded: number }> {
  return db.call("engine_record_consents", [{ tenant, ...consents }]);
}

/** The ledger of one contact, or of all: newest first. */
export function listConsents(
  { sql, tenantId }: TenantScope,
  filter: { readonly contactId?: string; readonly after: string | null; readonly limit: number },
): Promise<ConsentRow[]> {
  const query = sql("consents")
    .where("consents.tenant_id", tenantId)
    .orderBy("consents.id", "desc")
    .limit(filter.limit)
    .select("id", "contact_id", "channel", "purpose", "state", "source", "evidence", "at")
    .select("run_id", "message_ref", "actor");
  if (filter.contactId !== undefined) query.where("consents.contact_id", filter.contactId);
  if (filter.after !== null) query.where("consents.id", "<", filter.after);
  return query;
}

export interface ExportedConsent extends ConsentRow {
  readonly phone: string | null;
  readonly channel_user_id: string | null;
}

/** The ledger in the order it was written, with whose line it is. */
export function exportConsents(
  { sql, tenantId }: TenantScope,
  page: { readonly after: string | null; readonly limit: number },
): Promise<ExportedConsent[]> {
  const query = sql("consents")
    .join("contacts", { "contacts.id": "consents.contact_id", "contacts.tenant_id": "consents.tenant_id" })
    .where("consents.tenant_id", tenantId)
    .orderBy("consents.id")
    .limit(page.limit)
    .select("consents.*", "contacts.phone", "contacts.channel_user_id");
  return page.after === null ? query : query.where("consents.id", ">", page.after);
}
