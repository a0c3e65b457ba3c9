import type { CanvasWords } from "./words.ts";

export type ShortcutId = keyof CanvasWords["keys"]["does"];
export type ShortcutGroup = keyof CanvasWords["keys"]["groups"];

/** One thing the keyboard can do on the canvas. The handler and the cheat sheet both read this list, and nothing else. */
export interface Shortcut {
  readonly id: ShortcutId;
  readonly group: ShortcutGroup;
  /** `mod` is Ctrl, ⌘ on a Mac. Signs such as `?` and `+` stand for themselves, whatever keys a keyboard has them on. */
  readonly keys: readonly string[];
  /** The browser tells of it by an event of its own, which also brings the clipboard: the key is only listed. */
  readonly byEvent?: true;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { id: "openPalette", group: "build", keys: ["/"] },
  { id: "addAfter", group: "build", keys: ["+"] },
  { id: "openStep", group: "build", keys: ["enter"] },
  { id: "rename", group: "build", keys: ["f2"] },
  { id: "remove", group: "build", keys: ["delete", "backspace"] },
  { id: "copy", group: "build", keys: ["mod+c"], byEvent: true },
  { id: "cut", group: "build", keys: ["mod+x"], byEvent: true },
  { id: "paste", group: "build", keys: ["mod+v"], byEvent: true },
  { id: "duplicate", group: "build", keys: ["mod+d"] },
  { id: "goUp", group: "move", keys: ["arrowup"] },
  { id: "goDown", group: "move", keys: ["arrowdown"] },
  { id: "goLeft", group: "move", keys: ["arrowleft"] },
  { id: "goRight", group: "move", keys: ["arrowright"] },
  { id: "goStart", group: "move", keys: ["home"] },
  { id: "selectAll", group: "move", keys: ["mod+a"] },
  { id: "selectNone", group: "move", keys: ["escape"] },
  { id: "nudgeUp", group: "arrange", keys: ["alt+arrowup"] },
  { id: "nudgeDown", group: "arrange", keys: ["alt+arrowdown"] },
  { id: "nudgeLeft", group: "arrange", keys: ["alt+arrowleft"] },
  { id: "nudgeRight", group: "arrange", keys: ["alt+arrowright"] },
  { id: "group", group: "arrange", keys: ["mod+g"] },
  { id: "ungroup", group: "arrange", keys: ["mod+shift+g"] },
  { id: "tidy", group: "arrange", keys: ["shift+t"] },
  { id: "undo", group: "history", keys: ["mod+z"] },
  { id: "redo", group: "history", keys: ["mod+shift+z", "mod+y"] },
  { id: "fit", group: "view", keys: ["shift+1"] },
  // Not Ctrl and plus: whoever needs larger letters has the browser's own zoom there.
  { id: "zoomIn", group: "view", keys: ["pageup"] },
  { id: "zoomOut", group: "view", keys: ["pagedown"] },
  { id: "zoomReset", group: "view", keys: ["shift+0"] },
  { id: "help", group: "view", keys: ["?"] },
];

type Pressed = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

export function shortcutOf(pressed: Pressed): Shortcut | undefined {
  return SHORTCUTS.find(({ keys, byEvent }) => !byEvent && keys.some((chord) => fits(chord, pressed)));
}

function fits(chord: string, pressed: Pressed): boolean {
  const parts = chord === "+" ? ["+"] : chord.split("+").map((part) => (part === "" ? "+" : part));
  const key = parts.at(-1) ?? "";
  const sign = /^[^\p{L}\p{N}]$/u.test(key);
  const wanted = new Set(parts.slice(0, -1));
  if (wanted.has("mod") !== (pressed.ctrlKey || pressed.metaKey)) return false;
  if (wanted.has("alt") !== pressed.altKey) return false;
  // A sign may need Shift on one keyboard and not on the other.
  if (!sign && wanted.has("shift") !== pressed.shiftKey) return false;
  return pressed.key.toLowerCase() === key || (/^[0-9]$/.test(key) && pressed.code === `Digit${key}`);
}
