/** Who can be reached from whom in a graph given as targets by source. */
export type Targets = ReadonlyMap<string, readonly string[]>;

/** Everything reachable from `starts`, themselves included, never entering `without`. */
export function reachableFrom(
  starts: Iterable<string>,
  after: Targets,
  without?: string,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending = [...starts];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (id === without || reached.has(id)) continue;
    reached.add(id);
    pending.push(...(after.get(id) ?? []));
  }
  return reached;
}

/** Everything reachable from `id` by at least one step; `id` itself only when it lies on a loop. */
export function reachableAfter(id: string, after: Targets): ReadonlySet<string> {
  return reachableFrom(after.get(id) ?? [], after);
}

/** Groups of nodes that lead back to each other, in the order of `ids`. A node without a loop is in none. */
export function loopsOf(ids: readonly string[], after: Targets): string[][] {
  const before = reversed(after);
  const placed = new Set<string>();
  const loops: string[][] = [];
  for (const id of onOrBetweenLoops(ids, after, before)) {
    if (placed.has(id)) continue;
    const [ahead, behind] = [reachableAfter(id, after), reachableAfter(id, before)];
    if (!ahead.has(id)) continue;
    const loop = ids.filter((other) => ahead.has(other) && behind.has(other));
    for (const member of loop) placed.add(member);
    loops.push(loop);
  }
  return loops;
}

/** Takes away, again and again, what nothing leads to. Linear, and in a flow without loops nothing is left. */
function onOrBetweenLoops(ids: readonly string[], after: Targets, before: Targets): string[] {
  const entries = new Map(ids.map((id) => [id, before.get(id)?.length ?? 0]));
  const pending = ids.filter((id) => entries.get(id) === 0);
  const gone = new Set<string>();
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    gone.add(id);
    for (const target of after.get(id) ?? []) {
      const left = (entries.get(target) ?? 0) - 1;
      entries.set(target, left);
      if (left === 0) pending.push(target);
    }
  }
  return ids.filter((id) => !gone.has(id));
}

function reversed(after: Targets): Targets {
  const before = new Map<string, string[]>();
  for (const [source, targets] of after) {
    for (const target of targets) {
      const sources = before.get(target);
      if (sources) sources.push(source);
      else before.set(target, [source]);
    }
  }
  return before;
}
