import { type ChildView, children, defineNode, type Json, next, Type } from "../../../engine/plugin-api.ts";

const Called = Type.Object({
  outcome: Type.String({
    title: "Outcome",
    description: "The name the flow ended with.",
    "x-es": { title: "Resultado", description: "El nombre con el que terminó el flujo." },
  }),
  output: Type.Record(Type.String(), Type.Unknown(), {
    title: "Output",
    description: "What its end handed back.",
    "x-es": { title: "Salida", description: "Lo que devolvió al terminar." },
  }),
  runId: Type.String({ title: "Run", "x-es": { title: "Ejecución" } }),
});

export default defineNode({
  type: "core.call-flow",
  version: 1,
  title: { en: "Call a flow", es: "Llamar a otro flujo" },
  help: {
    en: "Runs another published flow and goes on when it ends, by the name of its outcome. A caller on the line is spoken to by that flow meanwhile.",
    es: "Ejecuta otro flujo publicado y sigue cuando termina, según el nombre de su resultado. Mientras tanto, quien está al teléfono habla con ese flujo.",
  },
  family: "logic",
  icon: "arrow-iteration",
  params: Type.Object(
    {
      flow: Type.String({
        minLength: 1,
        title: "Flow",
        description: "Key of a published flow that begins with “A flow calls it”.",
        "x-es": {
          title: "Flujo",
          description: "Clave de un flujo publicado que empiece con «Lo llama otro flujo».",
        },
      }),
      input: Type.Optional(
        Type.Record(Type.String(), Type.Unsafe<Json>({}), {
          title: "Input",
          description: "Values by name; checked against what the flow declares.",
          "x-widget": "json",
          "x-es": {
            title: "Entrada",
            description: "Valores por nombre; se comprueban con lo que declara el flujo.",
          },
        }),
      ),
      outcomes: Type.Optional(
        Type.Array(
          Type.String({
            pattern: "^(?!(done|failed|error)$)[a-z][a-z0-9_]{0,63}$",
            title: "Outcome",
            "x-es": { title: "Resultado" },
          }),
          {
            maxItems: 50,
            uniqueItems: true,
            title: "Outcomes",
            description: "Outcomes with a way out of their own. Any other leaves by “done”.",
            "x-es": {
              title: "Resultados",
              description: "Resultados con su propia salida. Cualquier otro sale por «done».",
            },
          },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: { "*": Called, done: Called, failed: Called },
  ports: [{ each: "outcomes" }, "done", "failed"],
  effect: "none",
  waits: true,
  example: {
    title: { en: "Find out who calls", es: "Averiguar quién llama" },
    params: {
      flow: "identify-caller",
      input: { number: "{{ trigger.call.from }}" },
      outcomes: ["known", "unknown"],
    },
  },
  run: async function callFlow(ctx, params) {
    const { flow, input = {}, outcomes = [] } = params;
    const [child] = ctx.children.memory ? await ctx.children.ended() : [];
    if (child) return next(portOf(child, outcomes), outputOf(child));
    const start = ctx.children.memory ? [] : [{ branch: flow, flow, input }];
    return children({ start, seen: 0, memory: { flow } });
  },
});

function portOf({ status, outcome }: ChildView, outcomes: readonly string[]): string {
  if (status !== "succeeded") return "failed";
  return outcomes.includes(outcome) ? outcome : "done";
}

function outputOf({ runId, outcome, output, error }: ChildView) {
  return { outcome, output, runId, ...(error ? { error } : {}) };
}
