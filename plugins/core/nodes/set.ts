import { defineNode, type Json, type JsonObject, next, Type } from "../../../engine/plugin-api.ts";

const NAME = "^[a-z][a-z0-9_]{0,63}$";
const Value = Type.Unsafe<Json>({
  title: "Value",
  description: "Text, number, true or false, a list or an object. A single {{ … }} keeps its type.",
  "x-es": {
    title: "Valor",
    description:
      "Texto, número, verdadero o falso, una lista o un objeto. Un único {{ … }} conserva su tipo.",
  },
});

const Entry = Type.Object(
  {
    name: Type.String({
      pattern: NAME,
      title: "Variable",
      description: "Later steps read it as {{ vars.name }}.",
      "x-es": { title: "Variable", description: "Los pasos siguientes la leen como {{ vars.nombre }}." },
    }),
    // Optional, because an expression that finds nothing leaves the value out.
    value: Type.Optional(Value),
    json: Type.Optional(
      Type.Boolean({
        title: "Read as JSON",
        description: "For this variable only; otherwise as chosen below.",
        "x-es": { title: "Leer como JSON", description: "Solo para esta variable; si no, lo elegido abajo." },
      }),
    ),
  },
  { additionalProperties: false },
);

export default defineNode({
  type: "core.set",
  version: 1,
  title: { en: "Set variables", es: "Guardar variables" },
  help: {
    en: "Keeps values under a name so that later steps can use them. Setting a variable again replaces its value.",
    es: "Guarda valores con un nombre para que los usen los pasos siguientes. Si la variable ya existe, cambia su valor.",
  },
  family: "data",
  icon: "variable",
  params: Type.Object(
    {
      values: Type.Union(
        [
          Type.Array(Entry, { minItems: 1, maxItems: 100 }),
          Type.Record(Type.String({ pattern: NAME }), Value),
        ],
        {
          title: "Variables",
          description: "A list of names and values, or an object with one entry per variable.",
          "x-widget": "pairs",
          "x-es": {
            title: "Variables",
            description: "Una lista de nombres y valores, o un objeto con una entrada por variable.",
          },
        },
      ),
      json: Type.Optional(
        Type.Boolean({
          default: false,
          title: "Read as JSON",
          description:
            "Text that is a JSON object, list, number, true or false becomes that value; any other text stays text.",
          "x-es": {
            title: "Leer como JSON",
            description:
              "El texto que es un objeto, lista, número, true o false en JSON pasa a ser ese valor; el resto sigue siendo texto.",
          },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: {
    next: Type.Record(Type.String(), Value, {
      title: "Values",
      description: "What was set, by name.",
      "x-es": { title: "Valores", description: "Lo guardado, por nombre." },
    }),
  },
  ports: ["next"],
  effect: "none",
  example: {
    title: { en: "Remember the reservation", es: "Recordar la reserva" },
    params: {
      values: [
        { name: "guest", value: "{{ trigger.input.name }}" },
        { name: "nights", value: "3", json: true },
      ],
    },
  },
  run: function setVariables(_ctx, params) {
    const vars: Record<string, Json> = {};
    for (const { name, value = null, json } of entriesOf(params.values)) {
      vars[name] = (json ?? params.json) ? readJson(value) : value;
    }
    return next("next", vars satisfies JsonObject, { set: { vars } });
  },
});

type Entry = { readonly name: string; readonly value?: Json; readonly json?: boolean };

function entriesOf(values: readonly Entry[] | Readonly<Record<string, Json>>): readonly Entry[] {
  if (isList(values)) return values;
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function isList(values: readonly Entry[] | Readonly<Record<string, Json>>): values is readonly Entry[] {
  return Array.isArray(values);
}

function readJson(value: Json): Json {
  if (typeof value !== "string") return value;
  const parsed = parse(value);
  return isStructured(parsed) ? parsed : value;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A long run of digits (a phone number, an id) would lose its last ones as a number, so it stays text. */
function isStructured(value: Json): boolean {
  if (typeof value === "number") return !Number.isInteger(value) || Number.isSafeInteger(value);
  return typeof value === "boolean" || (typeof value === "object" && value !== null);
}
