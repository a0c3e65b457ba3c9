/** More changes than this are no slip of the finger. */
const MAX_CHANGES = 3;

/** The candidate a person most likely meant, or undefined when none is close. The first of equally close ones. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let limit = Math.min(MAX_CHANGES, Math.max(1, Math.floor(word.length / 2)));
  for (const candidate of candidates) {
    const changes = changesBetween(word, candidate, limit);
    if (changes > limit) continue;
    best = candidate;
    limit = changes - 1;
  }
  return best;
}

/**
 * `nearest` over fixed candidates, for the first so many different words asked; after that nothing is suggested. A document
 * with thousands of wrong names is not full of slips, and looking each up would take minutes.
 */
export function suggester(
  candidates: readonly string[],
  maxWords = 50,
): (word: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return function suggest(word) {
    if (!known.has(word) && known.size < maxWords) known.set(word, nearest(word, candidates));
    return known.get(word);
  };
}

/**
 * Letters to add, drop or change to turn one word into the other (Levenshtein), or more than `limit` when it takes more.
 * Only the band of `limit` around the diagonal is filled in, so a long list of long names costs little.
 */
function changesBetween(a: string, b: string, limit: number): number {
  const tooMany = limit + 1;
  if (Math.abs(a.length - b.length) > limit) return tooMany;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = new Array<number>(b.length + 1).fill(tooMany);
    if (i <= limit) next[0] = i;
    for (let j = Math.max(1, i - limit); j <= Math.min(b.length, i + limit); j++) {
      const change = (row[j - 1] ?? tooMany) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(change, (row[j] ?? tooMany) + 1, (next[j - 1] ?? tooMany) + 1);
    }
    if (Math.min(...next) > limit) return tooMany;
    row = next;
  }
  return row[b.length] ?? tooMany;
}
