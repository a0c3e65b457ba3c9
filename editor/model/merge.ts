import { type Flow, type FlowEdge, FlowSchema } from "../../engine/core/flow.ts";
import { isRecord } from "../../engine/core/plain-data.ts";
import type { Segments } from "./at-path.ts";
import { sameJson } from "./changed-paths.ts";
import type { Conflict } from "./conflict.ts";
import { groupsOf, notesOf, withCanvas } from "./edit-canvas.ts";
import { freshEdgeId, freshId } from "./node-ids.ts";
import { renameNode } from "./rename-node.ts";
import { violations } from "./schema-check.ts";

export type { Conflict } from "./conflict.ts";
export { resolveConflict } from "./resolve-conflict.ts";

/**
 * Both changes to one flow. What only one side touched is taken from it, by node, by parameter and by connection; what both
 * touched differently stays mine and is listed; only what I took away and they rewrote is kept. The result fits the flow's schema whenever the three do.
 */
export function mergeFlows(
  base: Flow,
  mine: Flow,
  theirs: Flow,
): { readonly flow: Flow; readonly conflicts: readonly Conflict[] } {
  const conflicts: Conflict[] = [];
  const flow = merged({ base, mine, theirs: withoutClashes(base, mine, theirs) }, conflicts);
  if (violations(FlowSchema, flow).length === 0) return { flow, conflicts };
  // Each removed what the other kept, or both together are too many: no mixture of the two is a flow.
  return { flow: mine, conflicts: [{ part: "document", id: null, path: [], base, mine, theirs }] };
}

interface Sides<T> {
  readonly base: T;
  readonly mine: T;
  readonly theirs: T;
}

type Report = (path: Segments, sides: Sides<unknown>) => void;

function merged(sides: Sides<Flow>, conflicts: Conflict[]): Flow {
  const reportIn =
    (part: Conflict["part"], id: string | null): Report =>
    (path, values) =>
      conflicts.push({ part, id, path, ...values });
  const listOf = <T>(part: Conflict["part"], of: (flow: Flow) => readonly T[], keyOf: (item: T) => string) =>
    mergeList(each(sides, of), keyOf, (id) => reportIn(part, id));
  const nodes = listOf(
    "nodes",
    ({ nodes: all }) => all,
    ({ id }) => id,
  );
  const known = new Set(nodes.map(({ id }) => id));
  const groups = listOf("groups", groupsOf, ({ id }) => id).map((group) => ({
    ...group,
    nodes: group.nodes.filter((id) => known.has(id)),
  }));
  const notes = [...listOf("notes", notesOf, ({ id }) => id)];
  const variables = listOf(
    "variables",
    (flow) => flow.variables ?? [],
    ({ key }) => key,
  );
  const { canvas: _canvas, variables: _variables, ...rest } = sides.mine;
  const details = mergeValue(each(sides, detailsOf), [], reportIn("details", null)) as ReturnType<
    typeof detailsOf
  >;
  const { description: _description, ...withoutDescription } = rest;
  const direction = mergeValue(
    each(sides, ({ canvas }) => canvas?.direction),
    ["direction"],
    reportIn("canvas", null),
  );
  const flow = {
    ...withoutDescription,
    ...details,
    settings: mergeValue(
      each(sides, ({ settings }) => settings),
      [],
      reportIn("settings", null),
    ) as Flow["settings"],
    ...(variables.length > 0 ? { variables: [...variables] } : {}),
    nodes: [...nodes],
    edges: mergeEdges(sides, known, conflicts),
  };
  const pointing = direction === undefined ? {} : { direction: direction as "down" | "right" };
  return withCanvas(flow, { ...pointing, notes, groups: groups.filter((group) => group.nodes.length > 0) });
}

function each<T, R>({ base, mine, theirs }: Sides<T>, of: (side: T) => R): Sides<R> {
  return { base: of(base), mine: of(mine), theirs: of(theirs) };
}

function detailsOf({ key, name, description }: Flow) {
  return description === undefined ? { key, name } : { key, name, description };
}

/** Both added a node and happened on the same id: theirs gets another, with all that names it. */
function withoutClashes(base: Flow, mine: Flow, theirs: Flow): Flow {
  const old = new Set(base.nodes.map(({ id }) => id));
  const added = new Map(mine.nodes.filter(({ id }) => !old.has(id)).map((node) => [node.id, node]));
  const clashing = theirs.nodes.filter((node) => added.has(node.id) && !sameJson(added.get(node.id), node));
  const taken = new Set([...mine.nodes, ...theirs.nodes].map(({ id }) => id));
  return clashing.reduce((flow, { id }) => {
    const fresh = freshId(id, taken);
    taken.add(fresh);
    return renameNode(flow, id, fresh);
  }, theirs);
}

