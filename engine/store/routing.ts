import type { Flow } from "../core/flow.ts";
import type { JsonObject } from "../core/json.ts";
import type { Database } from "./database.ts";

export interface TenantRow {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly timezone: string;
  readonly locale: string;
  readonly status: "active" | "suspended";
  readonly hours: JsonObject;
  readonly settings: JsonObject;
  /** Its time can be skipped: nothing it does reaches a real vendor. */
  readonly sandbox: boolean;
  readonly clock_offset_ms: number;
  /** The tenant whose flow is simulated in it. */
  readonly twin_of: string | null;
  /** Countries its plan reaches; null: any. Absent where only a number was routed. */
  readonly plan_countries?: readonly string[] | null;
  /** Its plan includes agents, or its subscription adds them. Absent where only a number was routed. */
  readonly plan_agent?: boolean | null;
}

export interface NumberRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly e164: string;
  readonly provider: string;
  readonly provider_id: string | null;
  readonly voice_flow_key: string | null;
  readonly message_flow_key: string | null;
  readonly store_id: string | null;
  readonly group_id: string | null;
}

export interface NumberRoute {
  readonly tenantId: string;
  readonly number: NumberRow;
  readonly tenant: TenantRow;
  readonly store: StoreRow | null;
  readonly group: JsonObject | null;
}

export interface StoreRow {
  readonly id: string;
  readonly group_id: string | null;
  readonly name: string;
  readonly address: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly country: string;
  readonly postal_code: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly timezone: string;
  readonly landline: string | null;
  readonly mobile: string | null;
  readonly website: string | null;
  readonly hours: JsonObject;
}

export interface VersionRow {
  readonly id: string;
  readonly flowKey: string;
  readonly number: number;
  readonly document: Flow;
}

/**
 * Whose a number is: by the vendor's id where it gives one, else by E.164. Of several tenants with the number, one of those
 * that the account which asks belongs to; a simulation's is only found by its own account.
 */
export function routeNumber(
  db: Database,
  provider: string,
  to: { readonly e164: string; readonly providerId: string | null },
  tenants: readonly string[] | null,
): Promise<NumberRoute | null> {
  return db.call("engine_route_number", [provider, to.e164, to.providerId, tenants]);
}

/** The published version of a flow, or version `number`. */
export function publishedVersion(
  db: Database,
  tenantId: string,
  flowKey: string,
  number: number | null = null,
): Promise<VersionRow | null> {
  return db.call("engine_published_version", [tenantId, flowKey, number]);
}

export function versionById(db: Database, tenantId: string, versionId: string): Promise<VersionRow | null> {
  return db.call("engine_version", [tenantId, versionId]);
}

export function routeHook(
  db: Database,
  hookKey: string,
): Promise<{ tenantId: string; flowKey: string } | null> {
  return db.call("engine_route_hook", [hookKey]);
}

export function credentialsOfAccount(
  db: Database,
  type: string,
  account: string,
): Promise<{ id: string; tenant_id: string; sealed: JsonObject }[]> {
  return db.rows("engine_credentials_of_account", [type, account]);
}
