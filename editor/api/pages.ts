import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type Answer, type ApiFailure, call, type Input, type OperationId } from "./client.ts";

/** Operations that answer page by page. */
export type ListId = {
  [K in OperationId]: Answer<K> extends { items: unknown[]; nextCursor: string | null } ? K : never;
}[OperationId];

export type ItemOf<K extends ListId> =
  Answer<K> extends { items: readonly (infer T)[]; nextCursor: string | null } ? T : never;

interface PageAnswer<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A list as far as it was read. */
export interface Pages<T> {
  /** Absent until the first page is there. */
  readonly items: readonly T[] | undefined;
  readonly error: ApiFailure | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  more(): void;
  retry(): void;
}

/** Where a list is kept. */
export function pagesKey<K extends ListId>(id: K, input: Input<K>): unknown[] {
  return [id, "pages", input.path ?? null, input.query ?? null];
}

/** Reads a list through the cache; `more` goes on where it stopped. While something else is searched the old list stays. */
export function usePages<K extends ListId>(id: K, input: Input<K> = {}): Pages<ItemOf<K>> {
  const query = useInfiniteQuery<
    PageAnswer<ItemOf<K>>,
    ApiFailure,
    readonly ItemOf<K>[],
    unknown[],
    string | null
  >({
    queryKey: pagesKey(id, input),
    queryFn: async ({ pageParam, signal }) => {
      const asked = { ...input, signal, query: { ...input.query, cursor: pageParam ?? undefined } };
      // The conditional types above are more than the compiler can follow back.
      return (await call(id, asked as Input<K>)).data as unknown as PageAnswer<ItemOf<K>>;
    },
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    placeholderData: (before) => before,
  });
  return {
    items: query.data,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}

/** Changes an item in every page that shows it, before the server has answered. Gives what puts it back. */
export function useRewriteItems<K extends ListId>(
  id: K,
): (rewrite: (item: ItemOf<K>) => ItemOf<K> | null) => () => void {
  const client = useQueryClient();
  return (rewrite) => {
    const filter = { queryKey: [id, "pages"] };
    const before = client.getQueriesData(filter);
    client.setQueriesData<{ pages: PageAnswer<ItemOf<K>>[]; pageParams: unknown[] }>(filter, (known) =>
      known === undefined
        ? known
        : {
            ...known,
            pages: known.pages.map((page) => ({
              ...page,
              items: page.items.map(rewrite).filter((item) => item !== null),
            })),
          },
    );
    return () => {
      for (const [key, data] of before) client.setQueryData(key, data);
    };
  };
}
