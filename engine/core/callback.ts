import type { RunState } from "./run.ts";

/** The node that waits for a signed address to be called. */
export const CALLBACK_NODE = "core.wait-for-callback";

/**
 * The visit of a node that a callback address made now belongs to: the one the run stands in, else the one to come. So an
 * earlier step can send the address of a wait that is not there yet, and every round of a loop has its own.
 */
export function callbackVisit({ cursor, visits }: RunState, nodeId: string): number {
  return cursor?.nodeId === nodeId ? cursor.visit : (visits[nodeId] ?? 0) + 1;
}
