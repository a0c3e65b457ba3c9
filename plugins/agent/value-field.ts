import { type Json, type JsonObject, type Static, Type } from "../../engine/plugin-api.ts";
import { es } from "./spanish.ts";

const KINDS = ["text", "number", "integer", "boolean", "date", "time", "email", "phone", "choice"] as const;

/** A value somebody names: what it is called, of which kind it is. */
export const Field = Type.Object(
  {
    name: Type.String({
      pattern: "^[a-z][A-Za-z0-9_]{0,63}$",
      title: "Name",
      ...es("Nombre"),
    }),
    kind: Type.Enum([...KINDS], { default: "text", title: "Kind", ...es("Tipo") }),
    description: Type.Optional(Type.String({ maxLength: 500, title: "What it is", ...es("Qué es") })),
    choices: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 120, title: "Choice", ...es("Opción") }), {
        maxItems: 50,
        uniqueItems: true,
        title: "Choices",
        description: "Of the kind “choice”.",
        ...es("Opciones", "Del tipo «choice»."),
      }),
    ),
    required: Type.Optional(Type.Boolean({ default: false, title: "Needed", ...es("Necesario") })),
  },
  { additionalProperties: false },
);
export type Field = Static<typeof Field>;

const PATTERNS: Partial<Record<Field["kind"], string>> = {
  date: "^\\d{4}-\\d{2}-\\d{2}$",
  time: "^([01]\\d|2[0-3]):[0-5]\\d$",
  email: "^\\S+@\\S+\\.\\S+$",
  phone: "^\\+?[\\d ().-]{6,}$",
};

/** The JSON Schema of one; what is not known is null. */
export function schemaOf({ kind, description, choices = [] }: Field): JsonObject {
  const told = description === undefined ? {} : { description };
  if (kind === "number" || kind === "integer" || kind === "boolean") return { type: [kind, "null"], ...told };
  if (kind === "choice" && choices.length > 0)
    return { type: ["string", "null"], enum: [...choices, null], ...told };
  const pattern = PATTERNS[kind];
  return { type: ["string", "null"], ...(pattern === undefined ? {} : { pattern }), ...told };
}

/** An object with all of them. */
export function valuesSchema(fields: readonly Field[]): JsonObject {
  return {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.name, schemaOf(field)])),
    required: fields.map(({ name }) => name),
    additionalProperties: false,
  };
}

/** What a step gives of them. */
export const FoundValues = {
  values: Type.Record(Type.String(), Type.Unknown(), { title: "Values", ...es("Valores") }),
  missing: Type.Array(Type.String(), {
    title: "Missing",
    description: "Names of needed values that are not in the text.",
    ...es("Faltan", "Nombres de los valores necesarios que no están en el texto."),
  }),
  complete: Type.Boolean({ title: "Nothing is missing", ...es("No falta nada") }),
};

export function foundValues(fields: readonly Field[], found: Json | undefined) {
  // Checked against the schema above.
  const values = (found ?? {}) as JsonObject;
  const missing = fields
    .filter(({ name, required }) => required && isEmpty(values[name]))
    .map(({ name }) => name);
  return { values, missing, complete: missing.length === 0 };
}

function isEmpty(value: Json | undefined): boolean {
  return value === null || value === undefined || value === "";
}
