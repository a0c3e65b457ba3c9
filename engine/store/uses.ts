import type { TenantScope } from "./database.ts";

/** A use that costs money but no credits, once for each step and kind. */
export async function noteUse(
  { sql, tenantId }: TenantScope,
  use: { readonly stepKey: string; readonly runId: string; readonly kind: string; readonly amount: number },
): Promise<void> {
  await sql("uses")
    .insert({
      tenant_id: tenantId,
      step_key: use.stepKey,
      run_id: use.runId,
      kind: use.kind,
      amount: use.amount,
    })
    .onConflict(["tenant_id", "step_key", "kind"])
    .ignore();
}
