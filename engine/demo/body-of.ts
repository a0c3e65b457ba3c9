import { AppError } from "../errors.ts";
import type { Centralita } from "../main.ts";
import type { Static, TSchema } from "../plugin-api.ts";

/** What was given on the command line, as its schema wants it. @throws AppError INPUT_INVALID naming the option */
export function bodyOf<T extends TSchema>(
  app: Centralita,
  schema: T,
  option: string,
  given: unknown,
): Static<T> {
  const violations = app.runtime.validator.violations(schema, given);
  if (violations.length === 0) return given as Static<T>;
  const words = violations.slice(0, 3).map(({ path, message }) => `${path} ${message}`);
  throw new AppError("INPUT_INVALID", `${option} is not what is expected: ${words.join("; ")}.`, {
    option,
    violations,
  });
}
