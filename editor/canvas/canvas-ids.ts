/**
 * Steps, notes, groups and connections share one selection. A step's id stands as it is, because every other room reads it;
 * the rest say what they are: `note:nota_1`, `group:grupo_1`, `edge:menu-1`. No step's id has a colon in it.
 */
export type CanvasKind = "step" | "note" | "group" | "edge";

export interface CanvasId {
  readonly kind: CanvasKind;
  readonly id: string;
}

export function noteKey(id: string): string {
  return `note:${id}`;
}

export function groupKey(id: string): string {
  return `group:${id}`;
}

export function edgeKey(id: string): string {
  return `edge:${id}`;
}

export function parseKey(key: string): CanvasId {
  for (const kind of ["note", "group", "edge"] as const) {
    if (key.startsWith(`${kind}:`)) return { kind, id: key.slice(kind.length + 1) };
  }
  return { kind: "step", id: key };
}

/** The ids of one kind among what is selected. */
export function idsOf(kind: CanvasKind, keys: Iterable<string>): string[] {
  return [...keys]
    .map(parseKey)
    .filter((each) => each.kind === kind)
    .map(({ id }) => id);
}

/** Steps that are selected, and those inside of selected groups. */
export function stepsOf(
  keys: Iterable<string>,
  groups: readonly { readonly id: string; readonly nodes: readonly string[] }[],
): string[] {
  const all = [...keys];
  const framed = new Set(idsOf("group", all));
  const members = groups.filter(({ id }) => framed.has(id)).flatMap(({ nodes }) => nodes);
  return [...new Set([...idsOf("step", all), ...members])];
}
