import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";

/** A socket that a vendor opens for a step, as its row. */
export interface SocketRow {
  readonly step_key: string;
  readonly run_id: string;
  readonly path: string;
  readonly provider: string;
  readonly party: string;
  readonly plan: JsonObject;
  readonly state: JsonObject | null;
  readonly answers: Readonly<Record<string, JsonObject>>;
  readonly epoch: number;
  readonly is_over: boolean;
  readonly opened_at: Date | null;
}

export interface NewSocket {
  readonly stepKey: string;
  readonly runId: string;
  readonly path: string;
  readonly provider: string;
  readonly party: string;
  readonly plan: JsonObject;
  /** For the first connection. */
  readonly withinSeconds: number;
}

/** The same again changes nothing: the step that expects it may be computed twice. */
export async function expectSocket({ sql, tenantId }: TenantScope, session: NewSocket): Promise<void> {
  await sql("socket_sessions")
    .insert({
      tenant_id: tenantId,
      step_key: session.stepKey,
      run_id: session.runId,
      path: session.path,
      provider: session.provider,
      party: session.party,
      plan: JSON.stringify(session.plan),
      expires_at: sql.raw("now() + ? * interval '1 second'", [session.withinSeconds]),
    })
    .onConflict(["tenant_id", "step_key"])
    .ignore();
}

export async function readSocket({ sql, tenantId }: TenantScope, stepKey: string): Promise<SocketRow | null> {
  const row = await sql("socket_sessions")
    .where({ tenant_id: tenantId, step_key: stepKey })
    .first(
      "step_key",
      "run_id",
      "path",
      "provider",
      "party",
      "plan",
      "state",
      "answers",
      "epoch",
      "is_over",
      "opened_at",
    );
  return row ?? null;
}

/** The next connection of a session; null where it is over, or nobody came in time. Those before may not write any more. */
export async function openSocket({ sql, tenantId }: TenantScope, stepKey: string): Promise<SocketRow | null> {
  const [row] = await sql("socket_sessions")
    .where({ tenant_id: tenantId, step_key: stepKey, is_over: false })
    .whereRaw("(opened_at is not null or expires_at > now())")
    .update({
      epoch: sql.raw("epoch + 1"),
      opened_at: sql.raw("coalesce(opened_at, now())"),
      updated_at: sql.fn.now(),
    })
    .returning("*");
  return row ?? null;
}

/** False where another connection has taken over. */
export async function saveSocket(
  { sql, tenantId }: TenantScope,
  session: {
    readonly stepKey: string;
    readonly epoch: number;
    readonly state: JsonObject;
    readonly isOver: boolean;
  },
): Promise<boolean> {
  const count = await sql("socket_sessions")
    .where({ tenant_id: tenantId, step_key: session.stepKey, epoch: session.epoch })
    .update({ state: JSON.stringify(session.state), is_over: session.isOver, updated_at: sql.fn.now() });
  return count > 0;
}

/** Nobody may open it any more. */
export async function closeSocket({ sql, tenantId }: TenantScope, stepKey: string): Promise<void> {
  await sql("socket_sessions")
    .where({ tenant_id: tenantId, step_key: stepKey })
    .update({ is_over: true, updated_at: sql.fn.now() });
}

/** What the step answered to one of the session's questions; the first answer counts. */
export async function keepSocketAnswer(
  { sql, tenantId }: TenantScope,
  {
    stepKey,
    question,
    answer,
  }: { readonly stepKey: string; readonly question: number; readonly answer: JsonObject },
): Promise<void> {
  await sql("socket_sessions")
    .where({ tenant_id: tenantId, step_key: stepKey })
    .update({
      answers: sql.raw("?::jsonb || answers", [JSON.stringify({ [String(question)]: answer })]),
      updated_at: sql.fn.now(),
    });
}

export async function socketAnswer(
  { sql, tenantId }: TenantScope,
  stepKey: string,
  question: number,
): Promise<JsonObject | null> {
  const row = await sql("socket_sessions")
    .where({ tenant_id: tenantId, step_key: stepKey })
    .first(sql.raw("answers -> ? as answer", [String(question)]));
  return row?.answer ?? null;
}

/** Forgets what was said long ago. Gives how many. */
export function pruneSockets(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_socket_sessions", [limit]);
}
