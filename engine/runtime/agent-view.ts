import { appendFileSync } from "node:fs";
import path from "node:path";
import { agentSettings } from "../core/agent-settings.ts";
import { CALLED } from "../core/join-of.ts";
import type { JsonObject } from "../core/json.ts";
import { isRecord } from "../core/plain-data.ts";
import { AppError } from "../errors.ts";
import type { AgentView, CallableFlow, NodeContext } from "../plugin-api.ts";
import { answersOfRun, answersToday, noteAnswer } from "../store/agent-answers.ts";
import { searchPassages } from "../store/knowledge.ts";
import type { TenantDirectory } from "./directory.ts";
import type { Step } from "./effects.ts";
import { mayBeTool, nodeToolOf, runNodeTool } from "./node-tools.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

/** What agents may do, know and have used, as one step sees it. */
export function agentView(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  { tenant }: TenantDirectory,
  self: () => NodeContext,
): AgentView {
  const { db, versions, registry, validator, templates } = runtime;
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
    nodeTool: (type, version) => nodeToolOf(registry.node(type, version)),
    async runNode(order) {
      const definition = registry.node(order.type, order.version);
      if (!definition || !mayBeTool(definition)) throw noTool(order.type);
      // What anybody outside might notice waits until the run is ours [W2].
      if (definition.effect !== "none") await segment.lease();
      return runNodeTool({ definition, validator, templates }, self(), order);
    },
    record(line) {
      const folder = runtime.settings.agentSessionsDir;
      if (folder)
        appendFileSync(path.join(folder, `${runId}.${sessionOf(step)}.jsonl`), `${JSON.stringify(line)}\n`);
    },
    used: (by) =>
      db.asTenant(tenantId, (scope) =>
        by === "run" ? answersOfRun(scope, runId) : answersToday(scope, tenant.timezone),
      ),
    note: (part, answer) =>
      db.asTenant(tenantId, (scope) => noteAnswer(scope, { ...answer, part, runId, stepKey: step.stepKey })),
  };
}

/** The node: a conversation goes on in later visits of the same step. */
function sessionOf({ stepKey }: Step): string {
  return (stepKey.split(":")[1] ?? "step").replaceAll(/[^\w-]/g, "_");
}

function noTool(type: string): AppError {
  return new AppError("PARAMS_INVALID", `The node ${type} cannot be a tool of an agent.`, { type });
}

function functionOf(flow: Segment["graph"]["flow"]): CallableFlow | null {
  const trigger = flow.nodes.find(({ type }) => type === CALLED);
  if (!trigger) return null;
  const { input } = trigger.data.params;
  const schema =
    isRecord(input) && Object.keys(input).length > 0 ? (input as JsonObject) : { type: "object" };
  return { key: flow.key, name: flow.name, description: flow.description ?? "", input: schema };
}
