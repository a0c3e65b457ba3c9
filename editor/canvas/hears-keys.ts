/**
 * Keys are the canvas's while the focus is in it or nowhere. In a field, a menu or a dialog they belong to that; in the panel
 * or the simulator Delete must not take steps away that nobody looks at.
 */
export function hearsKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return true;
  if (isEditable(target)) return false;
  return target === document.body || target.closest(".canvas-region") !== null;
}

/** Undo is the whole page's, except where a field has its own. */
export function hearsUndo(target: EventTarget | null): boolean {
  return !(target instanceof HTMLElement) || !(isEditable(target) || target.closest("[role=dialog]"));
}

function isEditable(element: HTMLElement): boolean {
  return element.isContentEditable || element.closest("input, textarea, select, [role=textbox]") !== null;
}
