import {
  type QueryKey,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Answer, type ApiFailure, call, type Input, type OperationId, type Reply } from "./client.ts";

/** Where an answer is kept: by operation, then by what was asked. */
export function keyOf<K extends OperationId>(id: K, input: Input<K> = {}): QueryKey {
  return [id, input.path ?? null, input.query ?? null];
}

/** Reads through the cache. `enabled: false` waits. */
export function useRead<K extends OperationId>(
  id: K,
  input: Input<K> = {},
  options: {
    readonly enabled?: boolean;
    readonly refetchInterval?: number;
    readonly staleTime?: number;
  } = {},
): UseQueryResult<Answer<K>, ApiFailure> {
  return useQuery<Answer<K>, ApiFailure>({
    queryKey: keyOf(id, input),
    queryFn: async ({ signal }) => (await call(id, { ...input, signal })).data,
    ...options,
  });
}

/** Changes something, and lets what `stale` names be read again. A refusal is told in passing unless it is `quiet`. */
export function useChange<K extends OperationId>(
  id: K,
  stale: readonly OperationId[] = [],
  options: { readonly quiet?: boolean } = {},
): UseMutationResult<Reply<K>, ApiFailure, Input<K>> {
  const client = useQueryClient();
  return useMutation<Reply<K>, ApiFailure, Input<K>>({
    mutationFn: (input) => call(id, input),
    meta: { quiet: options.quiet === true },
    onSuccess: async () => {
      await Promise.all(stale.map((name) => client.invalidateQueries({ queryKey: [name] })));
    },
  });
}
