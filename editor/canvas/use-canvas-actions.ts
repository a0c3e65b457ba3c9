import { notifications } from "@mantine/notifications";
import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { type FlowStore, type PaletteTarget, useFlowStore } from "../flow/flow-store.ts";
import type { NodeType } from "../model/catalogue.ts";
import type { Side } from "../model/edit-places.ts";
import { addNote } from "../model/edits.ts";
import { present } from "../model/history.ts";
import { useWords } from "../words/words.ts";
import { addStep, freePort } from "./add-step.ts";
import { idsOf, noteKey, parseKey } from "./canvas-ids.ts";
import { useCanvasUiStore } from "./canvas-ui.ts";
import { FIT_PADDING } from "./fit-padding.ts";
import { focusCard } from "./focus-card.ts";
import { glide } from "./glide.ts";
import { type Heading, neighbour } from "./neighbour.ts";
import {
  alignSelection,
  duplicateSelection,
  groupSelection,
  nudgeSelection,
  removeSelection,
  selectAll,
  selectedSteps,
  spreadSelection,
  ungroupSelection,
} from "./selection-edits.ts";
import type { ShortcutId } from "./shortcuts.ts";
import { sizesDrawn } from "./sizes-drawn.ts";
import { stepLabel } from "./step-label.ts";
import { tidy, turn } from "./tidy.ts";
import { canvasWords } from "./words.ts";

/** What comes by an event of its own: see `clipboard-events.ts`. */
type ByEvent = "copy" | "cut" | "paste";

export type CanvasActions = Readonly<Record<Exclude<ShortcutId, ByEvent>, () => void>> & {
  align(side: Side): void;
  spread(axis: "x" | "y"): void;
  addNote(): void;
  addType(type: NodeType): void;
  turn(): void;
};

/** All that can be done on the canvas, for keys and buttons alike. */
export function useCanvasActions(onOpenStep: ((nodeId: string) => void) | undefined): CanvasActions {
  const store = useFlowStore();
  const ui = useCanvasUiStore();
  const flow = useReactFlow();
  const words = useWords(canvasWords);
  return useMemo((): CanvasActions => {
    const middle = () => flow.screenToFlowPosition(middleOfCanvas());
    const fit = () => void flow.fitView({ padding: FIT_PADDING, maxZoom: 1, duration: glide() });
    const laidOut = async (work: Promise<void>, then?: () => void) => {
      ui.setState({ tidying: true });
      try {
        await work;
        // The places are drawn with the next frame; only then there is something to fit.
        if (then) requestAnimationFrame(() => requestAnimationFrame(then));
      } catch {
        notifications.show({ color: "red", message: words.said.tidyFailed });
      } finally {
        ui.setState({ tidying: false });
      }
    };
    const go = (heading: Heading) => {
      const from = onlyStep(store) ?? present(store.getState().history).nodes[0]?.id;
      const to = from === undefined ? null : neighbour(present(store.getState().history), from, heading);
      if (to !== null) goTo(store, to);
    };
    const addType = (type: NodeType) => addStep(store, type, { target: targetOf(store, middle()) });
    return {
      openPalette: () => store.getState().openPalette({ kind: "place", ...middle() }),
      addAfter: () => store.getState().openPalette(targetOf(store, middle())),
      addType,
      openStep: () => {
        const id = onlyStep(store);
        if (id !== undefined) onOpenStep?.(id);
      },
      rename: () => {
        const key = [...store.getState().selection][0];
        if (key !== undefined && parseKey(key).kind !== "edge") ui.setState({ renaming: key });
      },
      remove: () => removeSelection(store),
      duplicate: () => duplicateSelection(store),
      goUp: () => go("up"),
      goDown: () => go("down"),
      goLeft: () => go("left"),
      goRight: () => go("right"),
      goStart: () => {
        const first = present(store.getState().history).nodes[0];
        if (first) goTo(store, first.id);
      },
      nudgeUp: () => nudgeSelection(store, "up"),
      nudgeDown: () => nudgeSelection(store, "down"),
      nudgeLeft: () => nudgeSelection(store, "left"),
      nudgeRight: () => nudgeSelection(store, "right"),
      selectAll: () => selectAll(store),
      selectNone: () => store.getState().select([]),
      group: () => {
        const id = groupSelection(store, words.group.fresh);
        if (id !== null) ui.setState({ renaming: `group:${id}` });
      },
      ungroup: () => ungroupSelection(store),
      align: (side) => alignSelection(store, side, sizesDrawn(flow)),
      spread: (axis) => spreadSelection(store, axis, sizesDrawn(flow)),
      tidy: () => {
        const ids = selectedSteps(store);
        if (ids.length > 1) void laidOut(tidy(store, flow, ids));
        else void laidOut(tidy(store, flow), fit);
      },
      turn: () => {
        const down = present(store.getState().history).canvas?.direction !== "right";
        void laidOut(turn(store, flow, down ? "right" : "down"), fit);
      },
      addNote: () => placeNote(store, middle(), (key) => ui.setState({ renaming: key })),
      undo: () => store.getState().undo(),
      redo: () => store.getState().redo(),
      fit,
      zoomIn: () => void flow.zoomIn({ duration: glide() }),
      zoomOut: () => void flow.zoomOut({ duration: glide() }),
      zoomReset: () => void flow.zoomTo(1, { duration: glide() }),
      help: () => ui.setState({ cheatSheet: true }),
    };
  }, [store, ui, flow, words, onOpenStep]);
}

