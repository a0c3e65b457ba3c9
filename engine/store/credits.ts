import type { Database, TenantScope } from "./database.ts";

export interface AccountRow {
  readonly meter: string;
  /** null = unlimited */
  readonly balance: number | null;
  readonly held: number;
  readonly resets_at: Date | null;
}

export function listAccounts({ sql, tenantId }: TenantScope): Promise<AccountRow[]> {
  return sql("credit_accounts").where("credit_accounts.tenant_id", tenantId).orderBy("credit_accounts.meter");
}

/** What the plan gives each month, by meter: null is without limit. Empty for who has no plan. */
export async function monthlyCredits({
  sql,
  tenantId,
}: TenantScope): Promise<Readonly<Record<string, number | null>>> {
  const plan = await sql("subscriptions")
    .join("plans", "plans.id", "subscriptions.plan_id")
    .where("subscriptions.tenant_id", tenantId)
    .first({
      sms: "plans.sms_monthly",
      whatsapp: "plans.whatsapp_monthly",
      voice: "plans.voice_minutes_monthly",
      lookup: "plans.lookups_monthly",
      verify: "plans.verifications_monthly",
    });
  return plan ?? {};
}

/** One account as a running node sees it; null where the tenant has none for this meter. */
export function readAccount(
  db: Database,
  tenant: string,
  meter: string,
): Promise<{
  readonly balance: number | null;
  readonly held: number;
  readonly resetsAt: string | null;
} | null> {
  return db.call("engine_account", [tenant, meter]);
}

/** Credits each of these runs has used, by run and meter, positive. Runs that used none are left out. */
export async function creditsOfRuns(
  { sql, tenantId }: TenantScope,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, Record<string, number>>> {
  const rows: { run_id: string; meter: string; spent: string }[] = await sql("credit_entries")
    .where("credit_entries.tenant_id", tenantId)
    .whereIn("credit_entries.run_id", [...runIds])
    .groupBy("credit_entries.run_id", "credit_entries.meter")
    .select("credit_entries.run_id", "credit_entries.meter", sql.raw("-sum(credit_entries.amount) as spent"));
  const byRun = Map.groupBy(rows, ({ run_id }) => run_id);
  return new Map(
    [...byRun].map(([id, own]) => [id, Object.fromEntries(own.map((row) => [row.meter, Number(row.spent)]))]),
  );
}

export interface ChargeRow {
  readonly meter: string;
  /** Positive: used; negative: given back. */
  readonly units: number;
  /** The effect it was for; null: the step itself. */
  readonly effect_id: string | null;
  readonly step_key: string | null;
  readonly at: Date;
}

/** What a run was charged, one by one, oldest first. */
export async function chargesOfRun({ sql, tenantId }: TenantScope, runId: string): Promise<ChargeRow[]> {
  return sql("credit_entries")
    .leftJoin("effects", {
      "effects.id": "credit_entries.ref",
      "effects.tenant_id": "credit_entries.tenant_id",
    })
    .where({ "credit_entries.tenant_id": tenantId, "credit_entries.run_id": runId })
    .orderBy("credit_entries.id")
    .select(
      "credit_entries.meter",
      "credit_entries.at",
      sql.raw("-credit_entries.amount as units"),
      "effects.id as effect_id",
      sql.raw("coalesce(effects.step_key, credit_entries.step_key, credit_entries.ref) as step_key"),
    );
}

/** Credits a run has used, by meter, positive. */
export async function creditsOfRun(
  { sql, tenantId }: TenantScope,
  runId: string,
): Promise<Record<string, number>> {
  const rows: { meter: string; spent: string }[] = await sql("credit_entries")
    .where({ "credit_entries.tenant_id": tenantId, "credit_entries.run_id": runId })
    .groupBy("credit_entries.meter")
    .select("credit_entries.meter", sql.raw("-sum(credit_entries.amount) as spent"));
  return Object.fromEntries(rows.map((row) => [row.meter, Number(row.spent)]));
}
