import { SHORTCUTS, type ShortcutId } from "./shortcuts.ts";
import type { CanvasWords } from "./words.ts";

/** The keys of one chord as they are printed on a keyboard: `mod+shift+z` → Ctrl, Mayús, Z. */
export function keyNames(chord: string, { keys: { named } }: CanvasWords): string[] {
  const parts = chord === "+" ? ["+"] : chord.split("+");
  return parts.map((part) => {
    if (part === "mod" && isMac()) return "⌘";
    return isNamed(part, named) ? named[part] : part.toUpperCase();
  });
}

/** The first chord of a shortcut, for a tooltip. */
export function keysOf(id: ShortcutId, words: CanvasWords): string {
  const chord = SHORTCUTS.find((shortcut) => shortcut.id === id)?.keys[0];
  return chord === undefined ? "" : keyNames(chord, words).join(" ");
}

function isNamed(part: string, named: CanvasWords["keys"]["named"]): part is keyof typeof named {
  return Object.hasOwn(named, part);
}

function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
