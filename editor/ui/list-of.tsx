import { Button, Center } from "@mantine/core";
import type { ReactNode } from "react";
import type { Pages } from "../api/pages.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { ErrorState, LoadingRows } from "./states.tsx";

/** A list in whichever state it is: on its way, refused, empty, or there, with more to load. */
export function ListOf<T>(props: {
  readonly pages: Pages<T>;
  readonly empty: ReactNode;
  /** Height of a row, so that nothing moves when the rows come. */
  readonly rowHeight?: number;
  readonly children: (items: readonly T[]) => ReactNode;
}) {
  const words = useWords(everydayWords);
  const { items, error, hasMore, isLoadingMore, more, retry } = props.pages;
  if (items === undefined) {
    if (error) return <ErrorState error={error} onRetry={retry} />;
    return <LoadingRows rows={6} {...(props.rowHeight ? { height: props.rowHeight } : {})} />;
  }
  return (
    <>
      {error && <ErrorState error={error} onRetry={retry} />}
      {items.length === 0 ? props.empty : props.children(items)}
      {hasMore && (
        <Center py="md">
          <Button variant="default" loading={isLoadingMore} onClick={more}>
            {words.more}
          </Button>
        </Center>
      )}
    </>
  );
}
