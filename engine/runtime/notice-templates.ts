import type { ErpModule } from "../core/erp-module.ts";
import type { TemplateRow } from "../store/directory.ts";

/**
 * The modules' notices as templates, in each of their languages: those of which the tenant has none of its own for
 * everybody. No vendor has approved them, so WhatsApp refuses them and the next channel is tried.
 */
export function noticesBeside(
  modules: readonly ErpModule[],
): (own: readonly TemplateRow[]) => readonly TemplateRow[] {
  const notices = modules.flatMap(({ templates }) => templates.flatMap(rowsOf));
  return (own) => {
    const kept = new Set(own.filter(isForEverybody).map(({ key }) => key));
    return notices.filter(({ key }) => !kept.has(key));
  };
}

function isForEverybody({ group_id, store_id }: TemplateRow): boolean {
  return group_id === null && store_id === null;
}

function rowsOf({ key, category, variables, bodies }: ErpModule["templates"][number]): TemplateRow[] {
  return Object.entries(bodies).map(([locale, body]) => ({
    id: `${key}:${locale}`,
    key,
    locale,
    category,
    body,
    variables: variables.map(({ name }) => name),
    vendors: {},
    group_id: null,
    store_id: null,
  }));
}
