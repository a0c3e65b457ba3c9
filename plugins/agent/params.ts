import { Type } from "../../engine/plugin-api.ts";
import { es } from "./spanish.ts";

export const textParam = Type.String({
  minLength: 1,
  maxLength: 40_000,
  title: "Text",
  description: "What is looked at.",
  default: "{{ trigger.message.body }}",
  "x-widget": "textarea",
  "x-order": 1,
  ...es("Texto", "Lo que se analiza."),
});

export const hintsParam = Type.Optional(
  Type.String({
    maxLength: 4_000,
    title: "Hints",
    description: "What the model should know to do it well.",
    "x-widget": "textarea",
    "x-order": 3,
    ...es("Indicaciones", "Lo que el modelo debe saber para hacerlo bien."),
  }),
);

export const modelParam = Type.Optional(
  Type.String({
    maxLength: 120,
    title: "Model",
    description: "In place of the tenant's or the operator's.",
    "x-group": "advanced",
    ...es("Modelo", "En lugar del de la empresa o del operador."),
  }),
);

export const portName = (reserved: string) =>
  Type.String({
    pattern: `^(?!(${reserved}|error)$)[a-z][a-z0-9_]{0,63}$`,
    title: "Port",
    description: "Short name of the way out: lower case letters, digits and _.",
    ...es("Salida", "Nombre corto de la salida: minúsculas, cifras y _."),
  });

/** Of every answer: who gave it, and what it used. */
export const usageFields = {
  model: Type.String({ title: "Model", ...es("Modelo") }),
  tokens: Type.Integer({ title: "Tokens", ...es("Tokens") }),
};

export const NoCredits = Type.Object({});
