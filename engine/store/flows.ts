import type { Flow } from "../core/flow.ts";
import type { TenantScope } from "./database.ts";
import { replaceSchedules } from "./schedules.ts";

export interface FlowRow {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly draft: Flow;
  readonly revision: number;
  readonly hook_key: string;
  readonly published: number | null;
  readonly updated_at: Date;
}

export interface FlowVersionRow {
  readonly id: string;
  readonly flow_key: string;
  readonly number: number;
  readonly document: Flow;
  readonly hash: string;
  readonly note: string | null;
  readonly published_by: string | null;
  readonly published_at: Date;
}

/** A flow in a list: what its draft says of it, without the draft. */
export interface FlowListRow extends Omit<FlowRow, "draft"> {
  readonly description: string | null;
  /** Types of its nodes, each once. */
  readonly types: readonly string[];
  /** The draft is not what was published. */
  readonly changed: boolean;
}

export function listFlows(
  { sql, tenantId }: TenantScope,
  page: { readonly search?: string; readonly after: string | null; readonly limit: number },
): Promise<FlowListRow[]> {
  const query = sql("flows")
    .leftJoin("flow_versions", function join() {
      this.on("flow_versions.tenant_id", "flows.tenant_id")
        .andOn("flow_versions.flow_key", "flows.key")
        .andOn("flow_versions.number", "flows.published");
    })
    .where("flows.tenant_id", tenantId)
    // The engine's own are nobody's to open.
    .whereNot("flows.key", "like", "\\_%")
    .orderBy("flows.key")
    .limit(page.limit)
    .select(
      "flows.id",
      "flows.key",
      "flows.name",
      "flows.revision",
      "flows.hook_key",
      "flows.published",
      "flows.updated_at",
      sql.raw("flows.draft->>'description' as description"),
      sql.raw("array(select distinct n->>'type' from jsonb_array_elements(flows.draft->'nodes') n) as types"),
      sql.raw("flows.draft is distinct from flow_versions.document as changed"),
    );
  if (page.search !== undefined) {
    const like = `%${page.search.replaceAll(/[\\%_]/g, "\\$&")}%`;
    query.whereRaw("(flows.name ilike ? or flows.key ilike ? or flows.draft->>'description' ilike ?)", [
      like,
      like,
      like,
    ]);
  }
  return page.after === null ? query : query.where("flows.key", ">", page.after);
}

export function readFlow({ sql, tenantId }: TenantScope, key: string): Promise<FlowRow | undefined> {
  return sql("flows").where({ "flows.tenant_id": tenantId, "flows.key": key }).first();
}

/** How far drafts and versions have come. */
export function revisionsOf(
  { sql, tenantId }: TenantScope,
  keys: readonly string[],
): Promise<Pick<FlowRow, "key" | "revision" | "published">[]> {
  return sql("flows")
    .where("flows.tenant_id", tenantId)
    .whereIn("flows.key", [...keys])
    .select("flows.key", "flows.revision", "flows.published");
}

export async function insertFlow(
  { sql, tenantId }: TenantScope,
  flow: { readonly id: string; readonly hookKey: string; readonly draft: Flow },
): Promise<FlowRow | undefined> {
  const { id, hookKey, draft } = flow;
  const rows = await sql("flows")
    .insert({
      id,
      tenant_id: tenantId,
      key: draft.key,
      name: draft.name,
      draft: JSON.stringify(draft),
      hook_key: hookKey,
    })
    .onConflict(["tenant_id", "key"])
    .ignore()
    .returning("*");
  return rows[0];
}

/** Saves a draft over the revision it was made from; undefined when somebody saved in between. */
export async function updateDraft(
  { sql, tenantId }: TenantScope,
  key: string,
  revision: number,
  draft: Flow,
): Promise<FlowRow | undefined> {
  const rows = await sql("flows")
    .where({ "flows.tenant_id": tenantId, "flows.key": key, "flows.revision": revision })
    .update({
      draft: JSON.stringify(draft),
      name: draft.name,
      revision: revision + 1,
      updated_at: sql.fn.now(),
    })
    .returning("*");
  return rows[0];
}

/** Deletes a flow that was never published. False when there is none such. */
export async function deleteDraft({ sql, tenantId }: TenantScope, key: string): Promise<boolean> {
  const count = await sql("flows")
    .where({ "flows.tenant_id": tenantId, "flows.key": key })
    .whereNull("flows.published")
    .delete();
  return count > 0;
}

/** Writes the next version and makes it the published one, schedules included. The flow's row is locked, so numbers have no
 * gaps. */
export async function publishVersion(
  { sql, tenantId }: TenantScope,
  version: {
    readonly id: string;
    readonly key: string;
    readonly document: Flow;
    readonly hash: string;
    readonly note: string | null;
    readonly by: string | null;
  },
): Promise<FlowVersionRow | undefined> {
  const flow = await sql("flows")
    .where({ "flows.tenant_id": tenantId, "flows.key": version.key })
    .forUpdate()
    .first("flows.id");
  if (!flow) return undefined;
  const last = await sql("flow_versions")
    .where({ "flow_versions.tenant_id": tenantId, "flow_versions.flow_id": flow.id })
    .max("number as number")
    .first();
  const number = (last?.number ?? 0) + 1;
  const [row] = await sql("flow_versions")
    .insert({
      id: version.id,
      tenant_id: tenantId,
      flow_id: flow.id,
      flow_key: version.key,
      number,
      document: JSON.stringify(version.document),
      hash: version.hash,
      note: version.note,
      published_by: version.by,
    })
    .returning("*");
  await sql("flows")
    .where({ "flows.tenant_id": tenantId, "flows.id": flow.id })
    .update({ published: number, updated_at: sql.fn.now() });
  await replaceSchedules({ sql, tenantId }, { id: version.id, flowId: flow.id, document: version.document });
  return row;
}

export function listVersions(
  { sql, tenantId }: TenantScope,
  key: string,
): Promise<Omit<FlowVersionRow, "document">[]> {
  return sql("flow_versions")
    .where({ "flow_versions.tenant_id": tenantId, "flow_versions.flow_key": key })
    .orderBy("flow_versions.number", "desc")
    .select("id", "flow_key", "number", "hash", "note", "published_by", "published_at");
}

export function readVersion(
  { sql, tenantId }: TenantScope,
  key: string,
  number: number,
): Promise<FlowVersionRow | undefined> {
  return sql("flow_versions")
    .where({
      "flow_versions.tenant_id": tenantId,
      "flow_versions.flow_key": key,
      "flow_versions.number": number,
    })
    .first();
}

/** Published flows that begin with this trigger. */
export function flowsBeginningWith(
  { sql, tenantId }: TenantScope,
  trigger: string,
): Promise<readonly { readonly key: string; readonly name: string }[]> {
  return sql("flows as f")
    .join("flow_versions as v", (on) =>
      on.on("v.tenant_id", "f.tenant_id").on("v.flow_id", "f.id").on("v.number", "f.published"),
    )
    .where("f.tenant_id", tenantId)
    .whereRaw("v.document @> ?::jsonb", [JSON.stringify({ nodes: [{ type: trigger }] })])
    .select("f.key", "f.name")
    .orderBy("f.key")
    .limit(500);
}
