import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "../errors.ts";
import type { Keys } from "../runtime/sealing.ts";
import type { Database } from "../store/database.ts";
import { findSession, type SessionRow } from "../store/people.ts";
import { isOwnOrigin } from "./own-origin.ts";
import { scopesOf } from "./roles.ts";
import { hashToken, tokenIn } from "./session-cookie.ts";

/** What of a request says who sent it; an upgrade to a socket says it in the same headers. */
export interface Credentials {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Somebody who has signed in. */
export interface Person {
  readonly sessionId: string;
  readonly user: SessionRow["user"];
  readonly tenantId: string;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string;
}

/** Null: there is no session. @throws AppError CSRF_REFUSED */
export type FindPerson = (request: Credentials) => Promise<Person | null>;

export interface SessionTools {
  readonly db: Database;
  readonly keys: Keys;
  readonly publicUrl: string;
  /** Whether the person whose password everybody knows is let in. */
  readonly demoSignIn: boolean;
}

const READS = new Set(["GET", "HEAD"]);
const CSRF = "csrf";

/** Not cached: a session that was ended is over at once, in every process. */
export function createFindPerson({ db, keys, publicUrl, demoSignIn }: SessionTools): FindPerson {
  return async (request) => {
    const token = tokenIn(request.headers.cookie);
    const session = token === null ? null : await findSession(db, hashToken(token));
    if (!session || (session.demo && !demoSignIn)) return null;
    refuseForeign(request, publicUrl);
    if (!READS.has(request.method ?? "")) refuseForged(keys, session.id, request.headers["x-csrf-token"]);
    const { id, user, tenantId, role, expiresAt } = session;
    return { sessionId: id, user, tenantId, role, scopes: scopesOf(role), expiresAt };
  };
}

/** What proves that a script of ours sent a request: no other site can read it. Signed, so there is nothing to store. */
export function csrfTokenOf(keys: Keys, sessionId: string): string {
  return keys.sign(CSRF, sessionId);
}

/** No other site can read an answer, so only what changes something asks; and a socket, which any site may open and read. */
function refuseForeign({ method = "", headers }: Credentials, publicUrl: string): void {
  if (READS.has(method) && headers.upgrade === undefined) return;
  if (isOwnOrigin(headers, publicUrl)) return;
  throw new AppError(
    "CSRF_REFUSED",
    `With a session, a change must come from a page of ours: Sec-Fetch-Site same-origin, or Origin ${new URL(publicUrl).origin}.`,
  );
}

function refuseForged(keys: Keys, sessionId: string, given: string | string[] | undefined): void {
  if (typeof given === "string" && keys.verify(CSRF, sessionId, given)) return;
  throw new AppError(
    "CSRF_REFUSED",
    "With a session, a change needs the header X-CSRF-Token; sign-in and GET /api/v1/me say its value.",
  );
}
