import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";

export interface ContactRow {
  readonly id: string;
  readonly phone: string | null;
  readonly channel_user_id: string | null;
  readonly name: string | null;
  readonly locale: string | null;
  readonly opt_outs: readonly string[];
  readonly last_store_id: string | null;
  readonly attributes: JsonObject;
  readonly timezone: string | null;
}

/** The message somebody wrote, which opens the window towards the number it came to. */
export interface Opening {
  readonly channel: string;
  readonly number: string;
  readonly at: string;
  readonly ref: string;
}

/** The person behind a request, found or made. */
export function contactOf(
  db: Database,
  tenant: string,
  hint: {
    readonly id: string;
    readonly phone: string | null;
    readonly channelUserId: string | null;
    readonly name: string | null;
    readonly window?: Opening;
  },
): Promise<ContactRow> {
  return db.call("engine_contact", [{ tenant, ...hint }]);
}

/** What is known of somebody before a message. */
export interface Recipient {
  readonly optedOut: boolean;
  /** The latest line of the ledger for the channel and purpose; null: none. */
  readonly consent: "granted" | "denied" | null;
  /** The person's own zone, where somebody said it. */
  readonly timezone: string | null;
  /** What the 24-hour window counts from; null: never wrote, or the vendor said that it is over. */
  readonly lastInboundAt: string | null;
}

const UNKNOWN: Recipient = { optedOut: false, consent: null, timezone: null, lastInboundAt: null };

/** What must be known before people are written to, by phone or by a vendor's id. */
export async function recipientsOf(
  db: Database,
  tenant: string,
  query: {
    readonly people: readonly string[];
    readonly channel: string;
    readonly purpose: string;
    /** Our number, for what was written to it; null: any of ours. */
    readonly number: string | null;
  },
): Promise<(person: string) => Recipient> {
  const found: Record<string, Recipient> = await db.call("engine_recipients", [{ tenant, ...query }]);
  return (person) => found[person] ?? UNKNOWN;
}

/** The vendor says that the window towards this person is over. */
export async function closeWindow(
  db: Database,
  tenant: string,
  window:
    | { readonly person: string; readonly channel: string; readonly number: string }
    | { readonly effectId: string },
): Promise<void> {
  await db.call("engine_close_window", [{ tenant, ...window }]);
}

/** A contact as its tenant keeps it. */
export interface StoredContact extends ContactRow {
  readonly attributes: JsonObject;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface ContactFields {
  readonly name?: string | null;
  readonly locale?: string | null;
  readonly timezone?: string | null;
  readonly attributes?: JsonObject;
}

const COLUMNS = [
  "contacts.id",
  "contacts.phone",
  "contacts.channel_user_id",
  "contacts.name",
  "contacts.locale",
  "contacts.timezone",
  "contacts.opt_outs",
  "contacts.last_store_id",
  "contacts.attributes",
  "contacts.created_at",
  "contacts.updated_at",
];

/** Newest first. */
export function listContacts(
  { sql, tenantId }: TenantScope,
  filter: {
    readonly phone?: string;
    readonly name?: string;
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<StoredContact[]> {
  const query = sql("contacts")
    .where("contacts.tenant_id", tenantId)
    .whereNull("contacts.merged_into")
    .orderBy("contacts.id", "desc")
    .limit(filter.limit)
    .select(COLUMNS);
  if (filter.phone !== undefined) query.where("contacts.phone", filter.phone);
  if (filter.name !== undefined)
    query.whereILike("contacts.name", `${filter.name.replaceAll(/[\\%_]/g, "\\$&")}%`);
  if (filter.after !== null) query.where("contacts.id", "<", filter.after);
  return query;
}

export function readContact({ sql, tenantId }: TenantScope, id: string): Promise<StoredContact | undefined> {
  return sql("contacts").where({ "contacts.tenant_id": tenantId, "contacts.id": id }).first(COLUMNS);
}

/** Undefined when there is one with this phone. */
export async function insertContact(
  { sql, tenantId }: TenantScope,
  contact: ContactFields & { readonly id: string; readonly phone: string },
): Promise<StoredContact | undefined> {
  const { id, phone } = contact;
  const rows = await sql("contacts")
    .insert({ id, tenant_id: tenantId, phone, ...columnsOf(contact) })
    .onConflict(["tenant_id", "phone"])
    .ignore()
    .returning(COLUMNS);
  return rows[0];
}

/** Changes the fields that are named. */
export async function updateContact(
  { sql, tenantId }: TenantScope,
  id: string,
  fields: ContactFields,
): Promise<StoredContact | undefined> {
  const rows = await sql("contacts")
    .where({ "contacts.tenant_id": tenantId, "contacts.id": id })
    .update({ ...columnsOf(fields), updated_at: sql.fn.now() })
    .returning(COLUMNS);
  return rows[0];
}

/** Forgets a person. What shows what they allowed stays, with the phone it is about; false when there is none such. */
export async function forgetContact({ sql, tenantId }: TenantScope, id: string): Promise<boolean> {
  const mine = { "contacts.tenant_id": tenantId, "contacts.id": id };
  const said = await sql("consents")
    .where({ "consents.tenant_id": tenantId, "consents.contact_id": id })
    .first("id");
  if (!said) return (await sql("contacts").where(mine).delete()) > 0;
  await sql("contact_identities")
    .where({ "contact_identities.tenant_id": tenantId, "contact_identities.contact_id": id })
    .update({ username: null });
  const nothing = { name: null, locale: null, timezone: null, last_store_id: null, attributes: "{}" };
  return (
    (await sql("contacts")
      .where(mine)
      .update({ ...nothing, updated_at: sql.fn.now() })) > 0
  );
}

function columnsOf({ name, locale, timezone, attributes }: ContactFields) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(locale === undefined ? {} : { locale }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(attributes === undefined ? {} : { attributes: JSON.stringify(attributes) }),
  };
}
