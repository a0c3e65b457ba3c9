import type { Flow, FlowEdge, FlowNode } from "../../engine/core/flow.ts";
import { type Change, changedPaths, sameJson } from "./changed-paths.ts";
import { groupsOf, notesOf } from "./edit-canvas.ts";
import type { FlowDiff, ListDiff } from "./flow-diff.ts";

export { describe } from "./describe-diff.ts";
export type { FlowDiff, ListDiff, NodeChange } from "./flow-diff.ts";
export type { Change };

export function diffFlows(before: Flow, after: Flow): FlowDiff {
  return {
    details: changedPaths(detailsOf(before), detailsOf(after)),
    settings: changedPaths(before.settings, after.settings),
    variables: listDiff(before.variables ?? [], after.variables ?? [], ({ key }) => key),
    nodes: nodeDiff(before, after),
    edges: edgeDiff(before, after),
    notes: listDiff(notesOf(before), notesOf(after), ({ id }) => id),
    groups: listDiff(groupsOf(before), groupsOf(after), ({ id }) => id),
  };
}

/** Nothing but places on the canvas may differ. */
export function isSameFlow({ details, settings, variables, nodes, edges }: FlowDiff): boolean {
  const lists = [details, settings, nodes.added, nodes.removed, nodes.changed, edges.added, edges.removed];
  const { added, removed, changed } = variables;
  return [...lists, added, removed, changed].every((list) => list.length === 0);
}

function detailsOf({ key, name, description }: Flow) {
  return { key, name, description };
}

function nodeDiff(before: Flow, after: Flow): FlowDiff["nodes"] {
  const { added, removed, changed } = listDiff(before.nodes, after.nodes, ({ id }) => id);
  const differences = changed.map((pair) => ({ id: pair.after.id, ...pair, changes: changesOf(pair) }));
  return {
    added,
    removed,
    changed: differences.filter(({ changes }) => changes.length > 0),
    moved: changed
      .filter((pair) => !sameJson(pair.before.position, pair.after.position))
      .map((pair) => pair.after.id),
  };
}

function changesOf({ before, after }: { readonly before: FlowNode; readonly after: FlowNode }): Change[] {
  const { position: _from, ...old } = before;
  const { position: _to, ...now } = after;
  return changedPaths(old, now);
}

function edgeDiff(before: Flow, after: Flow): FlowDiff["edges"] {
  const wayOf = ({ source, sourceHandle, target }: FlowEdge) =>
    JSON.stringify([source, sourceHandle, target]);
  const [old, now] = [new Set(before.edges.map(wayOf)), new Set(after.edges.map(wayOf))];
  return {
    added: after.edges.filter((edge) => !old.has(wayOf(edge))),
    removed: before.edges.filter((edge) => !now.has(wayOf(edge))),
  };
}

function listDiff<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): ListDiff<T> {
  const old = new Map(before.map((item) => [keyOf(item), item]));
  const now = new Map(after.map((item) => [keyOf(item), item]));
  const pairs = [...now].flatMap(([key, item]) => {
    const was = old.get(key);
    return was === undefined || sameJson(was, item) ? [] : [{ before: was, after: item }];
  });
  return {
    added: after.filter((item) => !old.has(keyOf(item))),
    removed: before.filter((item) => !now.has(keyOf(item))),
    changed: pairs,
  };
}
