import type { Json } from "../../../engine/plugin-api.ts";
import type { Problem } from "./error-answer.ts";

/** The first problem found; later checks may rely on the earlier ones. */
export function firstProblem(...checks: readonly (() => Problem | null)[]): Problem | null {
  for (const check of checks) {
    const problem = check();
    if (problem) return problem;
  }
  return null;
}

export function missing(path: string): Problem {
  return { code: 131008, details: `The parameter ${path} is required.` };
}

export function invalid(path: string, why: string): Problem {
  return { code: 131009, details: `Parameter value is not valid: ${path}: ${why}.` };
}

/** Length in UTF-16 units, as Meta counts. */
export function limited(path: string, value: Json | undefined, max: number): Problem | null {
  if (typeof value !== "string" || value.length <= max) return null;
  return { code: 100, details: `Param ${path} must be at most ${max} characters long.` };
}
