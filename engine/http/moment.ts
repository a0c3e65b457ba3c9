import { AppError } from "../errors.ts";

/** The pattern lets days through that no month has. @throws AppError INPUT_INVALID */
export function momentOf(name: string, text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new AppError("INPUT_INVALID", `${name} is ${text}; expected a moment that exists, in ISO 8601.`);
  return at.toISOString();
}
