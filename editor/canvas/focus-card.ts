/** Frames to wait for a card that only comes to be drawn once it is in view. */
const PATIENCE = 30;

/** Gives a step the keyboard, as soon as it is drawn. */
export function focusCard(nodeId: string, frames = PATIENCE): void {
  const card = document.querySelector<HTMLElement>(`[data-card="${CSS.escape(nodeId)}"]`);
  if (card) card.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusCard(nodeId, frames - 1));
}
