import type { Flow } from "../../engine/core/flow.ts";
import { useRead } from "../api/queries.ts";

/** A published version never changes: it is read once. Null while it is not there, or where the flow is the system's own. */
export function useFlowDocument(key: string, version: number | null): Flow | null {
  const { data } = useRead(
    "readVersion",
    { path: { key, number: version ?? 0 } },
    { enabled: version !== null && !isOwnFlow(key), staleTime: Number.POSITIVE_INFINITY },
  );
  return data?.document ?? null;
}

/** Flows that nobody drew: the engine runs them for the API. */
export function isOwnFlow(key: string): boolean {
  return key.startsWith("_");
}
