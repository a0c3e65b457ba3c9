import {
  AppError,
  type ChildView,
  children,
  defineNode,
  type Fork,
  type JsonObject,
  next,
  type Static,
  Type,
} from "../../../engine/plugin-api.ts";
import { BranchResult, branchResult, failuresOf } from "../branch-result.ts";

const Params = Type.Object(
  {
    mode: Type.Optional(
      Type.Enum(["all", "any", "count"], {
        default: "all",
        title: "Wait for",
        description:
          "all: until every branch is over. any: until the first has succeeded. count: until so many have. The others are then cancelled.",
        "x-es": {
          title: "Esperar a",
          description:
            "all: hasta que terminen todas las ramas. any: hasta que la primera salga bien. count: hasta que tantas salgan bien. Las demás se cancelan.",
        },
      }),
    ),
    count: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 50,
        default: 1,
        title: "How many",
        "x-visible": { param: "mode", is: "count" },
        "x-es": { title: "Cuántas" },
      }),
    ),
    timeoutSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 30 * 86_400,
        default: 86_400,
        title: "At most (seconds)",
        description: "After this long the flow goes on by “timeout” and what is left is cancelled.",
        "x-es": {
          title: "Como máximo (segundos)",
          description: "Pasado este tiempo el flujo sigue por «timeout» y lo que falte se cancela.",
        },
      }),
    ),
    failures: Type.Optional(
      Type.Enum(["error", "ignore"], {
        default: "error",
        title: "If branches fail",
        description:
          "error: leave by “error” when too many have failed. ignore: go on; their status says so.",
        "x-es": {
          title: "Si fallan ramas",
          description:
            "error: salir por «error» cuando han fallado demasiadas. ignore: seguir; su estado lo dice.",
        },
      }),
    ),
  },
  { additionalProperties: false },
);

const Joined = Type.Object({
  branches: Type.Record(Type.String(), BranchResult, {
    title: "Branches",
    description: "By name.",
    "x-es": { title: "Ramas", description: "Por su nombre." },
  }),
  succeeded: Type.Integer({ title: "Succeeded", "x-es": { title: "Salieron bien" } }),
  failed: Type.Integer({ title: "Failed", "x-es": { title: "Fallaron" } }),
});

/** Outputs of the branches' steps that later steps may read, in characters of JSON: the run carries them along. */
const MAX_STEPS = 256 * 1024;

export default defineNode({
  type: "core.join",
  version: 1,
  title: { en: "Join", es: "Unir" },
  help: {
    en: "Waits here for the branches of “At the same time”: for all of them, for the first, or for so many. What their steps gave can be read afterwards as if they had run here.",
    es: "Espera aquí a las ramas de «A la vez»: a todas, a la primera o a tantas. Lo que dieron sus pasos se puede leer después como si se hubieran ejecutado aquí.",
  },
  family: "logic",
  icon: "arrows-join-2",
  params: Params,
  outputs: { done: Joined, timeout: Joined },
  ports: ["done", "timeout"],
  effect: "none",
  waits: true,
  example: {
    title: { en: "Go on with whoever answers first", es: "Seguir con quien responda primero" },
    params: { mode: "any", timeoutSeconds: 600 },
  },
  run: async function join(ctx, params) {
    const { fork } = ctx.children;
    if (!fork) return next("done", { branches: {}, succeeded: 0, failed: 0 });
    const over = await ctx.children.ended(fork.step, fork.started);
    const open = fork.started.length - over.length;
    const succeeded = over.filter(({ status }) => status === "succeeded").length + fork.empty.length;
    const failed = fork.started.length + fork.empty.length - open - succeeded;
    const output = { branches: resultsOf(fork, over), succeeded, failed };
    const set = { steps: stepsOf(over) };
    const needed = neededOf(params, fork);
    const mayFail = params.failures === "ignore";
    if (succeeded >= needed || (open === 0 && mayFail)) return next("done", output, { set });
    // Who waits for all hears of failures when all are over.
    const isLost = succeeded + open < needed && (open === 0 || params.mode !== "all");
    if (isLost && !mayFail) throw tooManyFailed(ctx.nodeId, needed, over);
    const until = new Date(Date.parse(fork.at) + (params.timeoutSeconds ?? 86_400) * 1000);
    if (ctx.now >= until) return next("timeout", output, { set });
    return children({ start: [], of: fork.step, seen: over.length, until: until.toISOString() });
  },
});

/** How many branches must succeed. */
function neededOf(params: Static<typeof Params>, fork: Fork): number {
  const total = fork.started.length + fork.empty.length;
  if (params.mode === "any") return 1;
  return params.mode === "count" ? Math.min(params.count ?? 1, total) : total;
}

function resultsOf(fork: Fork, over: readonly ChildView[]): Static<typeof Joined>["branches"] {
  const open = fork.started.filter((branch) => !over.some((child) => child.branch === branch));
  return Object.fromEntries([
    ...fork.empty.map((branch) => [branch, { status: "succeeded", outcome: "completed", output: {} }]),
    ...over.map((child) => [child.branch, branchResult(child)]),
    ...open.map((branch) => [branch, { status: "open", outcome: "open", output: {} }]),
  ]);
}

/** Branch after branch, as long as they fit. */
function stepsOf(over: readonly ChildView[]): Record<string, JsonObject> {
  const steps: Record<string, JsonObject> = {};
  let size = 0;
  for (const child of over) {
    size += JSON.stringify(child.steps).length;
    if (size > MAX_STEPS) break;
    Object.assign(steps, child.steps);
  }
  return steps;
}

function tooManyFailed(nodeId: string, needed: number, over: readonly ChildView[]): AppError {
  const message = `Node "${nodeId}": ${needed} branches had to succeed and cannot any more; failed: ${failuresOf(over)}.`;
  return new AppError("BRANCH_FAILED", message, { needed });
}