/** In my order; what they added comes behind. */
function mergeList<T>(
  { base, mine, theirs }: Sides<readonly T[]>,
  keyOf: (item: T) => string,
  reportFor: (key: string) => Report,
): readonly T[] {
  const byKey = (items: readonly T[]) => new Map(items.map((item) => [keyOf(item), item]));
  const [old, my, their] = [byKey(base), byKey(mine), byKey(theirs)];
  const keys = new Set([...mine, ...theirs].map(keyOf));
  return [...keys].flatMap((key) => {
    const sides = { base: old.get(key), mine: my.get(key), theirs: their.get(key) };
    const item = mergeValue(sides, [], reportFor(key));
    // Taken away by me, changed by them: nothing they wrote is thrown away unasked.
    if (item === undefined) return needsKeeping(sides) ? [sides.theirs as T] : [];
    return [item as T];
  });
}

function needsKeeping({ base, mine, theirs }: Sides<unknown>): boolean {
  return mine === undefined && theirs !== undefined && !isOnlyMoved(base, theirs);
}

function mergeValue(sides: Sides<unknown>, path: Segments, report: Report): unknown {
  const { base, mine, theirs } = sides;
  if (sameJson(mine, theirs) || sameJson(base, theirs)) return mine;
  if (sameJson(base, mine)) return theirs;
  if (isPlace(mine) && isPlace(theirs)) return mine;
  if (mine === undefined && isOnlyMoved(base, theirs)) return undefined;
  if (theirs === undefined && isOnlyMoved(base, mine)) return undefined;
  if (isRecord(mine) && isRecord(theirs) && isRecord(base))
    return mergeRecords({ base, mine, theirs }, path, report);
  if (sameLength(base, mine, theirs)) {
    return (mine as readonly unknown[]).map((_item, index) =>
      mergeValue(
        each(sides, (side) => (side as readonly unknown[])[index]),
        [...path, index],
        report,
      ),
    );
  }
  report(path, sides);
  return mine;
}

function mergeRecords(
  sides: Sides<Readonly<Record<string, unknown>>>,
  path: Segments,
  report: Report,
): Record<string, unknown> {
  const keys = new Set([...Object.keys(sides.mine), ...Object.keys(sides.theirs)]);
  const entries = [...keys].map(
    (key) =>
      [
        key,
        mergeValue(
          each(sides, (side) => side[key]),
          [...path, key],
          report,
        ),
      ] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Where two people put the same node is nothing to ask about. */
function isPlace(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).toSorted().join() === "x,y";
}

/** A node that one moved may still be taken away by the other. */
function isOnlyMoved(base: unknown, side: unknown): boolean {
  if (!isRecord(base) || !isRecord(side) || !isPlace(base.position)) return false;
  return sameJson({ ...base, position: 0 }, { ...side, position: 0 });
}

function sameLength(...sides: readonly unknown[]): boolean {
  return sides.every(Array.isArray) && new Set(sides.map((side) => (side as unknown[]).length)).size === 1;
}

// ------------------------------------------------------------------------------------------------ connections

/** By the port they leave by: a port leads to one place. */
function mergeEdges(sides: Sides<Flow>, known: ReadonlySet<string>, conflicts: Conflict[]): FlowEdge[] {
  const { base, mine, theirs } = each(sides, byPort);
  const keys = new Set([...mine.keys(), ...theirs.keys()]);
  const taken = new Set<string>();
  return [...keys].flatMap((key) => {
    const edges = { base: base.get(key), mine: mine.get(key), theirs: theirs.get(key) };
    const ends = each(edges, (edge) => edge?.target);
    const report: Report = (_path, values) =>
      conflicts.push({ part: "edges", id: portOf(edges.mine ?? edges.theirs), path: [], ...values });
    const target = mergeValue(ends, [], report) ?? (wasRerouted(ends) ? ends.theirs : undefined);
    const edge = edges.mine ?? edges.theirs;
    if (!edge || typeof target !== "string") return [];
    if (!known.has(edge.source) || !known.has(target)) {
      // Led to what the other took away: its author is told.
      if (ends.base !== target) report([], { ...ends, theirs: undefined });
      return [];
    }
    const id = taken.has(edge.id) ? freshEdgeId(edge.source, edge.sourceHandle, taken) : edge.id;
    taken.add(id);
    return [{ ...edge, id, target }];
  });
}

/** I took the connection away, they led it elsewhere: kept, as with nodes. */
function wasRerouted({ base, mine, theirs }: Sides<string | undefined>): boolean {
  return mine === undefined && theirs !== undefined && base !== theirs;
}

function byPort({ edges }: Flow): ReadonlyMap<string, FlowEdge> {
  const found = new Map<string, FlowEdge>();
  for (const edge of edges) {
    // Drafts may have two at one port; neither may be lost.
    for (let nth = 0; ; nth++) {
      const key = `${edge.source} ${edge.sourceHandle} ${nth}`;
      if (found.has(key)) continue;
      found.set(key, edge);
      break;
    }
  }
  return found;
}

function portOf(edge: Pick<FlowEdge, "source" | "sourceHandle"> | undefined): string | null {
  return edge ? `${edge.source} ${edge.sourceHandle}` : null;
}
