import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";
import type { NumberRow } from "./routing.ts";

export type Lifecycle =
  | "created"
  | "code_sent"
  | "verified"
  | "registered"
  | "subscribed"
  | "connected"
  | "deregistered";

/** A number with all that is kept of it. */
export interface NumberRecord extends NumberRow {
  readonly label: string | null;
  readonly voice: boolean;
  readonly sms: boolean;
  readonly whatsapp: boolean;
  readonly account_ref: string | null;
  readonly lifecycle: Lifecycle | null;
  readonly registrations: readonly Date[];
  readonly vendor_state: JsonObject;
  readonly free_messages: "charge" | "free" | null;
  readonly created_at: Date;
}

export interface NumberFilter {
  readonly provider?: string;
  readonly after: string | null;
  readonly limit: number;
}

export function listNumberRecords(
  { sql, tenantId }: TenantScope,
  { provider, after, limit }: NumberFilter,
): Promise<NumberRecord[]> {
  const query = sql("numbers").where("numbers.tenant_id", tenantId).orderBy("numbers.id").limit(limit);
  if (provider !== undefined) query.where("numbers.provider", provider);
  if (after !== null) query.where("numbers.id", ">", after);
  return query;
}

export function readNumber({ sql, tenantId }: TenantScope, id: string): Promise<NumberRecord | undefined> {
  return sql("numbers").where({ "numbers.tenant_id": tenantId, "numbers.id": id }).first();
}

export async function insertNumber(
  { sql, tenantId }: TenantScope,
  number: {
    readonly id: string;
    readonly e164: string;
    readonly label: string | null;
    readonly provider: string;
    readonly provider_id: string;
    readonly account_ref: string;
    readonly whatsapp: boolean;
    readonly lifecycle: Lifecycle;
  },
): Promise<void> {
  await sql("numbers").insert({ ...number, tenant_id: tenantId });
}

/** Changes what is given; of the vendor's state, the fields that are named. */
export async function updateNumber(
  { sql, tenantId }: TenantScope,
  id: string,
  change: {
    readonly lifecycle?: Lifecycle;
    readonly free_messages?: "charge" | "free" | null;
    readonly label?: string | null;
    readonly voice_flow_key?: string | null;
    readonly message_flow_key?: string | null;
    readonly store_id?: string | null;
    readonly state?: JsonObject;
    /** It was registered or deregistered just now. */
    readonly registration?: true;
  },
): Promise<void> {
  const { state, registration, ...columns } = change;
  await sql("numbers")
    .where({ "numbers.tenant_id": tenantId, "numbers.id": id })
    .update({
      ...columns,
      ...(state
        ? {
            vendor_state: sql.raw("jsonb_strip_nulls(numbers.vendor_state || ?::jsonb)", [
              JSON.stringify(state),
            ]),
          }
        : {}),
      // Older ones count for nothing any more.
      ...(registration
        ? {
            registrations: sql.raw(
              "(numbers.registrations || clock_timestamp())[greatest(1, cardinality(numbers.registrations) - 18):]",
            ),
          }
        : {}),
    });
}

/** Whose a number of a vendor is, null where nobody has it. */
export function numberOwner(db: Database, provider: string, providerId: string): Promise<string | null> {
  return db.call("engine_number_owner", [provider, providerId]);
}

export interface AccountRow {
  readonly account_ref: string;
  readonly name: string | null;
  readonly timezone: string | null;
  readonly currency: string | null;
  readonly state: JsonObject;
}

export function readVendorAccount(
  { sql, tenantId }: TenantScope,
  provider: string,
  accountRef: string,
): Promise<AccountRow | undefined> {
  return sql("vendor_accounts")
    .where({
      "vendor_accounts.tenant_id": tenantId,
      "vendor_accounts.provider": provider,
      "vendor_accounts.account_ref": accountRef,
    })
    .first("account_ref", "name", "timezone", "currency", "state");
}

/** Keeps an account the tenant may use, as its vendor describes it. A time zone that was set stays. */
export async function keepVendorAccount(
  { sql, tenantId }: TenantScope,
  provider: string,
  account: Partial<AccountRow> & Pick<AccountRow, "account_ref">,
): Promise<void> {
  const { state, ...columns } = account;
  const row = { ...columns, ...(state ? { state: JSON.stringify(state) } : {}) };
  await sql("vendor_accounts")
    .insert({ ...row, tenant_id: tenantId, provider })
    .onConflict(["tenant_id", "provider", "account_ref"])
    .merge({ ...row, updated_at: sql.fn.now() });
}
