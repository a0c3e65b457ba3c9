import { applyPatches, enablePatches, type Patch, produceWithPatches } from "immer";
import type { Flow } from "../../engine/core/flow.ts";

enablePatches();

export type { Patch };

export interface FlowPatches {
  readonly patches: readonly Patch[];
  readonly inverse: readonly Patch[];
}

/**
 * The smallest change from one document to another, however the other was made: edits are written as functions from flow to
 * flow, and a patch that replaced everything would say nothing about what was changed.
 */
export function patchesBetween(before: Flow, after: Flow): FlowPatches {
  const [, patches, inverse] = produceWithPatches(before, (draft) => {
    bringTo(draft as unknown as Plain, before as unknown as Plain, after as unknown as Plain);
  });
  return { patches, inverse };
}

export function patched(flow: Flow, patches: readonly Patch[]): Flow {
  return applyPatches(flow, patches as Patch[]);
}

type Plain = Record<string, unknown>;

function bringTo(draft: Plain, before: Plain, after: Plain): void {
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) delete draft[key];
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    if (Object.is(old, value) && Object.hasOwn(before, key)) continue;
    if (alike(old, value)) bringTo(draft[key] as Plain, old as Plain, value as Plain);
    else draft[key] = value;
  }
}

/** Both objects, or both lists of the same length: worth looking into. */
function alike(old: unknown, value: unknown): boolean {
  if (typeof old !== "object" || typeof value !== "object" || old === null || value === null) return false;
  if (Array.isArray(old) || Array.isArray(value)) {
    return Array.isArray(old) && Array.isArray(value) && old.length === value.length;
  }
  return true;
}
