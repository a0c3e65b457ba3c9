import { isRecord } from "../../engine/core/plain-data.ts";
import type { Segments } from "./at-path.ts";

/** One place at which two values differ; absent sides are undefined. */
export interface Change {
  readonly path: Segments;
  readonly before: unknown;
  readonly after: unknown;
}

/** Where two values differ, as deep as both are of the same kind; lists of different length differ as a whole. */
export function changedPaths(before: unknown, after: unknown, path: Segments = []): Change[] {
  if (Object.is(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => changedPaths(before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item: unknown, index) => changedPaths(item, after[index], [...path, index]));
  }
  return sameJson(before, after) ? [] : [{ path, before, after }];
}

export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
