import type { ErpModule, ModuleTemplate } from "../core/erp-module.ts";
import type { TemplateRow } from "../store/templates.ts";

/**
 * The modules' notices as templates, in each of their languages: those of which the tenant has none of its own for
 * everybody. No vendor has approved them, so WhatsApp refuses them and the next channel is tried.
 */
export function noticesBeside(
  modules: readonly ErpModule[],
): (own: readonly TemplateRow[]) => readonly TemplateRow[] {
  const notices = modules.flatMap(({ module, templates }) =>
    templates.flatMap((template) => rowsOf(module, template)),
  );
  return (own) => {
    const kept = new Set(own.filter(isForEverybody).map(({ key }) => key));
    return notices.filter(({ key }) => !kept.has(key));
  };
}

function isForEverybody({ group_id, store_id }: TemplateRow): boolean {
  return group_id === null && store_id === null;
}

// When the program was written, as far as anybody asks.
const NO_DATE = new Date(0);

function rowsOf(module: string, { key, category, variables, bodies }: ModuleTemplate): TemplateRow[] {
  return Object.entries(bodies).map(([locale, body]) => ({
    id: `${key}:${locale}`,
    key,
    locale,
    category,
    module,
    body,
    parts: {},
    declared: variables.map(({ name, example }) => ({ name, example })),
    variables: variables.map(({ name }) => name),
    vendors: {},
    group_id: null,
    store_id: null,
    revision: 1,
    created_at: NO_DATE,
    updated_at: NO_DATE,
    submissions: [],
  }));
}
