import type { JsonObject } from "../core/json.ts";
import type { NewChild } from "../core/run.ts";
import { childRunId } from "../ids.ts";
import type { ChildrenView, ChildView } from "../plugin-api.ts";
import { type EndedChild, endedChildren } from "../store/children.ts";
import type { ChildRow } from "../store/runs.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

/** A child of a step as its row. */
export function childRow(segment: Segment, stepKey: string, child: NewChild): ChildRow {
  const { run, state } = segment;
  const flow = child.flow ?? {
    key: run.flowKey,
    versionId: run.flowVersionId,
    triggerType: run.triggerType,
  };
  return {
    id: childRunId(stepKey, child.branch, new Date(state.segmentAt)),
    flowKey: flow.key,
    flowVersionId: flow.versionId,
    triggerType: flow.triggerType,
    parentStep: stepKey,
    branch: child.branch,
    state: child.state,
  };
}

/** What a step sees of the runs it started. */
export function childrenView(
  runtime: Runtime,
  segment: Segment,
  step: { readonly nodeId: string; readonly stepKey: string },
): ChildrenView {
  const { state, run } = segment;
  return {
    memory: state.memory ?? null,
    fork: state.forks?.[step.nodeId] ?? null,
    looped: state.looped ?? 0,
    async ended(of = step.stepKey, branches) {
      const rows = await endedChildren(runtime.db, run.tenantId, of, branches ?? null);
      return rows.map(childView);
    },
  };
}

/** [A14] The request under way comes back from the child it was lent to, with what the child had to say, once that is over. */
export async function takeBack(runtime: Runtime, segment: Segment): Promise<void> {
  const { run, state } = segment;
  if (!state.lentTo) return;
  const [child] = await endedChildren(runtime.db, run.tenantId, state.lentTo, null);
  if (!child) return;
  segment.state = { ...state, exchange: child.exchange, reply: child.reply, lentTo: null };
}

function childView(row: EndedChild): ChildView {
  const { id, branch, status, outcome, steps } = row;
  const made: Readonly<Record<string, JsonObject>> = steps;
  return {
    runId: id,
    branch,
    status,
    outcome: outcome?.name ?? status,
    output: outcome?.output ?? {},
    error: outcome?.error ? { code: outcome.error.code, message: outcome.error.message } : null,
    steps: made,
  };
}
