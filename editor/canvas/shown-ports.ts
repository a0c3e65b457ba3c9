import type { Port } from "../model/ports.ts";

export interface ShownPorts {
  readonly shown: readonly Port[];
  /** Behind the `⋯` of the card: what few people need and nothing hangs on. */
  readonly folded: readonly Port[];
}

/** As many names as a card of the usual width has room for. */
const ROOM = 4;

/**
 * Which ports a card shows. What is connected, the main way on, and what the author listed (keys, cases, buttons) always;
 * other outcomes while there is room; times that run out and errors only once something hangs on them.
 */
export function shownPorts(
  ports: readonly Port[],
  attached: ReadonlySet<string>,
  fixed: ReadonlySet<string>,
): ShownPorts {
  const all = withLost(ports, attached);
  const due = new Set(
    all.filter((port) => attached.has(port.name) || port.kind === "main" || isListed(port, fixed)),
  );
  const spare = all.filter((port) => port.kind === "choice" && !due.has(port));
  for (const port of spare.slice(0, Math.max(0, ROOM - due.size))) due.add(port);
  return { shown: all.filter((port) => due.has(port)), folded: all.filter((port) => !due.has(port)) };
}

function isListed({ kind, name }: Port, fixed: ReadonlySet<string>): boolean {
  return kind === "choice" && (!fixed.has(name) || name === "else");
}

/** Connections may hang on names the step no longer has; they are shown until their author has seen to them. */
function withLost(ports: readonly Port[], attached: ReadonlySet<string>): readonly Port[] {
  const known = new Set(ports.map(({ name }) => name));
  const lost = [...attached].filter((name) => !known.has(name));
  return [
    ...ports.filter(({ kind }) => kind !== "error"),
    ...lost.map((name): Port => ({ name, label: name, kind: "choice" })),
    ...ports.filter(({ kind }) => kind === "error"),
  ];
}
