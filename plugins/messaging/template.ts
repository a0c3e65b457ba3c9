import {
  AppError,
  type NodeContext,
  type RenderedTemplate,
  type TemplateView,
  Type,
} from "../../engine/plugin-api.ts";
import { type LinkOptions, trackLinks } from "./tracked-links.ts";

export const templateParams = {
  template: Type.String({
    minLength: 1,
    title: "Template",
    description: "Key of the template. The store's own stands before its group's, and that before yours.",
    "x-options": "templates",
    "x-order": 3,
    "x-es": {
      title: "Plantilla",
      description:
        "Clave de la plantilla. La de la tienda va antes que la de su grupo, y esa antes que la tuya.",
    },
  }),
  locale: Type.Optional(
    Type.String({
      title: "Language",
      description: "Such as es-CO; empty: the flow's.",
      "x-order": 4,
      "x-es": { title: "Idioma", description: "Por ejemplo es-CO; vacío: el del flujo." },
    }),
  ),
  variables: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
      title: "Variables",
      description: "A value for each name in the template.",
      "x-widget": "pairs",
      "x-order": 5,
      "x-es": { title: "Variables", description: "Un valor para cada nombre de la plantilla." },
    }),
  ),
} as const;

export interface TemplateChoice {
  readonly template: string;
  readonly locale?: string;
  readonly variables?: Readonly<Record<string, string | number>>;
  /** Absent or null: links are not counted. */
  readonly links?: LinkOptions | null;
}

/**
 * Finds the template for this store and language and fills it in.
 * @throws AppError TEMPLATE_MISSING when there is none with this key
 * @throws AppError TEMPLATE_INVALID when values are missing or the body cannot be read
 */
export async function chooseTemplate(ctx: NodeContext, choice: TemplateChoice): Promise<RenderedTemplate> {
  const locale = choice.locale || ctx.locale;
  const found = await ctx.directory.template(choice.template, {
    locale,
    ...(ctx.store === null ? {} : { storeId: ctx.store.id }),
  });
  if (found === null) {
    const message = `${ctx.nodeId}: there is no template "${choice.template}" for "${locale}"; expected the key of a template of this tenant`;
    throw new AppError("TEMPLATE_MISSING", message, { template: choice.template, locale });
  }
  const values = Object.fromEntries(
    Object.entries(choice.variables ?? {}).map(([name, value]) => [name, String(value)]),
  );
  return renderTemplate(
    found,
    choice.links ? await withTrackedLinks(ctx, found, values, choice.links) : values,
  );
}

/** Fills the body in. Pure. @throws AppError TEMPLATE_INVALID */
export function renderTemplate(
  template: TemplateView,
  values: Readonly<Record<string, string>>,
): RenderedTemplate {
  const names = [...new Set([...template.variables, ...placeholdersOf(template)])];
  // An empty value counts as missing: WhatsApp refuses it, and an SMS would read "Hola ,".
  const missing = names.filter((name) => (values[name] ?? "").trim() === "");
  if (missing.length > 0) {
    const message = `Template "${template.key}" (${template.locale}) has no value for ${missing.join(", ")}; expected one for each of its variables`;
    throw new AppError("TEMPLATE_INVALID", message, { template: template.key, missing });
  }
  return {
    key: template.key,
    locale: template.locale,
    text: template.body.replace(PLACEHOLDER, (_all, name: string) => values[name] ?? ""),
    values: Object.fromEntries(names.map((name) => [name, values[name] ?? ""])),
    variables: template.variables,
    vendors: template.vendors,
  };
}

const PLACEHOLDER = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g;

function placeholdersOf({ key, locale, body }: TemplateView): readonly string[] {
  const rest = body.replace(PLACEHOLDER, "");
  if (/\{\{|\}\}|\{%/.test(rest)) {
    const message = `Template "${key}" (${locale}) has a placeholder that is no plain name; expected only such as {{ name }}`;
    throw new AppError("TEMPLATE_INVALID", message, { template: key, locale });
  }
  return [...body.matchAll(PLACEHOLDER)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** Only values the template uses: a link is a row, and made for nobody it would count as never opened. */
async function withTrackedLinks(
  ctx: NodeContext,
  template: TemplateView,
  values: Readonly<Record<string, string>>,
  links: LinkOptions,
): Promise<Record<string, string>> {
  const used = new Set([...template.variables, ...placeholdersOf(template)]);
  const tracked: Record<string, string> = {};
  for (const [name, value] of Object.entries(values))
    tracked[name] = used.has(name) ? await trackLinks(ctx, value, links) : value;
  return tracked;
}
