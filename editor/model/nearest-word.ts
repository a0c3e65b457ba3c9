import { nearest } from "../../engine/core/nearest.ts";
import { folded } from "./folded.ts";

/** What a person most likely meant, whatever case and accents; undefined when nothing is close. */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  const byFolded = new Map(candidates.map((candidate) => [folded(candidate), candidate]));
  const found = nearest(folded(word), byFolded.keys());
  return found === undefined ? undefined : byFolded.get(found);
}
