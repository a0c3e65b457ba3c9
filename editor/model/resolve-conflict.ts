import type { Flow } from "../../engine/core/flow.ts";
import { type Segments, withValueAt } from "./at-path.ts";
import type { Conflict } from "./conflict.ts";

/** The merged flow with the other side's answer to one conflict. */
export function resolveConflict(flow: Flow, conflict: Conflict, side: "mine" | "theirs"): Flow {
  const { part, path } = conflict;
  const value = conflict[side];
  switch (part) {
    case "document":
      return value as Flow;
    case "details":
      return withValueAt(flow, path, value);
    case "settings":
      return withValueAt(flow, ["settings", ...path], value);
    case "canvas":
      return withValueAt(flow, ["canvas", ...path], value);
    case "edges":
      return withEdge(flow, conflict, value);
    case "nodes":
    case "variables":
    case "notes":
    case "groups":
      return withItem(flow, conflict, value);
  }
}

function withItem(flow: Flow, { part, id, path }: Conflict, value: unknown): Flow {
  const root: Segments = part === "notes" || part === "groups" ? ["canvas", part] : [part];
  const list = listAt(flow, part);
  const found = list.findIndex((item) => (item.id ?? item.key) === id);
  const index = found < 0 ? list.length : found;
  if (value === undefined && found < 0) return flow;
  const next = withValueAt(flow, [...root, index, ...path], value);
  return part === "nodes" && value === undefined && path.length === 0 ? withoutEdgesOf(next, id) : next;
}

function listAt(
  flow: Flow,
  part: Conflict["part"],
): readonly { readonly id?: string; readonly key?: string }[] {
  if (part === "nodes") return flow.nodes;
  if (part === "variables") return flow.variables ?? [];
  return (part === "notes" ? flow.canvas?.notes : flow.canvas?.groups) ?? [];
}

function withoutEdgesOf(flow: Flow, id: string | null): Flow {
  return { ...flow, edges: flow.edges.filter(({ source, target }) => source !== id && target !== id) };
}

/** A connection conflicts in where it leads; the node it leads to may be gone. */
function withEdge(flow: Flow, { id }: Conflict, target: unknown): Flow {
  const [source = "", sourceHandle = ""] = id?.split(" ") ?? [];
  const others = flow.edges.filter((edge) => edge.source !== source || edge.sourceHandle !== sourceHandle);
  const known = new Set(flow.nodes.map((node) => node.id));
  if (typeof target !== "string" || !known.has(target) || !known.has(source))
    return { ...flow, edges: others };
  const old = flow.edges.find((edge) => edge.source === source && edge.sourceHandle === sourceHandle);
  const edge = { id: old?.id ?? `${source}-${sourceHandle}`, source, sourceHandle, target };
  return { ...flow, edges: [...others, edge] };
}
