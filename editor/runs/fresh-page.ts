interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/**
 * Pages with the first one read anew. Newest first: what the fresh page should have and has not no longer fits the question;
 * what is older than its last stays as it was read.
 */
export function withFreshFirst<T extends { readonly id: string }>(
  pages: readonly Page<T>[],
  fresh: Page<T>,
): Page<T>[] {
  const oldest = fresh.items.at(-1);
  if (pages.length <= 1 || fresh.nextCursor === null || !oldest) return [fresh];
  // More came than a page holds: what lies between is loaded again on demand.
  const newest = pages[0]?.items[0];
  if (newest && newest.id < oldest.id) return [fresh];
  const older = pages.map((page) => ({ ...page, items: page.items.filter(({ id }) => id < oldest.id) }));
  const [first, ...rest] = older;
  if (!first) return [fresh];
  // Its cursor stays: the pages after it were read from there.
  return [{ items: [...fresh.items, ...first.items], nextCursor: first.nextCursor }, ...rest];
}
