import { DELIVERY_RANK, type DeliveryStatus, type EffectState } from "../core/effect-state.ts";
import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";
import type { LoadedRun } from "./runs.ts";

export interface StatusReport {
  readonly effectId: string | null;
  readonly ref: string;
  readonly status: DeliveryStatus;
  readonly failure: JsonObject | null;
  /** Tenants whose effects this may be about; absent or null: any. */
  readonly tenants?: readonly string[] | null;
}

export type StatusResult =
  | {
      readonly ok: true;
      readonly changed: boolean;
      readonly tenant: string;
      readonly runId: string;
      readonly effectId: string;
      /** The run that sleeps on this effect and does not know its status yet. */
      readonly run?: LoadedRun;
    }
  | { readonly ok: false; readonly reason: "unknown" };

/** Vendors' reports about effects of ours: only upward, and twice is once. One transaction, one result for each, in order. */
export function reportStatuses(
  db: Database,
  reports: readonly StatusReport[],
): Promise<readonly StatusResult[]> {
  const rows = reports.map((report) => ({
    tenants: null,
    ...report,
    rank: DELIVERY_RANK[report.status],
  }));
  return db.call("engine_effect_status", [JSON.stringify(rows)]);
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

/** The vendor's references of other messages to the person this effect is for, at that time and since. */
export function refsTo(
  db: Database,
  tenantId: string,
  effect: { readonly id: string; readonly to: string | null; readonly firstAt: string },
): Promise<string[]> {
  return db.call("engine_refs_to", [tenantId, effect.id, effect.to, effect.firstAt]);
}

/** Forgets the paces of senders that have not sent for a while. Gives how many. */
export function prunePaces(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_paces", [limit]);
}

/** How many effects of all tenants are in doubt, and how old the oldest doubt is. */
export function countDoubts(db: Database): Promise<{ readonly count: number; readonly oldestMs: number }> {
  return db.call("engine_doubts", []);
}

export interface Resolution {
  readonly tenant: string;
  readonly effectId: string;
  readonly outcome: "accepted" | "refused" | "resend";
  readonly ref: string | null;
  readonly note: string;
  /** Who says so: an API key or a user. */
  readonly actor: string;
  readonly auditId: string;
}

export type Resolved =
  | { readonly ok: true; readonly runId: string; readonly runOpen: boolean }
  | { readonly ok: false; readonly reason: "unknown" | "ended" | "ref" }
  | { readonly ok: false; readonly reason: "settled"; readonly state: EffectState };

/** Settles an effect in doubt by hand, with a line in the audit log. */
export function resolveEffect(db: Database, resolution: Resolution): Promise<Resolved> {
  return db.call("engine_resolve_effect", [resolution]);
}

/** Gives up effects still in doubt after their run and `graceMs`; at most `limit`. Gives how many. */
export function giveUpDoubts(db: Database, graceMs: number, limit: number): Promise<number> {
  return db.call("engine_give_up_doubts", [graceMs, limit]);
}

/** Seconds since the effect's intent was committed, by the database's clock; null when there is no such effect. */
export async function secondsSince({ sql, tenantId }: TenantScope, effectId: string): Promise<number | null> {
  const row = await sql("effects")
    .where({ "effects.tenant_id": tenantId, "effects.id": effectId })
    .first(sql.raw("extract(epoch from now() - effects.created_at)::float8 as seconds"));
  return row?.seconds ?? null;
}
