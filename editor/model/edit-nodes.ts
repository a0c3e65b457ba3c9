import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import type { Catalogue, Params } from "./catalogue.ts";
import { copyOf } from "./clip.ts";
import { groupsOf, withGroups, withoutMembers } from "./edit-canvas.ts";
import { keepEdges } from "./keep-edges.ts";
import { freshId, slugOf } from "./node-ids.ts";
import { paste } from "./paste.ts";
import { mainPort } from "./ports.ts";
import { authorLocale } from "./words.ts";

export interface NewNode {
  readonly type: string;
  /** The newest where it is not named. */
  readonly version?: number;
  readonly position: { readonly x: number; readonly y: number };
  readonly params?: Params;
  readonly label?: string;
}

/** Its id is made of what the author calls it, else of the title of its type in the author's language. */
export function addNode(flow: Flow, node: NewNode, catalogue: Catalogue): { flow: Flow; id: string } {
  const { type, position, params = {}, label } = node;
  const known = catalogue.get(type, node.version);
  const named = label ?? known?.title[authorLocale(flow.settings.locale)] ?? type;
  const id = freshId(slugOf(named, "paso"), new Set(flow.nodes.map((each) => each.id)));
  const added: FlowNode = {
    id,
    type,
    version: node.version ?? known?.version ?? 1,
    position: { x: position.x, y: position.y },
    data: { ...(label === undefined ? {} : { label }), params: { ...params } },
  };
  return { id, flow: { ...flow, nodes: [...flow.nodes, added] } };
}

/** Where one way leads in and the main port leads on, the neighbours are joined. */
export function removeNodes(flow: Flow, ids: readonly string[], catalogue: Catalogue): Flow {
  return ids.reduce((left, id) => removeNode(left, id, catalogue), flow);
}

export function setParams(flow: Flow, nodeId: string, params: Params, catalogue: Catalogue): Flow {
  const before = flow.nodes.find(({ id }) => id === nodeId);
  if (!before) return flow;
  const kept = keepEdges(flow, nodeId, before.data.params, params, catalogue);
  return editData(kept, nodeId, (data) => ({ ...data, params: { ...params } }));
}

/** An empty label is none: the card then says the title of its type. */
export function setLabel(flow: Flow, nodeId: string, text: string): Flow {
  return editData(flow, nodeId, ({ label: _old, ...data }) =>
    text.trim() === "" ? data : { ...data, label: text },
  );
}

/** What an error does, how often it is tried, and what the author notes; undefined takes one away. */
export function setNodeOptions(
  flow: Flow,
  nodeId: string,
  options: { readonly [Key in "retry" | "onError" | "note"]?: FlowNode["data"][Key] | undefined },
): Flow {
  return editData(flow, nodeId, (data) => {
    const entries = Object.entries({ ...data, ...options }).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries) as FlowNode["data"];
  });
}

/** Copies beside the originals, connected among each other as those are. */
export function duplicate(
  flow: Flow,
  ids: readonly string[],
  catalogue: Catalogue,
  offset: { readonly x: number; readonly y: number } = { x: 40, y: 40 },
): { flow: Flow; ids: readonly string[] } {
  const clip = copyOf(flow, ids);
  const left = Math.min(...clip.nodes.map(({ position }) => position.x));
  const top = Math.min(...clip.nodes.map(({ position }) => position.y));
  return paste(flow, clip, { x: left + offset.x, y: top + offset.y }, catalogue);
}

function editData(flow: Flow, nodeId: string, edit: (data: FlowNode["data"]) => FlowNode["data"]): Flow {
  const nodes = flow.nodes.map((node) => (node.id === nodeId ? { ...node, data: edit(node.data) } : node));
  return { ...flow, nodes };
}

function removeNode(flow: Flow, id: string, catalogue: Catalogue): Flow {
  const node = flow.nodes.find((each) => each.id === id);
  if (!node) return flow;
  const into = flow.edges.filter((edge) => edge.target === id && edge.source !== id);
  const port = mainPort(node, catalogue);
  const on = flow.edges.find((edge) => edge.source === id && edge.sourceHandle === port)?.target;
  const joins = into.length === 1 && on !== undefined && on !== id && on !== into[0]?.source;
  const edges = flow.edges.flatMap((edge) => {
    if (joins && edge === into[0]) return [{ ...edge, target: on }];
    return edge.source === id || edge.target === id ? [] : [edge];
  });
  const left = { ...flow, nodes: flow.nodes.filter((each) => each !== node), edges };
  const groups = groupsOf(flow);
  return groups.length === 0 ? left : withGroups(left, withoutMembers(groups, new Set([id])));
}
