import type { Entry } from "./state.ts";
import { plain } from "./words.ts";

/**
 * The longest beginning of `sent` that says what the person heard. Speech engines report their own spelling, so words are
 * compared plainly; where it is no beginning at all, what was reported is all that is known.
 */
export function heardPart(sent: string, reported: string): string {
  const words = plain(reported).split(" ").filter(Boolean);
  if (words.length === 0) return "";
  const places = [...sent.matchAll(/\S+/g)];
  let matched = 0;
  let end = 0;
  for (const place of places) {
    const spoken = plain(place[0]).split(" ").filter(Boolean);
    if (spoken.length === 0) continue;
    if (spoken.some((word, index) => words[matched + index] !== word)) break;
    matched += spoken.length;
    end = place.index + place[0].length;
    if (matched >= words.length) break;
  }
  return end === 0 ? reported.trim() : sent.slice(0, end);
}

/** History in which the last answer is only what was heard of it; nothing heard, no answer. */
export function cutLastAnswer(history: readonly Entry[], reported: string): readonly Entry[] {
  const last = history.at(-1);
  if (last?.role !== "agent") return history;
  const before = history.slice(0, -1);
  const text = heardPart(last.text, reported);
  return text === "" ? before : [...before, { role: "agent", text, cut: true }];
}

/** Whether the cut took no word of the last answer away. */
export function isHeardOut(before: readonly Entry[], cut: readonly Entry[]): boolean {
  return before.length === cut.length && lettersOf(before.at(-1)) === lettersOf(cut.at(-1));
}

function lettersOf(entry: Entry | undefined): string {
  return (entry?.text ?? "").replaceAll(/[^\p{L}\p{N}]/gu, "");
}