function onlyStep(store: FlowStore): string | undefined {
  return idsOf("step", store.getState().selection)[0];
}

function goTo(store: FlowStore, id: string): void {
  store.getState().focusNode(id);
  focusCard(id);
}

/** After the selected step where it has a way on that is free, else in the middle of what is seen. */
function targetOf(store: FlowStore, middle: { x: number; y: number }): PaletteTarget {
  const id = onlyStep(store);
  const port = id === undefined ? null : freePort(store, id);
  if (id !== undefined && port !== null) return { kind: "port", nodeId: id, port };
  return { kind: "place", x: middle.x, y: middle.y };
}

function placeNote(store: FlowStore, at: { x: number; y: number }, write: (key: string) => void): void {
  const position = freePlace(store, { x: Math.round(at.x), y: Math.round(at.y) });
  const added = addNote(present(store.getState().history), { position });
  store.getState().change(
    stepLabel((did) => did.note),
    () => added.flow,
  );
  store.getState().select([noteKey(added.id)]);
  write(noteKey(added.id));
}

/** The nearest place beside what is there: a note under a step is not read. */
function freePlace(store: FlowStore, at: { x: number; y: number }): { x: number; y: number } {
  const { nodes, canvas } = present(store.getState().history);
  const steps = nodes.map(({ position }) => position);
  const notes = (canvas?.notes ?? []).map(({ position }) => position);
  const isFree = ({ x, y }: { x: number; y: number }) =>
    !steps.some((step) => x > step.x - 240 && x < step.x + 280 && y > step.y - 135 && y < step.y + 115) &&
    !notes.some((note) => Math.abs(x - note.x) < 240 && Math.abs(y - note.y) < 140);
  return PLACES_AROUND.map(({ x, y }) => ({ x: at.x + x, y: at.y + y })).find(isFree) ?? at;
}

/** Offsets from the middle outwards. */
const PLACES_AROUND = Array.from({ length: 31 * 21 }, (_, index) => ({
  x: ((index % 31) - 15) * 40,
  y: (Math.floor(index / 31) - 10) * 40,
})).toSorted((a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y));

function middleOfCanvas(): { x: number; y: number } {
  const box = document.querySelector(".canvas-region")?.getBoundingClientRect();
  return box
    ? { x: box.left + box.width / 2 - 130, y: box.top + box.height / 3 }
    : { x: innerWidth / 2, y: innerHeight / 2 };
}
