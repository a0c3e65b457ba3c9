import type { Targets } from "./reach.ts";

/** Which steps come before which, over all ways a run can take. */
export interface StepOrder {
  isReached(id: string): boolean;
  /** On some way `step` runs before `id`. */
  mayRunBefore(step: string, id: string): boolean;
  /** On every way from a start to `id` the run has passed `step`. */
  alwaysRunsBefore(step: string, id: string): boolean;
}

/** Each step is looked into once, on its first question. Ids become numbers here because flows may be large. */
export function stepOrder(ids: readonly string[], starts: readonly string[], after: Targets): StepOrder {
  const numbers = new Map(ids.map((id, index) => [id, index]));
  const toNumbers = (some: readonly string[]): number[] => some.flatMap((id) => numbers.get(id) ?? []);
  const targets = ids.map((id) => toNumbers(after.get(id) ?? []));
  const entries = toNumbers(starts);
  const reached = flagReachable(entries, targets);
  const afterStep = memo((step) => flagReachable(targets[step] ?? [], targets));
  const bypassing = memo((step) => flagReachable(entries, targets, step));
  const numberOf = (id: string): number => numbers.get(id) ?? -1;
  return {
    isReached: (id) => reached[numberOf(id)] === 1,
    mayRunBefore: (step, id) => afterStep(numberOf(step))[numberOf(id)] === 1,
    // Every way to a node passes the node itself, yet on its first visit it has not run.
    alwaysRunsBefore: (step, id) => step !== id && bypassing(numberOf(step))[numberOf(id)] !== 1,
  };
}

/** 1 for each node that can be reached from `entries`, themselves included, without entering `closed`. */
function flagReachable(
  entries: readonly number[],
  targets: readonly (readonly number[])[],
  closed = -1,
): Uint8Array {
  const flags = new Uint8Array(targets.length);
  const pending = [...entries];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node === closed || flags[node] === 1) continue;
    flags[node] = 1;
    for (const target of targets[node] ?? []) if (flags[target] !== 1) pending.push(target);
  }
  return flags;
}

function memo<T>(work: (key: number) => T): (key: number) => T {
  const known = new Map<number, T>();
  return (key) => {
    const value = known.get(key) ?? work(key);
    known.set(key, value);
    return value;
  };
}
