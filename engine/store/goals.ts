import type { TenantScope } from "./database.ts";

export interface GoalRow {
  readonly stepKey: string;
  readonly runId: string;
  readonly flowKey: string;
  readonly name: string;
  readonly value?: number;
  readonly currency?: string;
  /** ISO 8601 */
  readonly at: string;
}

/** Once for each step. */
export async function recordGoal({ sql, tenantId }: TenantScope, goal: GoalRow): Promise<void> {
  await sql("goals")
    .insert({
      tenant_id: tenantId,
      step_key: goal.stepKey,
      run_id: goal.runId,
      flow_key: goal.flowKey,
      name: goal.name,
      value: goal.value ?? null,
      currency: goal.currency ?? null,
      at: goal.at,
    })
    .onConflict(["tenant_id", "step_key"])
    .ignore();
}

export interface ReachedGoal {
  readonly step_key: string;
  readonly run_id: string;
  readonly flow_key: string;
  readonly name: string;
  readonly value: string | null;
  readonly currency: string | null;
  readonly at: Date;
}

export interface GoalFilter {
  readonly name?: string;
  readonly flow?: string;
  readonly run?: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Moment and step of the last goal of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

/** Newest first. */
export function listGoals(
  { sql, tenantId }: TenantScope,
  { name, flow, run, from, to, after, limit }: GoalFilter,
): Promise<ReachedGoal[]> {
  const query = sql("goals")
    .where("goals.tenant_id", tenantId)
    .orderBy([
      { column: "goals.at", order: "desc" },
      { column: "goals.step_key", order: "desc" },
    ])
    .limit(limit);
  if (name !== undefined) query.where("goals.name", name);
  if (flow !== undefined) query.where("goals.flow_key", flow);
  if (run !== undefined) query.where("goals.run_id", run);
  if (from !== null) query.where("goals.at", ">=", from);
  if (to !== null) query.where("goals.at", "<", to);
  const [at, step] = after?.split("|") ?? [];
  if (at !== undefined && step !== undefined)
    query.whereRaw("(goals.at, goals.step_key) < (cast(? as timestamptz), ?)", [at, step]);
  return query;
}
