import type { JsonObject } from "../core/json.ts";
import { newId } from "../ids.ts";
import type { TenantScope } from "./database.ts";

/** Who did what by hand. */
export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: JsonObject;
}

export interface AuditFilter {
  readonly target?: string;
  readonly action?: string;
  readonly actor?: string;
  /** Id of the last line of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

/** Kept with the change itself, in its transaction. */
export async function insertAudit(
  { sql, tenantId }: TenantScope,
  { details = {}, ...act }: Pick<AuditRow, "actor" | "action" | "target"> & { readonly details?: JsonObject },
): Promise<void> {
  const line = { id: newId("audit"), tenant_id: tenantId, ...act, details: JSON.stringify(details) };
  await sql("audit_log").insert(line);
}

/** Newest first. */
export function listAudit({ sql, tenantId }: TenantScope, filter: AuditFilter): Promise<AuditRow[]> {
  const { after, limit, ...wanted } = filter;
  const query = sql("audit_log")
    .where("audit_log.tenant_id", tenantId)
    .orderBy("audit_log.id", "desc")
    .limit(limit)
    .select("id", "at", "actor", "action", "target", "details");
  for (const [name, value] of Object.entries(wanted)) query.where(`audit_log.${name}`, value);
  if (after !== null) query.where("audit_log.id", "<", after);
  return query;
}
