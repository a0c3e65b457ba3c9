import type { ModuleTemplate } from "../core/erp-module.ts";
import { newId } from "../ids.ts";
import type { TenantScope } from "./database.ts";

/** Copies notices into the tenant's templates, in one language. What is there stays; gives the keys of what is new. */
export async function copyNotices(
  { sql, tenantId }: TenantScope,
  notices: readonly ModuleTemplate[],
  language: "en" | "es",
): Promise<readonly string[]> {
  const rows = await sql("templates")
    .insert(
      notices.map(({ key, category, variables, bodies }) => ({
        id: newId("template"),
        tenant_id: tenantId,
        key,
        locale: language,
        category,
        body: bodies[language],
        variables: variables.map(({ name }) => name),
      })),
    )
    .onConflict(sql.raw("(tenant_id, key, locale, group_id, store_id)"))
    .ignore()
    .returning("key");
  return rows.map(({ key }) => key);
}
