import { DELIVERY_RANK, type DeliveryStatus } from "../core/effect-state.ts";
import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";

export type StatusResult =
  | {
      readonly ok: true;
      readonly changed: boolean;
      readonly tenant: string;
      readonly runId?: string;
      readonly effectId?: string;
      readonly runOpen?: boolean;
    }
  | { readonly ok: false; readonly reason: "unknown" };

/** A vendor's report about one of our effects: only upward, and twice is once. */
export function reportStatus(
  db: Database,
  report: {
    readonly effectId: string | null;
    readonly ref: string;
    readonly status: DeliveryStatus;
    readonly failure: JsonObject | null;
    /** Tenants whose effects this may be about; absent or null: any. */
    readonly tenants?: readonly string[] | null;
  },
): Promise<StatusResult> {
  return db.call("engine_effect_status", [{ tenants: null, ...report, rank: DELIVERY_RANK[report.status] }]);
}

/** Which tenant an effect belongs to is said by the effect itself; a call by its own row. */
export function reportCall(
  db: Database,
  report: {
    readonly provider: string;
    readonly sid: string;
    readonly status: string;
    readonly durationSeconds: number | null;
    /** Tenants whose calls this may be about; absent or null: any. */
    readonly tenants?: readonly string[] | null;
  },
): Promise<{
  ok: boolean;
  changed?: boolean;
  over?: boolean;
  tenant?: string;
  runId?: string | null;
  runOpen?: boolean;
}> {
  return db.call("engine_call_status", [{ tenants: null, ...report }]);
}

/** Gives up effects still in doubt after their run and `graceMs`; at most `limit`. Gives how many. */
export function giveUpDoubts(db: Database, graceMs: number, limit: number): Promise<number> {
  return db.call("engine_give_up_doubts", [graceMs, limit]);
}

// A vendor that is asked for a lost message lists no more than these.
const KNOWN_REFS = 200;

/** What vendors call the latest messages this person was sent. */
export async function refsSentTo(
  { tenantId, sql }: TenantScope,
  phone: string,
): Promise<ReadonlySet<string>> {
  const rows: { provider_ref: string | null }[] = await sql("messages")
    .select("provider_ref")
    .where({ tenant_id: tenantId, contact_phone: phone, direction: "outbound" })
    .orderBy("id", "desc")
    .limit(KNOWN_REFS);
  return new Set(rows.flatMap(({ provider_ref }) => provider_ref ?? []));
}
