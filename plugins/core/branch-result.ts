import { type ChildView, type JsonObject, Type } from "../../engine/plugin-api.ts";

/** How one branch ended, as later steps read it. */
export const BranchResult = Type.Object({
  status: Type.String({
    title: "Status",
    description: "succeeded, failed, cancelled, or open where it was not over.",
    "x-es": {
      title: "Estado",
      description: "succeeded, failed, cancelled, u open si no había terminado.",
    },
  }),
  outcome: Type.String({ title: "Outcome", "x-es": { title: "Resultado" } }),
  output: Type.Record(Type.String(), Type.Unknown(), { title: "Output", "x-es": { title: "Salida" } }),
});

export function branchResult({ status, outcome, output, error }: ChildView): JsonObject {
  return { status, outcome, output, ...(error ? { error } : {}) };
}

/** Why branches failed, in one sentence for people. */
export function failuresOf(children: readonly ChildView[]): string {
  return children
    .filter(({ status }) => status !== "succeeded")
    .slice(0, 3)
    .map(({ branch, outcome, error }) => `"${branch}" (${error ? error.message : outcome})`)
    .join(", ");
}
