import type { Problem } from "../../engine/core/check-tools.ts";

export interface NodeProblems {
  readonly count: number;
  readonly severity: Problem["severity"];
}

const known = new WeakMap<readonly Problem[], ReadonlyMap<string, NodeProblems>>();

/** Problems counted for each step, once for each list of them: every card asks. */
export function problemsByNode(problems: readonly Problem[]): ReadonlyMap<string, NodeProblems> {
  const found = known.get(problems);
  if (found) return found;
  const counted = new Map<string, NodeProblems>();
  for (const { nodeId, severity } of problems) {
    if (nodeId === null) continue;
    const before = counted.get(nodeId);
    const worst = before?.severity === "error" ? "error" : severity;
    counted.set(nodeId, { count: (before?.count ?? 0) + 1, severity: worst });
  }
  known.set(problems, counted);
  return counted;
}
