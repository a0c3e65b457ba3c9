import type { TenantScope } from "./database.ts";

export interface AnsweredLeg {
  readonly provider: string;
  /** The vendor's id of the leg. */
  readonly ref: string;
  readonly runId: string;
  readonly address: string;
}

/** Somebody took a leg. Told again it changes nothing. */
export async function keepAnsweredLeg({ sql, tenantId }: TenantScope, leg: AnsweredLeg): Promise<void> {
  await sql("call_legs")
    .insert({
      tenant_id: tenantId,
      provider: leg.provider,
      provider_ref: leg.ref,
      run_id: leg.runId,
      address: leg.address,
    })
    .onConflict(["tenant_id", "provider", "provider_ref"])
    .ignore();
}

/** Whose leg it was; null where nobody told. */
export async function addressOfLeg(
  { sql, tenantId }: TenantScope,
  provider: string,
  ref: string,
): Promise<string | null> {
  const row = await sql("call_legs")
    .where({
      "call_legs.tenant_id": tenantId,
      "call_legs.provider": provider,
      "call_legs.provider_ref": ref,
    })
    .first("call_legs.address");
  return row?.address ?? null;
}

/** When each address last took a call, ISO 8601; one that never did is left out. */
export async function lastAnswered(
  { sql, tenantId }: TenantScope,
  addresses: readonly string[],
): Promise<Record<string, string>> {
  const rows: { address: string; at: Date }[] = await sql("call_legs")
    .where("call_legs.tenant_id", tenantId)
    .whereIn("call_legs.address", [...addresses])
    .groupBy("call_legs.address")
    .select("call_legs.address")
    .max("call_legs.answered_at as at");
  return Object.fromEntries(rows.map(({ address, at }) => [address, at.toISOString()]));
}
