import { reportTemplate } from "../store/templates.ts";
import { type Ingress, type Of, tenantsOf } from "./ingress-request.ts";

/** [L6] A vendor's word about a template, for every tenant of the account that has it there. */
export async function handleTemplate(ingress: Ingress, delivery: Of<"template">): Promise<null> {
  const { runtime, hook } = ingress;
  const { kind: _kind, dedupeKey: _key, ...report } = delivery;
  const told = await reportTemplate(runtime.db, {
    ...report,
    provider: hook.plugin,
    tenants: tenantsOf(ingress) as string[] | null,
  });
  const { name, language, status, category } = delivery;
  if (told.length === 0) {
    runtime.log.info({ name, language, status }, "a vendor spoke of a template that is not ours");
    return null;
  }
  for (const { tenant, template, changed } of told) {
    if (!changed) continue;
    runtime.directory.forget(tenant);
    runtime.log.info({ tenant, template, status, category }, "a vendor changed how a template stands");
  }
  return null;
}
