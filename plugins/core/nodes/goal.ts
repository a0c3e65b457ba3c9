import { defineNode, next, Type } from "../../../engine/plugin-api.ts";

export default defineNode({
  type: "core.goal",
  version: 1,
  title: { en: "Goal reached", es: "Objetivo cumplido" },
  help: {
    en: "Notes that something was achieved, such as a reservation or a sale, so that reports can count it and add up its value. It is counted once for each time the flow comes by.",
    es: "Anota que se logró algo, como una reserva o una venta, para que los informes lo cuenten y sumen su valor. Cuenta una vez por cada paso del flujo por aquí.",
  },
  family: "data",
  icon: "target-arrow",
  params: Type.Object(
    {
      name: Type.String({
        minLength: 1,
        maxLength: 64,
        title: "Goal",
        description: "A short name such as `reservation`; reports count by it.",
        "x-es": {
          title: "Objetivo",
          description: "Un nombre corto, como `reserva`; los informes cuentan por él.",
        },
      }),
      value: Type.Optional(
        Type.Number({
          title: "Value",
          description: "What it is worth, if anything.",
          "x-es": { title: "Valor", description: "Cuánto vale, si vale algo." },
        }),
      ),
      currency: Type.Optional(
        Type.String({
          pattern: "^[A-Z]{3}$",
          title: "Currency",
          description: "Three letters, such as EUR or COP. Only with a value.",
          "x-es": { title: "Moneda", description: "Tres letras, como EUR o COP. Solo con un valor." },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: {
    next: Type.Object({
      name: Type.String({ title: "Goal", "x-es": { title: "Objetivo" } }),
      value: Type.Optional(Type.Number({ title: "Value", "x-es": { title: "Valor" } })),
      currency: Type.Optional(Type.String({ title: "Currency", "x-es": { title: "Moneda" } })),
    }),
  },
  ports: ["next"],
  effect: "repeatable",
  example: {
    title: { en: "A reservation was made", es: "Se hizo una reserva" },
    params: { name: "reservation", value: 120, currency: "EUR" },
  },
  run: async function reachGoal(ctx, { name, value, currency }) {
    const worth = value === undefined ? {} : { value, ...(currency === undefined ? {} : { currency }) };
    const goal = { name, ...worth };
    await ctx.goal(goal);
    return next("next", goal);
  },
});
