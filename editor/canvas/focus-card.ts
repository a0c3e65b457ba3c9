/** Frames to wait for a card that only comes to be drawn once it is in view. */
const PATIENCE = 40;

/**
 * Gives a step the keyboard as soon as it can take it: while a new card is being measured it is hidden, and refuses. Whoever
 * has begun to write somewhere else in the meantime keeps it.
 */
export function focusCard(key: string, frames = PATIENCE, from = document.activeElement): void {
  const { activeElement } = document;
  if (activeElement !== from && activeElement?.matches("input, textarea, [contenteditable=true]")) return;
  const card = document.querySelector<HTMLElement>(`[data-card="${CSS.escape(key)}"]`);
  card?.focus({ preventScroll: true });
  if (card && document.activeElement === card) return;
  if (frames > 0) requestAnimationFrame(() => focusCard(key, frames - 1, from));
}
