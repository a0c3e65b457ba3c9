import { type TSchema, Type } from "typebox";

export interface Page<T> {
  readonly items: readonly T[];
  /** Give it as `cursor` to go on; null on the last page. */
  readonly nextCursor: string | null;
}

/** A page out of one row more than it holds: the extra row only says that there is more. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  cursorOf: (row: R) => string,
  view: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? cursorOf(last) : null;
  return { items: shown.map(view), nextCursor };
}

export function pageSchema<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) });
}
