import { AppError } from "../errors.ts";

const EXACT = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;

/** A cursor that begins with a moment, as it is. @throws AppError INPUT_INVALID where there is no such moment */
export function momentCursor(cursor: string | null): string | null {
  const [at = ""] = cursor?.split("|", 1) ?? [];
  if (cursor === null || (EXACT.test(at) && isOfCalendar(at))) return cursor;
  throw new AppError("INPUT_INVALID", `cursor is ${cursor}; expected the nextCursor of the page before.`);
}

function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** Days that no month has roll over into the next. */
function isOfCalendar(at: string): boolean {
  const date = new Date(at);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === at.slice(0, 19);
}

/** The pattern lets days through that no month has. @throws AppError INPUT_INVALID */
export function momentOf(name: string, text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()) || !isDay(text.slice(0, 10)))
    throw new AppError("INPUT_INVALID", `${name} is ${text}; expected a moment that exists, in ISO 8601.`);
  return at.toISOString();
}
