import { AppError } from "../errors.ts";
import { type BearerTools, createFindSystem } from "./bearer.ts";
import { type Access, ANY_KEY, ANY_PERSON } from "./scopes.ts";
import type { Credentials, FindPerson, Person } from "./session-person.ts";

/** Who sent a request, and with it whose data it is about. */
export interface Caller {
  /** The id of the key or of the user, as the record of who did what has it. */
  readonly by: string;
  readonly tenantId: string;
  readonly scopes: readonly string[];
  /** Null: a system, with a key or a token. */
  readonly person: Person | null;
  /** It came with a token, which makes no others. */
  readonly token?: true;
}

/** @throws AppError UNAUTHENTICATED, CSRF_REFUSED */
export type Authenticate = (request: Credentials) => Promise<Caller>;

/** A key counts before a session: whoever sends both means the key. */
export function createAuthenticate(tools: BearerTools, findPerson: FindPerson): Authenticate {
  const findSystem = createFindSystem(tools);
  return async function authenticate(request) {
    const { authorization } = request.headers;
    if (authorization !== undefined) return { ...(await findSystem(authorization)), person: null };
    const person = await findPerson(request);
    if (!person) throw new AppError("UNAUTHENTICATED", NOBODY);
    const { user, tenantId, scopes } = person;
    return { by: user.id, tenantId, scopes, person };
  };
}

const NOBODY =
  "Sign in (the session has ended, or there was none), or send an API key in the header: Authorization: Bearer <key>.";

/** @throws AppError SCOPE_MISSING naming the scope */
export function requireScope(caller: Caller, scope: Access): void {
  if (scope === ANY_KEY) return;
  if (scope === ANY_PERSON) {
    if (caller.person) return;
    throw new AppError("SCOPE_MISSING", "This is for people who have signed in; no API key opens it.", {
      scope,
    });
  }
  if (caller.scopes.includes("*") || caller.scopes.includes(scope)) return;
  const who = caller.person ? `Your role, ${caller.person.role},` : "This API key";
  throw new AppError("SCOPE_MISSING", `${who} lacks the scope "${scope}".`, { scope });
}
