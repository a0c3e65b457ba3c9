import { CALLBACK_NODE, callbackVisit } from "../core/callback.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

/** What the address of a callback stands for: one visit of one node of one run. */
export interface CallbackTarget {
  readonly runId: string;
  readonly nodeId: string;
  readonly visit: number;
}

type Signing = Pick<Runtime, "keys" | "settings">;

const PURPOSE = "callback";
const TOKEN = /^(run_[0-9a-f]{32})\.([a-z][a-z0-9_]{0,63})\.([1-9]\d{0,8})\.([0-9a-f-]{1,80})$/;

/** The addresses of all waits for callbacks of a flow, by node. Worked out each time, never stored. */
export function callbackUrls(
  signing: Signing,
  { run, graph, state }: Pick<Segment, "run" | "graph" | "state">,
): Readonly<Record<string, string>> {
  const nodes = graph.flow.nodes.filter((node) => node.type === CALLBACK_NODE);
  return Object.fromEntries(
    nodes.map(({ id: nodeId }) => [
      nodeId,
      callbackUrl(signing, { runId: run.id, nodeId, visit: callbackVisit(state, nodeId) }),
    ]),
  );
}

export function callbackUrl({ keys, settings }: Signing, target: CallbackTarget): string {
  const named = nameOf(target);
  return `${settings.publicUrl}/hooks/callback/${named}.${keys.sign(PURPOSE, named)}`;
}

/** Whom a token names; null when its signature does not hold. */
export function callbackTarget({ keys }: Pick<Signing, "keys">, token: string): CallbackTarget | null {
  const [, runId, nodeId, visit, signature] = TOKEN.exec(token) ?? [];
  if (runId === undefined || nodeId === undefined || signature === undefined) return null;
  const target = { runId, nodeId, visit: Number(visit) };
  return keys.verify(PURPOSE, nameOf(target), signature) ? target : null;
}

function nameOf({ runId, nodeId, visit }: CallbackTarget): string {
  return `${runId}.${nodeId}.${visit}`;
}
