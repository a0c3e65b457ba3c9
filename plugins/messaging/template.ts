import {
  AppError,
  type DeclaredVariable,
  filledIn,
  hasOddPlaceholder,
  type NodeContext,
  namesIn,
  type RenderedTemplate,
  type Static,
  sayFaults,
  type TemplateView,
  Type,
  valueFaults,
} from "../../engine/plugin-api.ts";
import { type LinkOptions, trackLinks } from "./tracked-links.ts";

// One type of two: as a union of schemas, a code such as "0482" would be made the number 482.
export const TemplateValue = Type.Unsafe<string | number>({ type: ["string", "number"] });

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
        "Clave de la plantilla. La de la tienda va antes que la de su grupo, y esa antes que la suya.",
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
    Type.Record(Type.String(), TemplateValue, {
      title: "Variables",
      description: "A value for each name in the template.",
      "x-widget": "pairs",
      "x-order": 5,
      "x-es": { title: "Variables", description: "Un valor para cada nombre de la plantilla." },
    }),
  ),
  header: Type.Optional(
    Type.Object(
      {
        file: Type.Optional(
          Type.String({
            title: "File",
            description: "Web address, or id of a stored file; empty: the template's sample.",
            "x-es": {
              title: "Archivo",
              description: "Dirección web o id de un archivo guardado; vacío: el de muestra de la plantilla.",
            },
          }),
        ),
        location: Type.Optional(
          Type.Object(
            {
              latitude: Type.Number({
                minimum: -90,
                maximum: 90,
                title: "Latitude",
                "x-es": { title: "Latitud" },
              }),
              longitude: Type.Number({
                minimum: -180,
                maximum: 180,
                title: "Longitude",
                "x-es": { title: "Longitud" },
              }),
              name: Type.Optional(
                Type.String({ maxLength: 100, title: "Name", "x-es": { title: "Nombre" } }),
              ),
              address: Type.Optional(
                Type.String({ maxLength: 200, title: "Address", "x-es": { title: "Dirección" } }),
              ),
            },
            { additionalProperties: false, title: "Place", "x-es": { title: "Lugar" } },
          ),
        ),
      },
      {
        additionalProperties: false,
        title: "Header",
        description:
          "What stands above the words, where the template has a picture, a video, a document or a place there.",
        "x-order": 6,
        "x-es": {
          title: "Encabezado",
          description:
            "Lo que va sobre el texto, si la plantilla lleva ahí una imagen, un vídeo, un documento o un lugar.",
        },
      },
    ),
  ),
} as const;

type HeaderChoice = Static<typeof templateParams.header>;

export interface TemplateChoice {
  readonly template: string;
  readonly locale?: string;
  readonly variables?: Readonly<Record<string, string | number>>;
  readonly header?: HeaderChoice;
  /** Values without a place are left out instead of refused: a list says of people what it says. */
  readonly spareValues?: "ignored";
  /** Absent or null: links are not counted. */
  readonly links?: LinkOptions | null;
}

/**
 * Finds the template for this store and language and fills it in.
 * @throws AppError TEMPLATE_MISSING when there is none with this key
 * @throws AppError TEMPLATE_INVALID when values are missing, have no place or are of the wrong type
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
  const given = choice.variables ?? {};
  const values = choice.spareValues === "ignored" ? withPlace(given, found) : given;
  const rendered = renderTemplate(
    found,
    choice.links ? await withTrackedLinks(ctx, found, values, choice.links) : values,
  );
  return choice.header === undefined ? rendered : { ...rendered, header: choice.header };
}

/** [L2] Fills the body in. Pure. @throws AppError TEMPLATE_INVALID */
export function renderTemplate(
  template: TemplateView,
  given: Readonly<Record<string, string | number>>,
): RenderedTemplate {
  const { key, locale, content, vendors } = template;
  if (hasOddPlaceholder(content.body)) {
    const message = `Template "${key}" (${locale}) has a placeholder that is no plain name; expected only such as {{ name }}`;
    throw new AppError("TEMPLATE_INVALID", message, { template: key, locale });
  }
  const variables = variablesOf(template);
  const faults = valueFaults(variables, placesOf(template), given);
  if (faults !== null) {
    const message = `Template "${key}" (${locale}) has ${sayFaults(faults)}; expected a value for each of its variables: ${variables.map(({ name }) => name).join(", ") || "none"}`;
    throw new AppError("TEMPLATE_INVALID", message, { template: key, locale, ...faults });
  }
  const values = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, String(value)] as const),
  );
  return {
    key,
    locale,
    text: filledIn(content.body, (name) => values[name] ?? ""),
    values,
    variables: template.variables.map(({ name }) => name),
    vendors,
    content,
  };
}

/** A name that only the body mentions needs a value too. */
function variablesOf({ variables, content }: TemplateView): readonly DeclaredVariable[] {
  const declared = new Set(variables.map(({ name }) => name));
  const others = namesIn(content.body).filter((name) => !declared.has(name));
  return [...variables, ...others.map((name) => ({ name, type: "text" as const }))];
}

function placesOf(template: TemplateView): ReadonlySet<string> {
  return new Set([...template.known, ...variablesOf(template).map(({ name }) => name)]);
}

function withPlace(
  values: Readonly<Record<string, string | number>>,
  template: TemplateView,
): Readonly<Record<string, string | number>> {
  const places = placesOf(template);
  return Object.fromEntries(Object.entries(values).filter(([name]) => places.has(name)));
}

/** Only values the template uses: a link is a row, and made for nobody it would count as never opened. */
async function withTrackedLinks(
  ctx: NodeContext,
  template: TemplateView,
  values: Readonly<Record<string, string | number>>,
  links: LinkOptions,
): Promise<Record<string, string | number>> {
  const used = new Set(variablesOf(template).map(({ name }) => name));
  const tracked: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values))
    tracked[name] = used.has(name) && typeof value === "string" ? await trackLinks(ctx, value, links) : value;
  return tracked;
}
