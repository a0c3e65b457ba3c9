/** Frames to wait: the panel is loaded after the canvas and drawn after the step was selected. */
const PATIENCE = 60;

/** Gives the keyboard to the first field of the step that is open. */
export function focusPanel(frames = PATIENCE): void {
  const fields = document.querySelectorAll<HTMLElement>(
    ".panel [role=tabpanel] :is(input, textarea, select, button, [contenteditable=true])",
  );
  const first = [...fields].find((field) => field.checkVisibility());
  first?.focus();
  if (first === undefined && frames > 0) requestAnimationFrame(() => focusPanel(frames - 1));
}
