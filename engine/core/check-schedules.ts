import type { Problem } from "./check-tools.ts";
import { type FlowView, problem } from "./flow-view.ts";
import { type ScheduleFault, schedulesOf } from "./schedule.ts";

/** Schedules that cannot be read, and those whose moment never comes. */
export function checkSchedules({ flow, byId, tools }: FlowView): Problem[] {
  return [...schedulesOf(flow)].flatMap(([id, rule]) => {
    const node = byId.get(id);
    const fault = node ? tools.scheduleFault?.(rule) : null;
    if (!node || !fault) return [];
    const place = { path: `${node.path}/data/params/${fault.param}`, nodeId: id };
    return [faultProblem(tools, place, fault, rule.cron)];
  });
}

function faultProblem(
  tools: FlowView["tools"],
  place: { readonly path: string; readonly nodeId: string },
  { kind, param, reason }: ScheduleFault,
  cron: string,
): Problem {
  if (kind === "never") return problem(tools, "schedule_never_fires", place, { cron, reason });
  return problem(tools, "schedule_invalid", place, { param, reason });
}
