import { type UseQueryResult, useQueryClient } from "@tanstack/react-query";
import type { ApiFailure } from "../api/client.ts";
import { useLive } from "../api/live.ts";
import { keyOf, useRead } from "../api/queries.ts";
import { isOver, type RunRecord } from "./run-record.ts";

const POLL_MS = 5000;
/** Receipts of what it sent may still come. */
const POLL_OVER_MS = 60_000;

/** A run as it is now: read again when the server says so, and every few seconds where nobody does. */
export function useRunRecord(id: string): UseQueryResult<RunRecord, ApiFailure> {
  const client = useQueryClient();
  const input = { path: { id } };
  const known = client.getQueryData<RunRecord>(keyOf("readRun", input));
  const query = useRead("readRun", input, {
    refetchInterval: known && isOver(known) ? POLL_OVER_MS : POLL_MS,
  });
  useLive(`run:${id}`, ({ kind }) => {
    if (kind === "changed" || kind === "subscribed") void query.refetch();
  });
  return query;
}
