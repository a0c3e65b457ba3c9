import { type JsonObject, type Static, Type } from "../../engine/plugin-api.ts";
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
