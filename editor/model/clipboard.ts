import type { Flow } from "../../engine/core/flow.ts";
import { type Clip, ClipSchema, copyOf } from "./clip.ts";
import { violations } from "./schema-check.ts";
import type { Words } from "./words.ts";

export { paste } from "./paste.ts";
export type { Clip };

/** Pasting more would fill the clipboard of a whole office PC. */
const MAX_LENGTH = 1024 * 1024;

const NOT_OURS: Words = {
  en: "What was copied is not a part of a flow.",
  es: "Lo copiado no es parte de un flujo.",
};
const TOO_LONG: Words = {
  en: "What was copied is larger than 1 MB.",
  es: "Lo copiado ocupa más de 1 MB.",
};
const DAMAGED: Words = {
  en: "What was copied is not whole; copy it again.",
  es: "Lo copiado no está completo; vuelve a copiarlo.",
};

/** The nodes and notes with these ids as text for the clipboard. */
export function copy(flow: Flow, ids: readonly string[], noteIds: readonly string[] = []): string {
  return JSON.stringify(copyOf(flow, ids, noteIds));
}

/** Any text may lie on a clipboard. */
export function readClipboard(text: string): Clip | { readonly problem: Words } {
  if (text.length > MAX_LENGTH) return { problem: TOO_LONG };
  const value = parsed(text);
  if (!isMarked(value)) return { problem: NOT_OURS };
  return violations(ClipSchema, value).length === 0 ? (value as Clip) : { problem: DAMAGED };
}

function isMarked(value: unknown): boolean {
  return typeof value === "object" && value !== null && "centralita" in value && value.centralita === "nodes";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
