/** How long the view takes to get somewhere, in ms: no time at all for whoever asked for stillness. */
export function glide(ms = 150): number {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : ms;
}
