import { AppError, type JsonObject } from "../../../engine/plugin-api.ts";

/** What a message is made of, ready for Meta but for the recipient. */
export interface Composed {
  /** `type` and the part of that name. */
  readonly body: JsonObject;
  /** What the record keeps. */
  readonly text: string;
}

/** Where Meta names no limit; what is too long for it, it will say. */
export const NOT_STATED = 1000;

/** @throws AppError PARAMS_INVALID naming the field, what it is and what is expected */
export function refuse(field: string, is: string, expected: string): never {
  throw new AppError("PARAMS_INVALID", `${field} is ${is}; expected ${expected}`, { field });
}

/** A text that must be there. Length in UTF-16 units, as Meta counts. */
export function needed(field: string, value: string | undefined, most: number): string {
  if (value === undefined || value.trim() === "") return refuse(field, "empty", "a text");
  return fitting(field, value, most);
}

/** A text no longer than Meta takes. */
export function fitting(field: string, value: string, most: number): string {
  if (value.length <= most) return value;
  return refuse(field, `${value.length} characters long`, `at most ${most}`);
}

/** A list of at least `least` and at most `most` entries. */
export function counted<T>(
  field: string,
  list: readonly T[] | undefined,
  [least, most]: readonly [number, number],
): readonly T[] {
  const given = list ?? [];
  if (given.length >= least && given.length <= most) return given;
  return refuse(field, `a list of ${given.length}`, `${least} to ${most} entries`);
}

/** Values of which none comes twice. */
export function unique(field: string, values: readonly string[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) refuse(field, `given twice: "${twice}"`, "each only once");
}

/** A web address. */
export function webAddress(field: string, value: string | undefined): string {
  const given = needed(field, value, 2000);
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return given;
  return refuse(field, `"${given}"`, "an address that begins with https:// or http://");
}

/** Only what is there. */
export function given(fields: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter((pair): pair is [string, JsonObject[string]] => pair[1] !== undefined),
  );
}
