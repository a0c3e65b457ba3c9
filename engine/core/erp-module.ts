import { type Static, Type } from "typebox";

/**
 * A module of the ERP and the notices it sends: what `modules/<module>.json` holds. A notice has an event that calls for it,
 * a text in each language with named variables, and the channels it goes by.
 *
 *   { module: "pos", title: {…}, templates: [{ key: "pos-order-ready", event: "order.ready", purpose: "service",
 *     category: "utility", channels: ["sms", "whatsapp"], variables: [{ name: "nombre", title: {…}, example: "Lucía" }],
 *     bodies: { es: "Hola {{ nombre }}, …", en: "Hi {{ nombre }}, …" } }] }
 */
const strict = { additionalProperties: false } as const;
const Words = Type.Object({ en: Type.String({ minLength: 1 }), es: Type.String({ minLength: 1 }) }, strict);

const ModuleVariable = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z][a-z0-9_]{0,39}$" }),
    title: Words,
    example: Type.String({
      minLength: 1,
      description: "As vendors ask for it when they approve a template.",
    }),
  },
  strict,
);

export const ModuleTemplate = Type.Object(
  {
    key: Type.String({ pattern: "^[a-z][a-z0-9-]{0,63}$" }),
    event: Type.String({
      pattern: "^[a-z][a-z0-9_.-]{0,79}$",
      description: "As POST /events reports it; the flow of the module answers it with this notice.",
    }),
    title: Words,
    purpose: Type.Enum(["service", "notice", "marketing"]),
    category: Type.Enum(["utility", "marketing", "authentication"], { description: "What vendors call it." }),
    channels: Type.Array(Type.Enum(["whatsapp", "sms"]), { minItems: 1, uniqueItems: true }),
    variables: Type.Array(ModuleVariable),
    bodies: Words,
  },
  strict,
);

export const ErpModule = Type.Object(
  {
    module: Type.String({ pattern: "^[a-z][a-z0-9_-]{0,39}$" }),
    title: Words,
    templates: Type.Array(ModuleTemplate, { minItems: 1 }),
  },
  strict,
);

export type ModuleTemplate = Static<typeof ModuleTemplate>;
export type ErpModule = Static<typeof ErpModule>;

/** A notice by its key, whichever module it is of. */
export function templateOfModules(modules: readonly ErpModule[], key: string): ModuleTemplate | null {
  return modules.flatMap(({ templates }) => templates).find((template) => template.key === key) ?? null;
}
