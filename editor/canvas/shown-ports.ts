import type { Port } from "../model/ports.ts";

/** One way out as it is drawn: a port, or several that lead to the same step and are drawn as one. */
export interface ShownPort {
  readonly ports: readonly [Port, ...Port[]];
  /** Null: nothing hangs on it. */
  readonly target: string | null;
}

export interface ShownPorts {
  readonly shown: readonly ShownPort[];
  /** Behind the `⋯` of the card: what few people need and nothing hangs on. */
  readonly folded: readonly Port[];
}

/** As many names as a card of the usual width has room for. */
const ROOM = 4;

/**
 * Which ways out a card shows. What is connected, the main way on, and what the author listed (keys, cases, buttons) always;
 * other outcomes while there is room; times that run out and errors only once something hangs on them. A call that is not
 * answered has five names and one consequence: ports with the same target share one place, or a card would be a comb.
 */
export function shownPorts(
  ports: readonly Port[],
  targets: ReadonlyMap<string, string>,
  fixed: ReadonlySet<string>,
): ShownPorts {
  const all = withLost(ports, targets);
  const due = new Set(
    all.filter((port) => targets.has(port.name) || port.kind === "main" || isListed(port, fixed)),
  );
  const used = bundled([...due], targets).length;
  const spare = all.filter((port) => port.kind === "choice" && !due.has(port));
  for (const port of spare.slice(0, Math.max(0, ROOM - used))) due.add(port);
  return {
    shown: bundled(
      all.filter((port) => due.has(port)),
      targets,
    ),
    folded: all.filter((port) => !due.has(port)),
  };
}

function bundled(ports: readonly Port[], targets: ReadonlyMap<string, string>): ShownPort[] {
  const bundles = new Map<string, [Port, ...Port[]]>();
  for (const port of ports) {
    const target = targets.get(port.name);
    const key = target === undefined ? `free:${port.name}` : `to:${target}`;
    const bundle = bundles.get(key);
    if (bundle) bundle.push(port);
    else bundles.set(key, [port]);
  }
  return [...bundles.values()].map((bundle) => ({
    ports: bundle,
    target: targets.get(bundle[0].name) ?? null,
  }));
}

function isListed({ kind, name }: Port, fixed: ReadonlySet<string>): boolean {
  return kind === "choice" && (!fixed.has(name) || name === "else");
}

/** Connections may hang on names the step no longer has; they are shown until their author has seen to them. */
function withLost(ports: readonly Port[], targets: ReadonlyMap<string, string>): readonly Port[] {
  const known = new Set(ports.map(({ name }) => name));
  const lost = [...targets.keys()].filter((name) => !known.has(name));
  return [
    ...ports.filter(({ kind }) => kind !== "error"),
    ...lost.map((name): Port => ({ name, label: name, kind: "choice" })),
    ...ports.filter(({ kind }) => kind === "error"),
  ];
}
