import { agentSettings } from "../core/agent-settings.ts";
import { CALLED } from "../core/join-of.ts";
import type { JsonObject } from "../core/json.ts";
import { isRecord } from "../core/plain-data.ts";
import type { AgentView, CallableFlow } from "../plugin-api.ts";
import { answersOfRun, answersToday, noteAnswer } from "../store/agent-answers.ts";
import { searchPassages } from "../store/knowledge.ts";
import type { TenantDirectory } from "./directory.ts";
import type { Step } from "./effects.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

/** What agents may do, know and have used, as one step sees it. */
export function agentView(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  { tenant }: TenantDirectory,
): AgentView {
  const { db, versions } = runtime;
  const { tenantId, id: runId } = segment.run;
  return {
    included: tenant.plan_agent ?? false,
    get settings() {
      return agentSettings(tenant.settings);
    },
    fetch: runtime.stream,
    search: (question, options) => db.asTenant(tenantId, (scope) => searchPassages(scope, question, options)),
    async callable(flow) {
      const version = await versions.published(tenantId, flow);
      return version ? functionOf(version.graph.flow) : null;
    },
    used: (by) =>
      db.asTenant(tenantId, (scope) =>
        by === "run" ? answersOfRun(scope, runId) : answersToday(scope, tenant.timezone),
      ),
    note: (part, answer) =>
      db.asTenant(tenantId, (scope) => noteAnswer(scope, { ...answer, part, runId, stepKey: step.stepKey })),
  };
}

function functionOf(flow: Segment["graph"]["flow"]): CallableFlow | null {
  const trigger = flow.nodes.find(({ type }) => type === CALLED);
  if (!trigger) return null;
  const { input } = trigger.data.params;
  const schema =
    isRecord(input) && Object.keys(input).length > 0 ? (input as JsonObject) : { type: "object" };
  return { key: flow.key, name: flow.name, description: flow.description ?? "", input: schema };
}
