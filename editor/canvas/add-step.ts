import type { Flow } from "../../engine/core/flow.ts";
import type { FlowStore, PaletteTarget } from "../flow/flow-store.ts";
import type { Catalogue, NodeType } from "../model/catalogue.ts";
import { addAfterPort, addNode, connect, insertOnEdge } from "../model/edits.ts";
import { present } from "../model/history.ts";
import { portsOf } from "../model/ports.ts";
import { focusCard } from "./focus-card.ts";
import { rememberType } from "./recent-types.ts";
import { stepLabel } from "./step-label.ts";
import { bundleOf, targetsFrom, targetsText } from "./wiring.ts";

type Point = { readonly x: number; readonly y: number };

/** Puts a new step where the palette was opened, selects it and gives it the keyboard. */
export function addStep(
  store: FlowStore,
  type: NodeType,
  { target, at }: { readonly target: PaletteTarget; readonly at?: Point | undefined },
): string | null {
  const { history, change, select, focusNode, locked } = store.getState();
  if (locked !== null) return null;
  const added = placedIn(store, present(history), { type, target, at });
  change(
    stepLabel((did, locale) =>
      target.kind === "edge" ? did.insert(type.title[locale]) : did.add(type.title[locale]),
    ),
    () => added.flow,
  );
  rememberType(type.type);
  select([added.id]);
  focusNode(added.id);
  focusCard(added.id);
  return added.id;
}

/** Leads a port to a step that is there already. */
export function connectPort(store: FlowStore, port: { nodeId: string; port: string }, to: string): void {
  const { change, focusNode } = store.getState();
  change(
    stepLabel((did) => did.connect),
    (flow) => connect(flow, { source: port.nodeId, sourceHandle: port.port, target: to }),
  );
  focusNode(to);
  focusCard(to);
}

/** The first port of a step that nothing hangs on; the main one before others, and never the one for errors. */
export function freePort(store: FlowStore, nodeId: string): string | null {
  const { history, catalogue } = store.getState();
  const flow = present(history);
  const node = flow.nodes.find(({ id }) => id === nodeId);
  if (!node) return null;
  const taken = targetsFrom(targetsText(flow.edges, nodeId));
  const free = portsOf(node, catalogue).filter(({ name, kind }) => !taken.has(name) && kind !== "error");
  return (free.find(({ kind }) => kind === "main") ?? free[0])?.name ?? null;
}

function placedIn(
  store: FlowStore,
  flow: Flow,
  { type, target, at }: { type: NodeType; target: PaletteTarget; at: Point | undefined },
): { flow: Flow; id: string } {
  const { catalogue } = store.getState();
  const node = { type: type.type, params: {} };
  const placed = at ? { ...node, position: { x: Math.round(at.x), y: Math.round(at.y) } } : node;
  switch (target.kind) {
    case "port":
      return addAfterPort(flow, { source: target.nodeId, sourceHandle: target.port }, placed, catalogue);
    case "edge":
      return insertOnBundle(flow, target.edgeId, type, catalogue);
    case "place":
      return addNode(
        flow,
        { ...node, position: { x: Math.round(target.x), y: Math.round(target.y) } },
        catalogue,
      );
  }
}

/** What shares the line comes along: otherwise a line would still pass the new step by. */
function insertOnBundle(
  flow: Flow,
  edgeId: string,
  type: NodeType,
  catalogue: Catalogue,
): { flow: Flow; id: string } {
  const added = insertOnEdge(flow, edgeId, { type: type.type, params: {} }, catalogue);
  const others = bundleOf(flow.edges, edgeId).filter(({ id }) => id !== edgeId);
  const joined = others.reduce(
    (left, { source, sourceHandle }) => connect(left, { source, sourceHandle, target: added.id }),
    added.flow,
  );
  return { id: added.id, flow: joined };
}
