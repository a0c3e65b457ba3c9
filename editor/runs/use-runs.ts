import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";
import { type Answer, call, type Input } from "../api/client.ts";
import { useLive } from "../api/live.ts";
import { type Pages, pagesKey, usePages } from "../api/pages.ts";
import { withFreshFirst } from "./fresh-page.ts";
import type { ListedRun } from "./run-record.ts";

const POLL_MS = 10_000;
/** Many runs may change within a second; the list is read once for all of them. */
const GATHER_MS = 700;

type Known = InfiniteData<Answer<"listRuns">, string | null>;

/** The list of runs, which renews its first page by itself: told by the server, and every few seconds where nobody tells. */
export function useRuns(query: NonNullable<Input<"listRuns">["query"]>): Pages<ListedRun> {
  const client = useQueryClient();
  const pages = usePages("listRuns", { query });
  const refresh = useEffectEvent(async () => {
    const key = pagesKey("listRuns", { query });
    if (document.hidden || client.getQueryData(key) === undefined || client.isFetching({ queryKey: key }) > 0)
      return;
    try {
      const { data: fresh } = await call("listRuns", { query });
      client.setQueryData<Known>(key, (known) => known && renewed(known, fresh));
    } catch {
      // It is read again in a moment; what is on the screen is still worth looking at.
    }
  });
  const pending = useRef<ReturnType<typeof setTimeout> | null>(null);
  useLive("runs", ({ kind }) => {
    if (kind !== "changed" && kind !== "subscribed") return;
    pending.current ??= setTimeout(() => {
      pending.current = null;
      void refresh();
    }, GATHER_MS);
  });
  useEffect(() => {
    const poll = setInterval(() => void refresh(), POLL_MS);
    return () => {
      clearInterval(poll);
      if (pending.current !== null) clearTimeout(pending.current);
      pending.current = null;
    };
  }, []);
  return pages;
}

function renewed({ pages, pageParams }: Known, fresh: Answer<"listRuns">): Known {
  const next = withFreshFirst<ListedRun>(pages, fresh);
  return {
    pages: next.map(({ items, nextCursor }) => ({ items: [...items], nextCursor })),
    pageParams: pageParams.slice(0, next.length),
  };
}
