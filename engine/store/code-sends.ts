import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";

export interface CodeLimit {
  readonly max: number;
  readonly seconds: number;
}

export interface CodeAdmission {
  readonly tenant: string;
  /** Of the effect that sends it. */
  readonly id: string;
  readonly source: "flow" | "api";
  readonly to: string;
  readonly channel: string;
  readonly ip: string | null;
  readonly provider: string;
  /** By the tenant's clock. */
  readonly at: string;
  readonly limits: { readonly recipient: CodeLimit; readonly ip: CodeLimit; readonly tenant: CodeLimit };
  /** Credits to hold; absent: whoever asks holds them. */
  readonly charge?: number;
}

export interface Admitted {
  readonly admitted: boolean;
  /** It was asked for before; then with what came of it. */
  readonly known: boolean;
  readonly reason?: string;
  readonly retryAfterMs?: number;
  readonly state?: string;
  readonly ref?: string | null;
  readonly outcome?: JsonObject | null;
  readonly recipient?: string;
  readonly channel?: string;
}

/** May this code be sent? Counted, and kept, under one lock. */
export function admitCode(db: Database, admission: CodeAdmission): Promise<Admitted> {
  return db.call("engine_code_admit", [admission]);
}

/** What came of sending it. */
export async function settleCode(
  db: Database,
  settled: {
    readonly tenant: string;
    readonly id: string;
    readonly state: string;
    readonly ref: string | null;
    readonly outcome: JsonObject;
  },
): Promise<void> {
  await db.call("engine_code_settle", [settled]);
}

/** A check closed the youngest open verification of this recipient. */
export async function closeCode(db: Database, tenant: string, to: string, state: string): Promise<void> {
  await db.call("engine_code_checked", [tenant, to, state]);
}

export function pruneCodes(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_codes", [limit]);
}

/** The vendor's id of the youngest verification of this recipient that is still open. */
export async function openCodeRef({ sql, tenantId }: TenantScope, to: string): Promise<string | null> {
  const row = await sql("code_sends")
    .where({ "code_sends.tenant_id": tenantId, "code_sends.recipient": to, "code_sends.state": "pending" })
    .orderBy("code_sends.at", "desc")
    .first("code_sends.ref");
  return row?.ref ?? null;
}
