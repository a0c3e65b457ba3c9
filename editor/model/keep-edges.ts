import type { Flow } from "../../engine/core/flow.ts";
import { fieldOf } from "../../engine/core/plain-data.ts";
import type { PortSpec } from "../../engine/core/ports.ts";
import type { Catalogue, Params } from "./catalogue.ts";

/**
 * The connections of a node whose parameters change from `before` to `after`: where a case, key or button is renamed its
 * connection follows (the entry at the same place, or the one with the same words), where one is gone its connection goes.
 * An entry whose name was just cleared keeps its connection: its author is about to write another.
 */
export function keepEdges(
  flow: Flow,
  nodeId: string,
  before: Params,
  after: Params,
  catalogue: Catalogue,
): Flow {
  const node = flow.nodes.find(({ id }) => id === nodeId);
  const ports = (node && catalogue.get(node.type, node.version)?.ports) ?? [];
  const fixed = new Set<string>(ports.filter((spec) => typeof spec === "string"));
  const lists = ports.flatMap((spec) =>
    typeof spec === "string" ? [] : [{ before: entriesOf(spec, before), after: entriesOf(spec, after) }],
  );
  const fates = new Map([
    ...lists.flatMap((list) => [...fatesOf(list)]),
    ...foundAgain(flow, nodeId, lists, fixed),
  ]);
  const edges = flow.edges.flatMap((edge) => {
    const fate = fates.get(edge.sourceHandle);
    if (edge.source !== nodeId || fate === undefined || fixed.has(edge.sourceHandle)) return [edge];
    return fate === null ? [] : [{ ...edge, sourceHandle: fate }];
  });
  const changed = edges.length !== flow.edges.length || edges.some((edge, at) => edge !== flow.edges[at]);
  return changed ? { ...flow, edges } : flow;
}

interface Entry {
  readonly name: string;
  /** What a person calls it. */
  readonly words: string;
}

interface ListChange {
  readonly before: readonly Entry[];
  readonly after: readonly Entry[];
}

/** A connection that lost its name while it was cleared goes to the one written in its place. */
function foundAgain(
  flow: Flow,
  nodeId: string,
  lists: readonly ListChange[],
  fixed: ReadonlySet<string>,
): [string, string][] {
  const known = new Set([
    ...fixed,
    "error",
    ...lists.flatMap(({ before }) => before.map(({ name }) => name)),
  ]);
  const lost = flow.edges
    .filter(({ source, sourceHandle }) => source === nodeId && !known.has(sourceHandle))
    .map(({ sourceHandle }) => sourceHandle);
  const written = lists.flatMap(({ before, after }) =>
    after.filter(({ name }, index) => name !== "" && !known.has(name) && before[index]?.name === ""),
  );
  const [handle, entry] = [lost[0], written[0]];
  return lost.length === 1 && written.length === 1 && handle && entry ? [[handle, entry.name]] : [];
}

/** What becomes of each name: another one, or null where it is gone. Names that stay are not in it. */
function fatesOf({ before, after }: ListChange): ReadonlyMap<string, string | null> {
  const old = new Set(before.map(({ name }) => name));
  const now = new Set(after.map(({ name }) => name));
  const fresh = (entry: Entry | undefined) => entry && entry.name !== "" && !old.has(entry.name);
  const fates = new Map<string, string | null>();
  for (const [index, entry] of before.entries()) {
    if (entry.name === "" || now.has(entry.name)) continue;
    const namesake = after.find((other) => fresh(other) && entry.words !== "" && other.words === entry.words);
    const place = before.length === after.length ? after[index] : undefined;
    if (namesake) fates.set(entry.name, namesake.name);
    else if (place && fresh(place)) fates.set(entry.name, place.name);
    else if (place?.name !== "") fates.set(entry.name, null);
  }
  return fates;
}

function entriesOf(spec: Exclude<PortSpec, string>, params: Params): readonly Entry[] {
  const list = fieldOf(params, spec.each);
  if (!Array.isArray(list)) return [];
  return list.map((entry: unknown) => ({
    name: textOf(spec.value === undefined ? entry : fieldOf(entry, spec.value)),
    words: textOf(fieldOf(entry, "label") ?? fieldOf(entry, "title")),
  }));
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
