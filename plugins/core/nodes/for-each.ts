import {
  AppError,
  type ChildView,
  children,
  defineNode,
  each,
  type Json,
  type JsonObject,
  listFault,
  type NodeContext,
  next,
  type Static,
  Type,
} from "../../../engine/plugin-api.ts";
import { failuresOf } from "../branch-result.ts";

const Params = Type.Object(
  {
    list: Type.Unsafe<Json>({
      title: "List",
      description:
        "One expression that gives a list, such as {{ trigger.input.guests }}, or the list itself.",
      "x-widget": "json",
      "x-es": {
        title: "Lista",
        description: "Una expresión que dé una lista, como {{ trigger.input.invitados }}, o la propia lista.",
      },
    }),
    concurrency: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 50,
        default: 1,
        title: "At the same time",
        description:
          "1: one item after the other, in this same run, so that a call can go on. More: each item runs by itself, with a copy of the data.",
        "x-es": {
          title: "A la vez",
          description:
            "1: un elemento tras otro, en esta misma ejecución, así que una llamada puede continuar. Más: cada elemento va por su cuenta, con una copia de los datos.",
        },
      }),
    ),
    collect: Type.Optional(
      Type.Boolean({
        default: false,
        title: "Keep the results",
        description: "What the last step of each item gave, as a list.",
        "x-es": {
          title: "Guardar los resultados",
          description: "Lo que dio el último paso de cada elemento, como lista.",
        },
      }),
    ),
    onItemError: Type.Optional(
      Type.Enum(["stop", "continue"], {
        default: "stop",
        title: "If an item fails",
        description:
          "stop: the error counts for the whole. continue: go on with the next; failures are counted.",
        "x-es": {
          title: "Si un elemento falla",
          description:
            "stop: el error vale para todo. continue: seguir con el siguiente; los fallos se cuentan.",
        },
      }),
    ),
  },
  { additionalProperties: false },
);

const Item = Type.Object({
  item: Type.Unknown({ title: "Item", "x-es": { title: "Elemento" } }),
  index: Type.Integer({ title: "Index", description: "From 0.", "x-es": { title: "Posición" } }),
  count: Type.Integer({ title: "Count", "x-es": { title: "Cuántos hay" } }),
});

const Done = Type.Object({
  count: Type.Integer({ title: "Count", "x-es": { title: "Cuántos había" } }),
  failed: Type.Integer({ title: "Failed", "x-es": { title: "Fallaron" } }),
  results: Type.Optional(Type.Array(Type.Unknown(), { title: "Results", "x-es": { title: "Resultados" } })),
  complete: Type.Optional(
    Type.Boolean({
      title: "Complete",
      description: "False when there were too many results to keep all.",
      "x-es": {
        title: "Completos",
        description: "Falso si había demasiados resultados para guardarlos todos.",
      },
    }),
  ),
});

export default defineNode({
  type: "core.for-each",
  version: 1,
  title: { en: "For each", es: "Para cada uno" },
  help: {
    en: "Runs the steps behind “item” once for each entry of a list, then goes on behind “done”. An item is over where nothing is attached, or where its last step leads back here.",
    es: "Ejecuta los pasos de «item» una vez por cada entrada de una lista y después sigue por «done». Un elemento termina donde no hay nada conectado, o donde su último paso vuelve aquí.",
  },
  family: "logic",
  icon: "repeat",
  params: Params,
  outputs: { item: Item, done: Done },
  ports: ["item", "done"],
  effect: "none",
  waits: true,
  example: {
    title: { en: "Remind every guest", es: "Recordárselo a cada invitado" },
    params: { list: "{{ trigger.input.guests }}", concurrency: 1 },
  },
  run: async function forEach(ctx, params) {
    const { concurrency = 1, collect = false, onItemError } = params;
    if (ctx.children.memory) return goOn(ctx, params, ctx.children.memory as Window);
    const items = itemsOf(ctx.nodeId, params.list);
    if (concurrency === 1) return each(items, { collect, keepGoing: onItemError === "continue" });
    const fault = listFault(ctx.nodeId, items, ctx.children.looped);
    if (fault) throw new AppError("LIST_LIMIT", fault.message);
    const results = collect ? [] : null;
    return goOn(ctx, params, { left: items, count: items.length, open: [], failed: 0, results, size: 0 });
  },
});

/** What is kept while children are under way: at most `concurrency` at once. A type, so that it counts as JSON. */
type Window = {
  readonly left: readonly Json[];
  readonly count: number;
  /** Indices of the items under way. */
  readonly open: readonly string[];
  readonly failed: number;
  /** By index; null where nothing is kept. */
  readonly results: readonly (readonly [number, JsonObject])[] | null;
  readonly size: number;
};

const MAX_RESULTS = 128 * 1024;

async function goOn(ctx: NodeContext, params: Static<typeof Params>, before: Window) {
  const over = before.open.length > 0 ? await ctx.children.ended(undefined, before.open) : [];
  const after = over.reduce(withEnded, before);
  if (after.failed > 0 && params.onItemError !== "continue") {
    const message = `Node "${ctx.nodeId}": items failed: ${failuresOf(over)}.`;
    throw new AppError("BRANCH_FAILED", message, { failed: after.failed });
  }
  const started = after.count - after.left.length;
  const fresh = after.left.slice(0, (params.concurrency ?? 1) - after.open.length);
  if (fresh.length === 0 && after.open.length === 0) return next("done", outputOf(after));
  const start = fresh.map((item, offset) => ({
    branch: String(started + offset),
    port: "item",
    output: { item, index: started + offset, count: after.count },
  }));
  const memory = {
    ...after,
    left: after.left.slice(fresh.length),
    open: [...after.open, ...start.map(({ branch }) => branch)],
  };
  return children({ start, seen: started - after.open.length, memory });
}

function withEnded(window: Window, child: ChildView): Window {
  const open = window.open.filter((index) => index !== child.branch);
  const failed = window.failed + (child.status === "succeeded" ? 0 : 1);
  const output = child.error ? { error: child.error } : child.output;
  const size = window.size + JSON.stringify(output).length;
  if (window.results === null) return { ...window, open, failed };
  if (size > MAX_RESULTS) return { ...window, open, failed, size };
  return { ...window, open, failed, size, results: [...window.results, [Number(child.branch), output]] };
}

function outputOf({ count, failed, results, size }: Window): Static<typeof Done> {
  if (results === null) return { count, failed };
  const inOrder = results.toSorted(([a], [b]) => a - b).map(([, output]) => output);
  return { count, failed, results: inOrder, complete: size <= MAX_RESULTS };
}

function itemsOf(nodeId: string, list: Json): readonly Json[] {
  if (Array.isArray(list)) return list;
  const got = list === null ? "null" : typeof list;
  throw new AppError("PARAMS_INVALID", `${nodeId}: "list" is ${got}; expected a list`, { nodeId, got });
}
