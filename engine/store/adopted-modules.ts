import type { ErpModule } from "../core/erp-module.ts";
import { newId } from "../ids.ts";
import type { TenantScope } from "./database.ts";
import { insertTemplate } from "./templates.ts";

/** Copies a module's notices into the tenant's templates, in one language. What is there stays; gives the keys of what is new. */
export async function copyNotices(
  scope: TenantScope,
  { module, templates }: Pick<ErpModule, "module" | "templates">,
  language: "en" | "es",
): Promise<readonly string[]> {
  const added: string[] = [];
  for (const { key, category, variables, bodies } of templates) {
    const isNew = await insertTemplate(scope, {
      id: newId("template"),
      key,
      locale: language,
      category,
      module,
      group_id: null,
      store_id: null,
      content: { body: bodies[language] },
      variables: variables.map(({ name, example, title }) => ({
        name,
        example,
        description: title[language],
      })),
    });
    if (isNew) added.push(key);
  }
  return added;
}
