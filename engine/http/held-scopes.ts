import { AppError } from "../errors.ts";
import { SCOPES } from "./scopes.ts";

/** All there are and will be. */
export const ALL_SCOPES = "*";

interface Holder {
  readonly scopes: readonly string[];
}

export function holds({ scopes }: Holder, scope: string): boolean {
  if (scopes.includes(ALL_SCOPES)) return true;
  return scope === ALL_SCOPES ? SCOPES.every((each) => scopes.includes(each)) : scopes.includes(scope);
}

/** Nobody gives away what they do not have. @throws AppError SCOPE_MISSING */
export function requireHeld(caller: Holder, given: readonly string[]): void {
  const missing = given.find((scope) => !holds(caller, scope));
  if (missing === undefined) return;
  const message = `You lack the scope "${missing}" yourself, so you cannot give it to others.`;
  throw new AppError("SCOPE_MISSING", message, { scope: missing });
}
