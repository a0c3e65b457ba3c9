import { defineNode, type Json, type JsonObject, next, Type } from "../../../engine/plugin-api.ts";

const Value = Type.Unsafe<Json>({
  title: "Value",
  description: "Usually a single {{ … }}, which keeps its type.",
  "x-es": { title: "Valor", description: "Normalmente un único {{ … }}, que conserva su tipo." },
});

const Input = Type.Object(
  {
    name: Type.String({
      pattern: "^[a-zA-Z][a-zA-Z0-9_]{0,63}$",
      title: "Name",
      description: "The code reads it as inputs.name.",
      "x-es": { title: "Nombre", description: "El código lo lee como inputs.nombre." },
    }),
    // Optional, because an expression that finds nothing leaves the value out.
    value: Type.Optional(Value),
  },
  { additionalProperties: false },
);

export default defineNode({
  type: "core.code",
  version: 1,
  title: { en: "Code", es: "Código" },
  help: {
    en: "Works out a value with JavaScript, from the inputs you name and nothing else: no network, no files, no timers. Use it where templates and conditions do not reach.",
    es: "Calcula un valor con JavaScript a partir de las entradas que usted indique y nada más: sin red, archivos ni temporizadores. Úselo donde no llegan las plantillas ni las condiciones.",
  },
  family: "data",
  icon: "code",
  params: Type.Object(
    {
      inputs: Type.Optional(
        Type.Array(Input, {
          maxItems: 50,
          title: "Inputs",
          description: "What the code may read, as inputs.name. A frozen copy.",
          "x-widget": "pairs",
          "x-es": {
            title: "Entradas",
            description: "Lo que el código puede leer, como inputs.nombre. Es una copia congelada.",
          },
        }),
      ),
      code: Type.String({
        minLength: 1,
        maxLength: 65_536,
        title: "Code",
        description:
          "Body of a function: return { total: inputs.a + inputs.b }. await is allowed. Dates are in UTC; now is the moment of the step.",
        "x-widget": "code",
        "x-template": false,
        "x-es": {
          title: "Código",
          description:
            "Cuerpo de una función: return { total: inputs.a + inputs.b }. Se permite await. Las fechas están en UTC; el presente es el momento del paso.",
        },
      }),
      outputSchema: Type.Optional(
        Type.Unsafe<JsonObject>({
          type: "object",
          title: "Output schema",
          description: "JSON Schema of what the code returns; anything else leaves by “error”.",
          "x-widget": "json",
          "x-template": false,
          "x-es": {
            title: "Esquema de la salida",
            description: "JSON Schema de lo que devuelve el código; lo que no encaja sale por «error».",
          },
        }),
      ),
      timeoutMs: Type.Optional(
        Type.Integer({
          minimum: 50,
          maximum: 10_000,
          default: 1000,
          title: "Time limit (ms)",
          description: "How long the code may take.",
          "x-es": { title: "Tiempo límite (ms)", description: "Cuánto puede tardar el código." },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: {
    next: Type.Object({
      result: Type.Unsafe<Json>({
        title: "Result",
        description: "What the code returned; null when it returned nothing.",
        "x-es": { title: "Resultado", description: "Lo que devolvió el código; null si no devolvió nada." },
      }),
    }),
  },
  ports: ["next"],
  effect: "none",
  example: {
    title: { en: "Price of a stay with a discount", es: "Precio de una estancia con descuento" },
    params: {
      inputs: [
        { name: "nights", value: "{{ trigger.input.nights }}" },
        { name: "price", value: "{{ trigger.input.price }}" },
      ],
      code: "const discount = inputs.nights >= 7 ? 0.1 : 0;\nreturn { total: inputs.nights * inputs.price * (1 - discount), discount };",
      outputSchema: { type: "object", required: ["total"], properties: { total: { type: "number" } } },
    },
  },
  run: async function runCode(ctx, { inputs = [], code, outputSchema, timeoutMs = 1000 }) {
    const values = Object.fromEntries(inputs.map(({ name, value = null }) => [name, value]));
    const schema = outputSchema ? { outputSchema } : {};
    return next("next", { result: await ctx.code({ code, inputs: values, timeoutMs, ...schema }) });
  },
});
