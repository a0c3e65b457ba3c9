import { fieldOf } from "../../engine/core/plain-data.ts";

export type Segments = readonly (string | number)[];

export function valueAt(value: unknown, path: Segments): unknown {
  return path.reduce<unknown>((part, segment) => fieldOf(part, `${segment}`), value);
}

/** A copy with another value there; undefined takes the place itself away. The very value where the way to it is not there. */
export function withValueAt<T>(value: T, path: Segments, next: unknown): T {
  return replaced(value, path, next) as T;
}

function replaced(value: unknown, path: Segments, next: unknown): unknown {
  const [segment, ...rest] = path;
  if (segment === undefined) return next;
  if (Array.isArray(value)) return replacedItem(value, Number(segment), rest, next);
  if (typeof value !== "object" || value === null) return value;
  const key = `${segment}`;
  const part = replaced(fieldOf(value, key), rest, next);
  if (Object.is(part, fieldOf(value, key))) return value;
  if (part !== undefined) return { ...value, [key]: part };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

function replacedItem(list: readonly unknown[], index: number, rest: Segments, next: unknown): unknown {
  if (!(index >= 0 && index <= list.length)) return list;
  const item = replaced(list[index], rest, next);
  if (item === undefined) return list.toSpliced(index, 1);
  return Object.is(item, list[index]) ? list : list.toSpliced(index, 1, item);
}
