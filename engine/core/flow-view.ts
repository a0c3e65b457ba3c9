import type { CheckTools, NodeTypeInfo, Problem } from "./check-tools.ts";
import type { Flow, FlowEdge, FlowNode } from "./flow.ts";
import { PROBLEM_TEXTS, type ProblemCode, type ProblemFacts } from "./problem-texts.ts";
import { type VisibleParams, visibleParams } from "./visibility.ts";

/** A flow made ready for its checks: types looked up, hidden parameters set aside, connections that hang in the air left out. */
export interface FlowView {
  readonly flow: Flow;
  readonly tools: CheckTools;
  readonly nodes: readonly NodeView[];
  /** The first of those that share an id. */
  readonly byId: ReadonlyMap<string, NodeView>;
  /** Targets by source; only edges between known nodes, and none into a trigger. */
  readonly after: ReadonlyMap<string, readonly string[]>;
  /** Ids where a run may start: triggers, and nodes of unknown type that nothing leads to. */
  readonly starts: readonly string[];
}

export interface NodeView {
  /** JSON pointer of the node. */
  readonly path: string;
  readonly node: FlowNode;
  /** Null when the type or the version is unknown. */
  readonly info: NodeTypeInfo | null;
  readonly visible: VisibleParams | null;
}

export function viewFlow(flow: Flow, tools: CheckTools): FlowView {
  const nodes = flow.nodes.map((node, index) => viewNode(node, index, tools));
  const byId = new Map(nodes.toReversed().map((view) => [view.node.id, view]));
  const edges = flow.edges.filter((edge) => byId.has(edge.source) && byId.has(edge.target));
  const sound = edges.filter((edge) => byId.get(edge.target)?.info?.kind !== "trigger");
  const after = Map.groupBy(sound, (edge: FlowEdge) => edge.source);
  const entered = new Set(sound.map((edge) => edge.target));
  return {
    flow,
    tools,
    nodes,
    byId,
    after: new Map([...after].map(([source, leaving]) => [source, leaving.map((edge) => edge.target)])),
    starts: [...byId.values()].filter((view) => mayStart(view, entered)).map((view) => view.node.id),
  };
}

/** A problem with its texts in the language asked for. */
export function problem<Code extends ProblemCode>(
  tools: CheckTools,
  code: Code,
  place: { readonly path: string; readonly nodeId: string | null },
  facts: ProblemFacts[Code],
): Problem {
  const text = PROBLEM_TEXTS[code];
  const told = text[tools.locale ?? "en"](facts);
  return { path: place.path, nodeId: place.nodeId, code, severity: text.severity, ...told };
}

function viewNode(node: FlowNode, index: number, tools: CheckTools): NodeView {
  const info = tools.nodeType(node.type, node.version);
  const visible = info ? visibleParams(info.params, filledIn(node, info, tools)) : null;
  return { path: `/nodes/${index}`, node, info, visible };
}

// Given a copy in any case: a validator may fill in defaults, and must not do so in the document.
function filledIn(node: FlowNode, info: NodeTypeInfo, tools: CheckTools): FlowNode["data"]["params"] {
  const params = structuredClone(node.data.params);
  return tools.withDefaults?.(info.params, params) ?? params;
}

// Nobody knows whether a node of unknown type is a trigger; taking it for one keeps one fault from looking like many.
function mayStart(view: NodeView, entered: ReadonlySet<string>): boolean {
  return view.info ? view.info.kind === "trigger" : !entered.has(view.node.id);
}
