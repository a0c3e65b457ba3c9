import type { Flow } from "../../engine/core/flow.ts";
import type { FlowStore } from "../flow/flow-store.ts";
import { groupsOf } from "../model/edit-canvas.ts";
import type { Side, Sizes } from "../model/edit-places.ts";
import {
  align,
  disconnect,
  distribute,
  duplicate,
  group,
  moveNodes,
  removeNodes,
  removeNote,
  ungroup,
} from "../model/edits.ts";
import { present } from "../model/history.ts";
import { edgeKey, groupKey, idsOf, noteKey, stepsOf } from "./canvas-ids.ts";
import { focusCard } from "./focus-card.ts";
import type { Heading } from "./neighbour.ts";
import { nodesById } from "./nodes-by-id.ts";
import { stepLabel } from "./step-label.ts";
import { titleOf } from "./use-card.ts";
import { bundleOf } from "./wiring.ts";

/** How far one press of an arrow moves the selection. */
const NUDGE = 10;

/** Ids of the steps that are selected, by themselves or in a group. */
export function selectedSteps(store: FlowStore): string[] {
  const { selection, history } = store.getState();
  return stepsOf(selection, groupsOf(present(history)));
}

/** Steps, notes and connections that are selected; of a group only its frame. */
export function removeSelection(store: FlowStore, cut = false): void {
  const { selection, history, catalogue, change, select } = store.getState();
  const steps = idsOf("step", selection);
  const edges = idsOf("edge", selection).flatMap((id) =>
    bundleOf(present(history).edges, id).map((edge) => edge.id),
  );
  const notes = idsOf("note", selection);
  const frames = idsOf("group", selection);
  if (selection.size === 0) return;
  const flowBefore = present(history);
  change(removalLabel(store, { steps, edges, notes, frames }, cut), (flow) => {
    const without = removeNodes(disconnect(flow, edges), steps, catalogue);
    return frames.reduce(ungroup, notes.reduce(removeNote, without));
  });
  select([]);
  const beside = nearestTo(present(store.getState().history), flowBefore, steps[0]);
  if (beside !== null) focusCard(beside);
}

/** Whoever works by keyboard goes on where they were. */
function nearestTo(flow: Flow, before: Flow, gone: string | undefined): string | null {
  const from = before.nodes.find(({ id }) => id === gone)?.position;
  if (!from) return null;
  const distance = ({ position: { x, y } }: Placed) => Math.hypot(x - from.x, y - from.y);
  return flow.nodes.toSorted((a, b) => distance(a) - distance(b))[0]?.id ?? null;
}

export function duplicateSelection(store: FlowStore): void {
  const ids = selectedSteps(store);
  if (ids.length === 0) return;
  const { history, catalogue, change, select } = store.getState();
  const copies = duplicate(present(history), ids, catalogue);
  change(
    stepLabel((did) => did.duplicate(ids.length)),
    () => copies.flow,
  );
  select(copies.ids);
  if (copies.ids[0] !== undefined) focusCard(copies.ids[0]);
}

export function groupSelection(store: FlowStore, label: string): string | null {
  const ids = selectedSteps(store);
  if (ids.length === 0) return null;
  const { history, change, select } = store.getState();
  const grouped = group(present(history), ids, label, "teal");
  change(
    stepLabel((did) => did.group),
    () => grouped.flow,
  );
  select([groupKey(grouped.id)]);
  return grouped.id;
}

/** The groups that are selected, and those of steps that are. */
export function ungroupSelection(store: FlowStore): void {
  const { selection, history, change, select } = store.getState();
  const named = new Set(idsOf("group", selection));
  const steps = new Set(idsOf("step", selection));
  const groups = groupsOf(present(history)).filter(
    ({ id, nodes }) => named.has(id) || nodes.some((node) => steps.has(node)),
  );
  if (groups.length === 0) return;
  change(
    stepLabel((did) => did.ungroup),
    (flow) => groups.reduce((left, { id }) => ungroup(left, id), flow),
  );
  select(groups.flatMap(({ nodes }) => nodes));
}

export function alignSelection(store: FlowStore, side: Side, sizes: Sizes): void {
  const ids = selectedSteps(store);
  store.getState().change(
    stepLabel((did) => did.align),
    (flow) => align(flow, ids, side, sizes),
  );
}

export function spreadSelection(store: FlowStore, axis: "x" | "y", sizes: Sizes): void {
  const ids = selectedSteps(store);
  store.getState().change(
    stepLabel((did) => did.spread),
    (flow) => distribute(flow, ids, axis, sizes),
  );
}

export function nudgeSelection(store: FlowStore, heading: Heading): void {
  const [steps, notes] = [selectedSteps(store), idsOf("note", store.getState().selection)];
  const count = steps.length + notes.length;
  if (count === 0) return;
  store.getState().change(
    stepLabel((did) => did.move(count)),
    (flow) => nudged(flow, steps, notes, heading),
    { mergeKey: `nudge:${[...steps, ...notes.map(noteKey)].join(" ")}` },
  );
}

export function selectAll(store: FlowStore): void {
  const { nodes, edges, canvas } = present(store.getState().history);
  store
    .getState()
    .select([
      ...nodes.map(({ id }) => id),
      ...(canvas?.notes ?? []).map(({ id }) => noteKey(id)),
      ...edges.map(({ id }) => edgeKey(id)),
    ]);
}

interface Placed {
  readonly id: string;
  readonly position: { readonly x: number; readonly y: number };
}

function nudged(flow: Flow, steps: readonly string[], notes: readonly string[], heading: Heading): Flow {
  const dx = heading === "left" ? -NUDGE : heading === "right" ? NUDGE : 0;
  const dy = heading === "up" ? -NUDGE : heading === "down" ? NUDGE : 0;
  const places = (items: readonly Placed[], wanted: readonly string[]) =>
    Object.fromEntries(
      items
        .filter(({ id }) => wanted.includes(id))
        .map(({ id, position: { x, y } }) => [id, { x: x + dx, y: y + dy }]),
    );
  return moveNodes(flow, places(flow.nodes, steps), places(flow.canvas?.notes ?? [], notes));
}

interface Removed {
  readonly steps: readonly string[];
  readonly edges: readonly string[];
  readonly notes: readonly string[];
  readonly frames: readonly string[];
}

/** Named after the most that goes. */
function removalLabel(store: FlowStore, { steps, edges, notes }: Removed, cut: boolean) {
  const { history, catalogue } = store.getState();
  if (cut) return stepLabel((did) => did.cut(steps.length));
  const only = steps.length === 1 ? nodesById(present(history).nodes).get(steps[0] ?? "") : undefined;
  if (only) {
    const type = catalogue.get(only.type, only.version);
    return stepLabel((did, locale) => did.removeTitle(titleOf(only, type, locale)));
  }
  if (steps.length > 0) return stepLabel((did) => did.remove(steps.length));
  if (notes.length > 0) return stepLabel((did) => did.removeNote);
  return stepLabel((did) => (edges.length > 0 ? did.disconnect : did.ungroup));
}
