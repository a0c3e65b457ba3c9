import {
  ConditionGroupSchema,
  defineNode,
  evaluateConditions,
  next,
  Type,
} from "../../../engine/plugin-api.ts";

const Taken = Type.Object({
  case: Type.String({
    title: "Case",
    description: "The port it left by.",
    "x-es": { title: "Caso", description: "La salida por la que siguió." },
  }),
});

const Case = Type.Object(
  {
    port: Type.String({
      pattern: "^(?!(else|error)$)[a-z][a-z0-9_]{0,63}$",
      title: "Port",
      description: "Short name of the way out: lower case letters, digits and _. Not `else` or `error`.",
      "x-es": {
        title: "Salida",
        description: "Nombre corto de la salida: minúsculas, cifras y _. Ni `else` ni `error`.",
      },
    }),
    label: Type.Optional(
      Type.String({
        maxLength: 120,
        title: "Label",
        description: "What the canvas shows on this way out.",
        "x-es": { title: "Etiqueta", description: "Lo que muestra el lienzo en esta salida." },
      }),
    ),
    when: {
      ...ConditionGroupSchema,
      title: "When",
      description: "All or any of these conditions must hold; groups may hold groups.",
      "x-widget": "conditions",
      "x-es": {
        title: "Cuándo",
        description: "Deben cumplirse todas o alguna de estas condiciones; un grupo puede contener otros.",
      },
    },
  },
  { additionalProperties: false },
);

export default defineNode({
  type: "core.branch",
  version: 1,
  title: { en: "If…", es: "Si…" },
  help: {
    en: "Goes one way or another. Cases are tried from top to bottom and the first whose conditions hold wins; if none does, the flow leaves by “else”.",
    es: "Sigue un camino u otro. Los casos se prueban de arriba abajo y gana el primero cuyas condiciones se cumplen; si no se cumple ninguno, sale por «else».",
  },
  family: "logic",
  icon: "arrows-split",
  params: Type.Object(
    {
      cases: Type.Array(Case, {
        minItems: 1,
        maxItems: 50,
        title: "Cases",
        description: "Tried in this order; the first that holds wins.",
        "x-widget": "cases",
        "x-es": { title: "Casos", description: "Se prueban en este orden; gana el primero que se cumple." },
      }),
    },
    { additionalProperties: false },
  ),
  outputs: { "*": Taken, else: Taken },
  ports: [{ each: "cases", value: "port" }, "else"],
  effect: "none",
  example: {
    title: { en: "Sales or support by the key pressed", es: "Ventas o soporte según la tecla" },
    params: {
      cases: [
        {
          port: "sales",
          label: "Ventas",
          when: {
            match: "all",
            conditions: [{ left: "{{ steps.menu.digits }}", operator: "equal_to", right: "1" }],
          },
        },
        {
          port: "support",
          label: "Soporte",
          when: {
            match: "all",
            conditions: [{ left: "{{ steps.menu.digits }}", operator: "equal_to", right: "2" }],
          },
        },
      ],
    },
  },
  run: function branch(ctx, params) {
    const port: string =
      params.cases.find((candidate) => evaluateConditions(candidate.when, { timezone: ctx.timezone }))
        ?.port ?? "else";
    return next(port, { case: port });
  },
});
