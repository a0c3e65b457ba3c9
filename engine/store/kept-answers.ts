import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";

/** Of whom and for what an answer is kept. */
export interface AnswerName {
  readonly caller: string;
  readonly key: string;
}

export interface KeptAnswer {
  readonly asked: string;
  /** Null: it is being done. */
  readonly answer: JsonObject | null;
}

/** Null: it is ours to do. Else what is kept, or that somebody is at it. What was begun and never answered may be done again. */
export async function claimAnswer(
  { sql, tenantId }: TenantScope,
  { caller, key }: AnswerName,
  asked: string,
): Promise<KeptAnswer | null> {
  const place = { tenant_id: tenantId, caller, key };
  await sql("kept_answers")
    .where(place)
    .whereRaw(
      "created_at < now() - case when answer is null then interval '1 minute' else interval '1 day' end",
    )
    .delete();
  const made = await sql("kept_answers")
    .insert({ ...place, asked })
    .onConflict(["tenant_id", "caller", "key"])
    .ignore()
    .returning("key");
  if (made.length > 0) return null;
  const kept = await sql("kept_answers").where(place).first("asked", "answer");
  // It was given up between the two: whoever asks again finds room.
  return kept ?? { asked, answer: null };
}

export async function keepAnswer(
  { sql, tenantId }: TenantScope,
  name: AnswerName,
  answer: JsonObject,
): Promise<void> {
  await sql("kept_answers")
    .where({ tenant_id: tenantId, ...name })
    .update({ answer: JSON.stringify(answer) });
}

/** Nothing was done: the same key is free again. */
export function dropAnswer({ sql, tenantId }: TenantScope, name: AnswerName): Promise<number> {
  return sql("kept_answers")
    .where({ tenant_id: tenantId, ...name })
    .whereNull("answer")
    .delete();
}

export function pruneKeptAnswers(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_answers", [limit]);
}
