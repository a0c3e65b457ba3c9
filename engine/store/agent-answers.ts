import type { Database, TenantScope } from "./database.ts";

/** An answer of a model, counted once for each step and part. */
export interface AnswerRow {
  readonly stepKey: string;
  readonly part: string;
  readonly runId: string;
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly firstMs: number | null;
  readonly totalMs: number;
}

export async function noteAnswer({ sql, tenantId }: TenantScope, answer: AnswerRow): Promise<void> {
  await sql("agent_answers")
    .insert({
      tenant_id: tenantId,
      step_key: answer.stepKey,
      part: answer.part,
      run_id: answer.runId,
      model: answer.model,
      prompt_tokens: answer.promptTokens,
      completion_tokens: answer.completionTokens,
      first_ms: answer.firstMs,
      total_ms: answer.totalMs,
    })
    .onConflict(["tenant_id", "step_key", "part"])
    .ignore();
}

export interface Used {
  readonly answers: number;
  readonly tokens: number;
}

const USED = "count(*)::int as answers, coalesce(sum(prompt_tokens + completion_tokens), 0)::int as tokens";

/** What was used since midnight of this zone. */
export async function answersToday({ sql, tenantId }: TenantScope, zone: string): Promise<Used> {
  const [row] = await sql("agent_answers")
    .where("agent_answers.tenant_id", tenantId)
    .whereRaw("agent_answers.at >= date_trunc('day', now() at time zone ?) at time zone ?", [zone, zone])
    .select(sql.raw(USED));
  return row ?? { answers: 0, tokens: 0 };
}

export async function answersOfRun({ sql, tenantId }: TenantScope, runId: string): Promise<Used> {
  const [row] = await sql("agent_answers")
    .where({ "agent_answers.tenant_id": tenantId, "agent_answers.run_id": runId })
    .select(sql.raw(USED));
  return row ?? { answers: 0, tokens: 0 };
}

/** Forgets what was used long ago. Gives how many. */
export function pruneAnswers(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_agent_answers", [limit]);
}
