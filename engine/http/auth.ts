import { Type } from "typebox";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { HttpAnswer } from "../plugin-api.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { endSession, startSession, switchSession, userOfEmail } from "../store/people.ts";
import type { Caller } from "./authenticate.ts";
import { isOwnOrigin } from "./own-origin.ts";
import { isPassword } from "./passwords.ts";
import { json } from "./reply.ts";
import { type Route, route, type SignInRequest, signInRoute } from "./route.ts";
import { ANY_PERSON } from "./scopes.ts";
import { endedCookie, hashToken, newToken, sessionCookie } from "./session-cookie.ts";
import type { FindPerson, Person } from "./session-person.ts";
import { admitAttempt } from "./sign-in-limits.ts";
import { SignedInSchema, signedIn } from "./signed-in.ts";

const tag = "Signing in";
const strict = { additionalProperties: false } as const;
const SIGNED_IN = {
  description: "Who you are now; the cookie `centralita_session` is the session.",
  schema: SignedInSchema,
};

const LoginBody = Type.Object(
  {
    email: Type.String({ minLength: 3, maxLength: 254 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
  },
  strict,
);

export interface AuthTools {
  readonly runtime: Runtime;
  readonly findPerson: FindPerson;
  /** Whether the person whose password everybody knows is let in. */
  readonly demoSignIn: boolean;
}

/** Signing in, out, and over to another tenant. */
export function authRoutes(tools: AuthTools): readonly Route[] {
  return [loginRoute(tools), logoutRoute(tools), tenantRoute(tools)];
}

function loginRoute(tools: AuthTools): Route {
  return signInRoute({
    id: "login",
    method: "post",
    path: "/api/v1/auth/login",
    tag,
    summary: "Sign in with e-mail and password",
    public: "who signs in is not known before",
    body: LoginBody,
    responses: { 200: SIGNED_IN },
    errors: ["UNAUTHENTICATED", "CSRF_REFUSED", "RATE_LIMITED", "INPUT_INVALID"],
    async handler(request) {
      refuseForeignPage(request, tools.runtime.settings.publicUrl);
      const userId = await provenUser(tools, request);
      const token = newToken();
      const tenant = await startSession(tools.runtime.db, {
        id: newId("session"),
        hash: hashToken(token),
        user: userId,
        userAgent: request.headers["user-agent"]?.slice(0, 300) ?? null,
        ip: request.ip || null,
      });
      if (tenant === null) throw wrong();
      return answerWith(tools, token);
    },
  });
}

/** Else another site could sign somebody in as somebody else. A program that is no browser says nothing of where it is from. */
function refuseForeignPage({ headers }: Pick<SignInRequest<unknown>, "headers">, publicUrl: string): void {
  if (isOwnOrigin(headers, publicUrl) !== false) return;
  throw new AppError("CSRF_REFUSED", "Signing in must come from a page of ours.");
}

/** @throws AppError UNAUTHENTICATED in the same words, after the same time, whatever was wrong */
async function provenUser(
  { runtime, demoSignIn }: AuthTools,
  { body, ip }: SignInRequest<{ readonly email: string; readonly password: string }>,
): Promise<string> {
  const email = body.email.trim().toLowerCase();
  const attempt = await admitAttempt(runtime.db, email, ip);
  const user = await userOfEmail(runtime.db, email);
  const mayEnter = user !== null && (demoSignIn || !user.demo);
  const isRight = await isPassword(body.password, mayEnter ? user.passwordHash : null);
  if (!mayEnter || !isRight) throw wrong();
  await attempt.forgive();
  return user.id;
}

function wrong(): AppError {
  return new AppError("UNAUTHENTICATED", "The e-mail or the password is wrong.");
}

function logoutRoute({ runtime }: AuthTools): Route {
  return route({
    id: "logout",
    method: "post",
    path: "/api/v1/auth/logout",
    tag,
    summary: "End this session",
    scope: ANY_PERSON,
    responses: { 204: { description: "It has ended." } },
    async handler({ caller }) {
      const { user, sessionId } = personOf(caller);
      await endSession(runtime.db, user.id, sessionId);
      return { status: 204, headers: { "set-cookie": endedCookie(runtime.settings.publicUrl) }, body: "" };
    },
  });
}

function tenantRoute(tools: AuthTools): Route {
  const { db } = tools.runtime;
  return route({
    id: "switchTenant",
    method: "post",
    path: "/api/v1/auth/tenant",
    tag,
    summary: "Go on at another tenant one works for",
    scope: ANY_PERSON,
    body: Type.Object({ tenantId: Type.String({ minLength: 1, maxLength: 100 }) }, strict),
    responses: { 200: SIGNED_IN },
    errors: ["NOT_FOUND", "INPUT_INVALID"],
    async handler({ caller, body }) {
      const { user, sessionId } = personOf(caller);
      // A new token: the old one stands for what one may do elsewhere.
      const token = newToken();
      const change = { user: user.id, session: sessionId, tenant: body.tenantId };
      const done = await switchSession(db, { ...change, id: newId("session"), hash: hashToken(token) });
      if (!done) throw new AppError("NOT_FOUND", "You work for no tenant of this id.");
      return answerWith(tools, token);
    },
  });
}

/** What the session of this token is, read like any later request reads it. */
async function answerWith({ runtime, findPerson }: AuthTools, token: string): Promise<HttpAnswer> {
  const cookie = sessionCookie(token, runtime.settings.publicUrl);
  const person = await findPerson({ method: "GET", headers: { cookie } });
  if (!person) throw wrong();
  const headers = { "set-cookie": cookie, "cache-control": "no-store" };
  return json(200, await signedIn(runtime, person), headers);
}

/** Who an ANY_PERSON route was opened for. */
export function personOf({ person }: Caller): Person {
  if (person) return person;
  throw new TypeError("a route for people was opened for a key");
}
