import { AppError, type Json, type JsonObject, type NodeContext } from "../../../engine/plugin-api.ts";
import { BUSINESS_TOOLS, runBusinessTool } from "./business-tools.ts";
import { faultIn } from "./check-values.ts";
import { type NodeToolChoice, nodeTool } from "./node-tools.ts";
import {
  businessInfo,
  endCall,
  type OwnTool,
  searchKnowledge,
  takeMessage,
  transferTo,
  type Ways,
} from "./own-tools.ts";
import type { AgentTool, ToolShape } from "./tool.ts";

/** What an author may choose from. */
export const CHOSEN_TOOLS = [
  ...BUSINESS_TOOLS.map(({ name }) => name),
  businessInfo.name,
  takeMessage.name,
  "buscar_informacion",
];

export interface FlowTool {
  readonly flow: string;
  /** When the model is to use it; absent: the flow's own description. */
  readonly description?: string;
  /** It changes something, so it is read back and confirmed first. */
  readonly confirm?: boolean;
}

export interface ToolChoice extends Ways {
  readonly tools: readonly string[];
  readonly flows: readonly FlowTool[];
  readonly nodes: readonly NodeToolChoice[];
  readonly collections: readonly string[];
}

/**
 * The tools of one node, and no others: those its author chose, the flows and nodes they picked, and the two ways out nobody can take away.
 * @throws AppError FLOW_NOT_CALLABLE, PARAMS_INVALID
 */
export async function toolboxOf(
  ctx: NodeContext,
  choice: ToolChoice,
  language: string,
): Promise<readonly AgentTool[]> {
  const own = [transferTo(choice), endCall(choice)];
  const chosen = choice.tools.flatMap((name): AgentTool[] => builtIn(name, choice, language));
  const flows = await Promise.all(choice.flows.map((flow) => flowTool(ctx, flow)));
  const nodes = choice.nodes.map((node) => nodeTool(ctx, node, language));
  return [...chosen, ...flows, ...nodes, ...own.map((tool) => ownTool(tool, language))];
}

function builtIn(name: string, { collections }: ToolChoice, language: string): AgentTool[] {
  const business = BUSINESS_TOOLS.find((tool) => tool.name === name);
  if (business) return [{ ...ruled(business, language), run: (order) => runBusinessTool(business, order) }];
  const own = [businessInfo, takeMessage, searchKnowledge(collections)].find((tool) => tool.name === name);
  return own ? [ownTool(own, language)] : [];
}

function ownTool(tool: OwnTool, language: string): AgentTool {
  return { ...ruled(tool, language), run: tool.run };
}

function ruled(
  { name, class: kind, description, parameters, words }: ToolShape,
  language: string,
): AgentTool {
  const { says, labels } = /^en(-|_|$)/i.test(language) ? words.en : words.es;
  return {
    name,
    class: kind,
    description,
    parameters,
    says,
    labels,
    check: (values) => faultIn(parameters, values),
  };
}

/** Its input schema is the function's; the engine checks it once more when it starts the flow. */
async function flowTool(
  ctx: NodeContext,
  { flow, description, confirm = false }: FlowTool,
): Promise<AgentTool> {
  const found = await ctx.agent.callable(flow);
  if (!found) {
    throw new AppError(
      "FLOW_NOT_CALLABLE",
      `${ctx.nodeId}: the tool "${flow}" is no published flow that begins with core.called.`,
      { flow },
    );
  }
  return {
    name: flow.replaceAll(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64),
    class: confirm ? "write" : "read",
    description: description?.trim() || found.description || found.name,
    parameters: found.input,
    says: found.name.toLowerCase(),
    labels: labelsOf(found.input),
    flow,
    check: (values) => faultIn(found.input, values),
  };
}

function labelsOf({ properties }: JsonObject): Readonly<Record<string, string>> {
  if (!isObject(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => {
      const title = isObject(field) ? field.title : null;
      return [name, typeof title === "string" ? title : name.replaceAll("_", " ")];
    }),
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
