import { useEffect } from "react";
import { useFlowStore } from "../flow/flow-store.ts";
import { hearsKeys, hearsUndo } from "./hears-keys.ts";
import { type Shortcut, type ShortcutId, shortcutOf } from "./shortcuts.ts";
import type { CanvasActions } from "./use-canvas-actions.ts";

/** Allowed while the flow cannot be changed: they only look. */
const LOOKING: ReadonlySet<ShortcutId> = new Set([
  "openStep",
  "goUp",
  "goDown",
  "goLeft",
  "goRight",
  "goStart",
  "selectAll",
  "selectNone",
  "fit",
  "zoomIn",
  "zoomOut",
  "zoomReset",
  "help",
]);

/** Hears the keys of `shortcuts.ts` and does what they say. */
export function useShortcuts(actions: CanvasActions): void {
  const store = useFlowStore();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const shortcut = shortcutOf(event);
      if (!shortcut || !isHeard(shortcut, event)) return;
      if (store.getState().locked !== null && !LOOKING.has(shortcut.id)) return;
      const action = actionOf(actions, shortcut.id);
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [store, actions]);
}

function isHeard({ group, id }: Shortcut, event: KeyboardEvent): boolean {
  if (group === "history") return hearsUndo(event.target);
  if (!hearsKeys(event.target)) return false;
  // A button that has the focus is pressed by Enter; only a card is opened by it.
  return (
    id !== "openStep" || !(event.target instanceof Element) || event.target.closest("button, a") === null
  );
}

function actionOf(actions: CanvasActions, id: ShortcutId): (() => void) | undefined {
  return id === "copy" || id === "cut" || id === "paste" ? undefined : actions[id];
}
