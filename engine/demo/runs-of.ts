import type { Centralita } from "../main.ts";

/** The run that an inbound message started or went to. */
export async function runOfMessage(app: Centralita, tenantId: string, ref: string): Promise<string | null> {
  const row = await app.db.asTenant(tenantId, ({ sql }) =>
    sql("messages")
      .where({ "messages.tenant_id": tenantId, "messages.provider_ref": ref })
      // It has just come; older days need not be looked into.
      .where("messages.created_at", ">", new Date(Date.now() - 60 * 60_000))
      .first("messages.run_id"),
  );
  return row?.run_id ?? null;
}

/** Ids of runs grow with time. */
export async function newestRunOf(app: Centralita, tenantId: string, flow: string): Promise<string | null> {
  const row = await app.db.asTenant(tenantId, ({ sql }) =>
    sql("runs")
      .where({ "runs.tenant_id": tenantId, "runs.flow_key": flow })
      .orderBy("runs.id", "desc")
      .first("runs.id"),
  );
  return row?.id ?? null;
}
