/** Frames to wait for a card that only comes to be drawn once it is in view. */
const PATIENCE = 40;

/** The latest wish is the one that counts: an older one that still waits would take the keyboard away again. */
let latest = 0;

/**
 * Gives a step the keyboard as soon as it can take it: while a new card is being measured it is hidden, and refuses. Whoever
 * has begun to write somewhere else in the meantime keeps it.
 */
export function focusCard(key: string, frames = PATIENCE): void {
  latest += 1;
  const [wish, from] = [latest, document.activeElement];
  const attempt = (left: number) => {
    const { activeElement } = document;
    const writes =
      activeElement !== from && activeElement?.matches("input, textarea, [contenteditable=true]");
    if (wish !== latest || writes) return;
    const card = document.querySelector<HTMLElement>(`[data-card="${CSS.escape(key)}"]`);
    card?.focus({ preventScroll: true });
    if (card && document.activeElement === card) return;
    if (left > 0) requestAnimationFrame(() => attempt(left - 1));
  };
  attempt(frames);
}
