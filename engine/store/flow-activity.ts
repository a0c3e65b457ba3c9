import type { TenantScope } from "./database.ts";

/** How many runs of a flow are under way. */
export interface FlowActivityRow {
  readonly flow_key: string;
  readonly running: number;
  readonly waiting: number;
}

/**
 * Runs under way by flow. Found from the side of leases and waits, which only runs under way have: the list of all runs
 * grows for ever.
 */
export function flowActivity({ sql, tenantId }: TenantScope): Promise<FlowActivityRow[]> {
  const running = sql("runs")
    .where({ "runs.tenant_id": tenantId, "runs.status": "running" })
    .select("runs.id", "runs.flow_key", "runs.status");
  const waiting = sql("waits")
    .join("runs", "runs.id", "waits.run_id")
    .where({ "waits.tenant_id": tenantId, "runs.tenant_id": tenantId, "runs.status": "waiting" })
    .select("runs.id", "runs.flow_key", "runs.status");
  return sql
    .from(running.union(waiting).as("open"))
    .whereNot("open.flow_key", "like", "\\_%")
    .groupBy("open.flow_key")
    .orderBy("open.flow_key")
    .select(
      "open.flow_key",
      sql.raw("(count(*) filter (where open.status = 'running'))::int as running"),
      sql.raw("(count(*) filter (where open.status = 'waiting'))::int as waiting"),
    );
}
