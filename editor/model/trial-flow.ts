import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import { isRecord } from "../../engine/core/plain-data.ts";
import type { NodeType } from "./catalogue.ts";
import { renderPreview } from "./preview.ts";

type Sample = Readonly<Record<string, unknown>>;

/** The key of a flow that is one step on trial; nobody stores it. */
const TRIAL_KEY = "step-on-trial";
export const TRIAL_TRIGGER = "start";

/**
 * A flow of this one step, begun as the step needs it: by a call where it speaks to somebody, else by the API. What its
 * templates would read from the steps before it is filled in from the sample.
 */
export function trialFlow(flow: Flow, node: FlowNode, type: NodeType, sample: Sample): Flow {
  const trigger: FlowNode = {
    id: TRIAL_TRIGGER,
    type: type.needsLine ? "twilio.incoming-call" : "api.run",
    version: 1,
    position: { x: 0, y: 0 },
    data: { params: {} },
  };
  const onTrial: FlowNode = {
    ...node,
    position: { x: 0, y: 160 },
    data: { ...node.data, params: filled(node.data.params, sample) as FlowNode["data"]["params"] },
  };
  return {
    schemaVersion: 1,
    key: TRIAL_KEY,
    name: flow.name,
    settings: flow.settings,
    ...(flow.variables ? { variables: flow.variables } : {}),
    nodes: [trigger, onTrial],
    edges: [{ id: "e1", source: TRIAL_TRIGGER, sourceHandle: "next", target: node.id }],
  };
}

const WHOLE_VALUE = /^\s*\{\{\s*([\w.]+)\s*\}\}\s*$/;

/** Every template with the sample in it; an expression that is the whole text keeps the type of its value. */
function filled(value: unknown, sample: Sample): unknown {
  if (typeof value === "string") return filledText(value, sample);
  if (Array.isArray(value)) return value.map((entry) => filled(entry, sample));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, filled(entry, sample)]));
}

function filledText(text: string, sample: Sample): unknown {
  if (!text.includes("{{") && !text.includes("{%")) return text;
  const path = WHOLE_VALUE.exec(text)?.[1];
  const whole = path === undefined ? undefined : valueAt(sample, path.split("."));
  return whole === undefined || typeof whole === "object" ? renderPreview(text, sample).text : whole;
}

function valueAt(sample: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), sample);
}
