import type { TenantScope } from "./database.ts";

/** The tracked link of a step to an address: made once, the same when asked again. */
export async function linkOfStep(
  { sql, tenantId }: TenantScope,
  link: { readonly code: string; readonly url: string; readonly runId: string; readonly stepKey: string },
): Promise<string> {
  const [row] = await sql("links")
    .insert({
      code: link.code,
      tenant_id: tenantId,
      url: link.url,
      run_id: link.runId,
      step_key: link.stepKey,
    })
    .onConflict(["tenant_id", "step_key", "url"])
    .merge({ url: link.url })
    .returning("code");
  return row.code;
}
