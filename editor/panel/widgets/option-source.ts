import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Answer, call, type Input } from "../../api/client.ts";
import { keyOf, useRead } from "../../api/queries.ts";

export type Option = Answer<"listOptions">["items"][number];
export type Source = NonNullable<Input<"listOptions">["path"]>["source"];

const SOURCES: readonly Source[] = [
  "templates",
  "numbers",
  "stores",
  "store-groups",
  "tool-nodes",
  "callable-flows",
];

/** The source of choices that `x-options` names; null for one this API does not have. */
export function sourceOf(name: string | null): Source | null {
  if (name?.startsWith("credentials:")) return name;
  return SOURCES.find((source) => source === name) ?? null;
}

/** What fits the text typed so far; what was found before stays until the new is there. */
export function useOptions(source: Source, typed: string) {
  const [search] = useDebouncedValue(typed.trim(), 200);
  const input: Input<"listOptions"> = { path: { source }, query: { search, limit: 50 } };
  return useQuery({
    queryKey: keyOf("listOptions", input),
    queryFn: async ({ signal }) => (await call("listOptions", { ...input, signal })).data,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

/** The choice a value stands for, so that a person reads its label; kept for a while, as labels rarely change. */
export function useOption(source: Source, value: string) {
  const answer = useRead(
    "listOptions",
    { path: { source }, query: { value } },
    { enabled: value !== "", staleTime: 300_000 },
  );
  return {
    option: answer.data?.items[0] ?? null,
    isGone: answer.data?.items.length === 0,
    failed: answer.isError,
  };
}
