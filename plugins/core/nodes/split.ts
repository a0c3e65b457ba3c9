import { createHash } from "node:crypto";
import {
  AppError,
  defineNode,
  type NodeContext,
  next,
  type Static,
  Type,
} from "../../../engine/plugin-api.ts";

const Arm = Type.Object(
  {
    port: Type.String({
      pattern: "^(?!error$)[a-z][a-z0-9_]{0,63}$",
      title: "Port",
      description: "Short name of the way out: lower case letters, digits and _.",
      "x-es": { title: "Salida", description: "Nombre corto de la salida: minúsculas, cifras y _." },
    }),
    percent: Type.Number({
      minimum: 0,
      maximum: 100,
      title: "Percent",
      "x-es": { title: "Porcentaje" },
    }),
  },
  { additionalProperties: false },
);

export default defineNode({
  type: "core.split",
  version: 1,
  title: { en: "Split by percentage", es: "Repartir por porcentaje" },
  help: {
    en: "Sends part of the people one way and part another, for example to compare two messages. The same person always goes the same way.",
    es: "Manda a una parte de las personas por un camino y a otra por otro, por ejemplo para comparar dos mensajes. La misma persona va siempre por el mismo.",
  },
  family: "logic",
  icon: "percentage",
  params: Type.Object(
    {
      arms: Type.Array(Arm, {
        minItems: 1,
        maxItems: 20,
        title: "Ways",
        description: "Their percentages must add up to 100.",
        "x-es": { title: "Caminos", description: "Sus porcentajes deben sumar 100." },
      }),
    },
    { additionalProperties: false },
  ),
  outputs: {
    "*": Type.Object({
      arm: Type.String({
        title: "Way",
        description: "The port it left by.",
        "x-es": { title: "Camino", description: "La salida por la que siguió." },
      }),
    }),
  },
  ports: [{ each: "arms", value: "port" }],
  effect: "none",
  example: {
    title: { en: "Half of them get the new text", es: "La mitad recibe el texto nuevo" },
    params: {
      arms: [
        { port: "current", percent: 50 },
        { port: "new", percent: 50 },
      ],
    },
  },
  run: function split(ctx, { arms }) {
    const total = arms.reduce((sum, { percent }) => sum + percent, 0);
    if (Math.abs(total - 100) > 0.001) {
      const message = `${ctx.nodeId}: the percentages add up to ${total}; expected 100`;
      throw new AppError("PARAMS_INVALID", message, { nodeId: ctx.nodeId, total });
    }
    const arm = armAt(arms, placeOf(ctx) * 100);
    return next(arm, { arm });
  },
});

/** In [0, 1): the same for the same person at the same node; chance where there is nobody. */
function placeOf(ctx: NodeContext): number {
  // A phone is the same wherever the person is on record; an id is not.
  const person = ctx.contact.phone ?? ctx.contact.id;
  if (typeof person !== "string" || person === "") return ctx.random();
  const hash = createHash("sha256").update(`${ctx.flowKey} ${ctx.nodeId} ${person}`);
  return hash.digest().readUInt32LE(0) / 2 ** 32;
}

function armAt(arms: readonly Static<typeof Arm>[], place: number): string {
  let end = 0;
  for (const { port, percent } of arms) {
    end += percent;
    if (place < end) return port;
  }
  // Percentages such as 33.333 may leave a hair's breadth at the end.
  return arms.findLast(({ percent }) => percent > 0)?.port ?? "error";
}
