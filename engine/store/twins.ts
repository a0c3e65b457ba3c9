import type { Flow } from "../core/flow.ts";
import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";

export interface TwinOrder {
  /** The tenant it is a twin of. */
  readonly of: string;
  readonly id: string;
  /** How long it stays without somebody who speaks for it. */
  readonly seconds: number;
  /** How far its clock is ahead. */
  readonly offsetMs: number;
  /** What its copies' ids end in. */
  readonly suffix: string;
  /** Of each meter, to play with. */
  readonly credits: number;
  /** The vendor accounts of its numbers, by provider. */
  readonly accounts: Readonly<Record<string, string>>;
}

export async function openTwin(db: Database, order: TwinOrder): Promise<void> {
  await db.call("engine_open_twin", [order]);
}

/** False where it is gone. */
export function keepTwin(db: Database, twin: string, seconds: number): Promise<boolean> {
  return db.call("engine_keep_twin", [twin, seconds]);
}

/** Takes it away with everything that happened in it. */
export async function closeTwin(db: Database, twin: string): Promise<void> {
  await db.call("engine_close_twin", [twin]);
}

/** Twins that nobody speaks for any more. */
export async function staleTwins(db: Database): Promise<readonly string[]> {
  const rows = await db.rows<{ engine_stale_twins?: string; result?: string }>("engine_stale_twins", []);
  return rows.flatMap((row) => Object.values(row));
}

export interface PublishedFlow {
  readonly key: string;
  readonly name: string;
  readonly document: Flow;
}

/** Every published flow with the version that runs. */
export function publishedFlows({ sql, tenantId }: TenantScope): Promise<PublishedFlow[]> {
  return sql("flows")
    .join("flow_versions", (join) =>
      join
        .on("flow_versions.tenant_id", "flows.tenant_id")
        .andOn("flow_versions.flow_id", "flows.id")
        .andOn("flow_versions.number", "flows.published"),
    )
    .where("flows.tenant_id", tenantId)
    .select("flows.key", "flows.name", "flow_versions.document");
}

export interface CopiedFlow extends PublishedFlow {
  readonly id: string;
  readonly versionId: string;
  readonly hookKey: string;
}

/** Flows as published ones, without their schedules: what the clock starts is only the flow that is tried. */
export async function insertCopies(
  { sql, tenantId }: TenantScope,
  flows: readonly CopiedFlow[],
): Promise<void> {
  if (flows.length === 0) return;
  await sql("flows").insert(
    flows.map(({ id, key, name, hookKey, document }) => ({
      id,
      tenant_id: tenantId,
      key,
      name,
      draft: JSON.stringify(document),
      hook_key: hookKey,
      published: 1,
    })),
  );
  await sql("flow_versions").insert(
    flows.map(({ id, versionId, key, document }) => ({
      id: versionId,
      tenant_id: tenantId,
      flow_id: id,
      flow_key: key,
      number: 1,
      document: JSON.stringify(document),
      hash: versionId,
    })),
  );
}

export interface NumberBinding {
  readonly id: string;
  readonly voice_flow_key?: string;
  readonly message_flow_key?: string;
}

export async function bindNumber(
  { sql, tenantId }: TenantScope,
  { id, ...keys }: NumberBinding,
): Promise<void> {
  await sql("numbers").where({ "numbers.tenant_id": tenantId, "numbers.id": id }).update(keys);
}

export async function insertPlayNumber(
  { sql, tenantId }: TenantScope,
  number: JsonObject & { readonly id: string; readonly e164: string },
): Promise<void> {
  await sql("numbers").insert({ ...number, tenant_id: tenantId });
}

/** Nobody looks at templates in a twin: what was handed in is approved. */
export async function approveAll({ sql, tenantId }: TenantScope): Promise<void> {
  await sql("template_submissions")
    .where({ "template_submissions.tenant_id": tenantId, "template_submissions.status": "pending" })
    .update({ status: "approved", check_at: null });
}

/** Credits that a step holds or has used, by meter. */
export async function creditsOfStep(
  { sql, tenantId }: TenantScope,
  runId: string,
  stepKey: string,
): Promise<Record<string, number>> {
  const rows: { meter: string; amount: string }[] = await sql("credit_holds")
    .join("effects", "effects.id", "credit_holds.id")
    .where({
      "credit_holds.tenant_id": tenantId,
      "credit_holds.run_id": runId,
      "effects.tenant_id": tenantId,
      "effects.step_key": stepKey,
    })
    .whereNot("credit_holds.state", "released")
    .groupBy("credit_holds.meter")
    .select("credit_holds.meter")
    .sum("credit_holds.amount as amount");
  return Object.fromEntries(rows.map(({ meter, amount }) => [meter, Number(amount)]));
}

/** Which step an effect is of, and over which channel it went. */
export async function stepOfEffect(
  { sql, tenantId }: TenantScope,
  effectId: string,
): Promise<{ readonly stepKey: string; readonly channel: string | null } | null> {
  const rows: { step_key: string; channel: string | null }[] = await sql("effects")
    .where({ "effects.tenant_id": tenantId, "effects.id": effectId })
    .select("effects.step_key", "effects.channel");
  return rows[0] ? { stepKey: rows[0].step_key, channel: rows[0].channel } : null;
}

/** Runs that are not over. */
export async function openRuns({ sql, tenantId }: TenantScope): Promise<readonly string[]> {
  const rows: { id: string }[] = await sql("runs")
    .where("runs.tenant_id", tenantId)
    .whereNull("runs.ended_at")
    .select("runs.id");
  return rows.map(({ id }) => id);
}
