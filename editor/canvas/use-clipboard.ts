import { notifications } from "@mantine/notifications";
import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { type FlowStore, useFlowStore } from "../flow/flow-store.ts";
import { copy, paste, readClipboard } from "../model/clipboard.ts";
import { present } from "../model/history.ts";
import { inLocale } from "../model/words.ts";
import { useLocale, useWords } from "../words/words.ts";
import { idsOf } from "./canvas-ids.ts";
import { useCanvasUiStore } from "./canvas-ui.ts";
import { focusCard } from "./focus-card.ts";
import { hearsKeys } from "./hears-keys.ts";
import { removeSelection, selectedSteps } from "./selection-edits.ts";
import { stepLabel } from "./step-label.ts";
import { canvasWords } from "./words.ts";

type Point = { x: number; y: number };

/** Copy, cut and paste as the system's own clipboard has them: across flows, tabs and windows, without asking for anything. */
export function useClipboard(): void {
  const store = useFlowStore();
  const ui = useCanvasUiStore();
  const flow = useReactFlow();
  const locale = useLocale();
  const words = useWords(canvasWords);
  useEffect(() => {
    let pointer: Point | null = null;
    const onMove = (event: PointerEvent) => {
      const over = event.target instanceof Element && event.target.closest(".react-flow") !== null;
      pointer = over ? { x: event.clientX, y: event.clientY } : null;
    };
    const onCopy = (event: ClipboardEvent) => {
      if (!hearsKeys(event.target) || window.getSelection()?.toString()) return;
      const copied = copySelection(store, event);
      if (copied > 0) ui.setState({ said: words.said.copied(copied) });
    };
    const onCut = (event: ClipboardEvent) => {
      if (!hearsKeys(event.target) || store.getState().locked !== null) return;
      if (copySelection(store, event) > 0) removeSelection(store, true);
    };
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (!hearsKeys(event.target) || store.getState().locked !== null || text === "") return;
      event.preventDefault();
      const clip = readClipboard(text);
      if ("problem" in clip) {
        notifications.show({ color: "yellow", message: inLocale(clip.problem, locale) });
        return;
      }
      const at = flow.screenToFlowPosition(pointer ?? middle());
      pasteAt(store, clip, { x: Math.round(at.x), y: Math.round(at.y) });
    };
    document.addEventListener("pointermove", onMove, { passive: true });
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCut);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("pointermove", onMove);
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCut);
      document.removeEventListener("paste", onPaste);
    };
  }, [store, ui, flow, locale, words]);
}

function copySelection(store: FlowStore, event: ClipboardEvent): number {
  const ids = selectedSteps(store);
  if (ids.length === 0) return 0;
  const { history, selection } = store.getState();
  event.clipboardData?.setData("text/plain", copy(present(history), ids, idsOf("note", selection)));
  event.preventDefault();
  return ids.length;
}

function pasteAt(store: FlowStore, clip: Parameters<typeof paste>[1], at: Point): void {
  const { history, catalogue, change, select } = store.getState();
  const pasted = paste(present(history), clip, free(store, at), catalogue);
  change(
    stepLabel((did) => did.paste(pasted.ids.length)),
    () => pasted.flow,
  );
  select(pasted.ids);
  if (pasted.ids[0] !== undefined) focusCard(pasted.ids[0]);
}

/** Pasting twice without moving the mouse must not hide the first copy under the second. */
function free(store: FlowStore, at: Point): Point {
  const { nodes } = present(store.getState().history);
  const place = { ...at };
  while (
    nodes.some(({ position }) => Math.abs(position.x - place.x) < 8 && Math.abs(position.y - place.y) < 8)
  ) {
    place.x += 40;
    place.y += 40;
  }
  return place;
}

function middle(): Point {
  const box = document.querySelector(".canvas-region")?.getBoundingClientRect();
  return { x: (box?.left ?? 0) + (box?.width ?? 0) / 3, y: (box?.top ?? 0) + (box?.height ?? 0) / 3 };
}
