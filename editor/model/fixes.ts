import type { Problem } from "../../engine/core/check-tools.ts";
import type { Flow } from "../../engine/core/flow.ts";
import type { ProblemCode } from "../../engine/core/problem-texts.ts";
import type { Catalogue } from "./catalogue.ts";
import * as whole from "./fix-document.ts";
import * as edges from "./fix-edges.ts";
import type { Fix, FixMaker, KnownOptions } from "./fix-maker.ts";
import * as nodes from "./fix-nodes.ts";
import * as params from "./fix-params.ts";
import * as references from "./fix-references.ts";
import * as structure from "./fix-structure.ts";

export type { Fix };

/** What one click can do about each kind of problem. Null: it takes a person's judgement or words. */
const MAKERS: Readonly<Record<ProblemCode, FixMaker | null>> = {
  document_malformed: whole.malformed,
  duplicate_node_id: nodes.duplicateId,
  duplicate_edge_id: edges.duplicateId,
  duplicate_variable: whole.duplicateVariable,
  trigger_missing: nodes.triggerMissing,
  dangling_edge: edges.remove,
  edge_into_trigger: edges.remove,
  port_taken: edges.remove,
  port_unknown: edges.portUnknown,
  node_unreachable: nodes.unreachable,
  loop_without_wait: structure.loopWithoutWait,
  parallel_without_join: structure.parallelWithoutJoin,
  join_without_parallel: nodes.removeIt,
  branch_never_joins: structure.branchNeverJoins,
  caller_not_in_branch: nodes.removeIt,
  split_not_whole: structure.splitNotWhole,
  node_type_unknown: nodes.typeUnknown,
  node_version_unknown: nodes.versionUnknown,
  param_invalid: params.invalid,
  param_unknown: params.unknown,
  template_malformed: params.templateMalformed,
  code_malformed: params.useExample,
  reference_root_unknown: references.rootUnknown,
  reference_step_unknown: references.stepUnknown,
  reference_step_later: references.stepLater,
  reference_step_skipped: references.stepSkipped,
  reference_output_unknown: references.outputUnknown,
  reference_trigger_unknown: references.triggerUnknown,
  variable_undeclared: references.variableUndeclared,
  schedule_invalid: params.useExample,
  schedule_never_fires: params.useExample,
  reference_callback_unknown: references.callbackUnknown,
  timezone_unknown: whole.timezoneUnknown,
  locale_unknown: whole.localeUnknown,
};

/** Ways to mend a problem, the most likely first. Each can be tried: the flow it is given stays as it is. */
export function fixesFor(
  problem: Problem,
  flow: Flow,
  catalogue: Catalogue,
  known: KnownOptions = {},
): readonly Fix[] {
  const fixes = MAKERS[problem.code]?.({ problem, flow, catalogue, known }) ?? [];
  return fixes.filter((fix) => fix.apply(flow) !== flow);
}
