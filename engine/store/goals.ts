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
