import { Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type DeviceRow, endOtherSessions, endSession, sessionsOf } from "../store/people.ts";
import { personOf } from "./auth.ts";
import { At } from "./fields.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { ANY_PERSON } from "./scopes.ts";

const tag = "Signing in";
const PATH = "/api/v1/auth/sessions";
const SessionId = Type.String({ pattern: "^ses_[0-9a-f]{32}$", description: "Id of a session." });

const SessionSchema = Type.Object({
  id: SessionId,
  current: Type.Boolean({ description: "It is the one that asks." }),
  tenantId: Type.String(),
  userAgent: Type.Union([Type.String(), Type.Null()], { description: "As the browser said it." }),
  ip: Type.Union([Type.String(), Type.Null()], { description: "Where it began." }),
  createdAt: At,
  seenAt: At,
  expiresAt: At,
});

/** On which devices somebody is signed in. */
export function sessionRoutes(runtime: Runtime): readonly Route[] {
  return [listRoute(runtime), endOthersRoute(runtime), endRoute(runtime)];
}

function listRoute({ db }: Runtime): Route {
  return route({
    id: "listSessions",
    method: "get",
    path: PATH,
    tag,
    summary: "Where you are signed in, last used first",
    scope: ANY_PERSON,
    responses: {
      200: {
        description: "All that have not ended.",
        schema: Type.Object({ items: Type.Array(SessionSchema) }),
      },
    },
    async handler({ caller }) {
      const { user, sessionId } = personOf(caller);
      const rows = await sessionsOf(db, user.id);
      return json(200, { items: rows.map((row) => sessionView(row, sessionId)) });
    },
  });
}

function sessionView(row: DeviceRow, current: string) {
  return {
    id: row.id,
    current: row.id === current,
    tenantId: row.tenant_id,
    userAgent: row.user_agent,
    ip: row.ip,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
  };
}

function endOthersRoute({ db }: Runtime): Route {
  return route({
    id: "endOtherSessions",
    method: "delete",
    path: PATH,
    tag,
    summary: "Sign out everywhere else",
    scope: ANY_PERSON,
    responses: { 200: { description: "How many ended.", schema: Type.Object({ ended: Type.Integer() }) } },
    async handler({ caller }) {
      const { user, sessionId } = personOf(caller);
      return json(200, { ended: await endOtherSessions(db, user.id, sessionId) });
    },
  });
}

function endRoute({ db }: Runtime): Route {
  return route({
    id: "endSession",
    method: "delete",
    path: `${PATH}/:id`,
    tag,
    summary: "Sign out of one device",
    scope: ANY_PERSON,
    params: Type.Object({ id: SessionId }),
    responses: { 204: { description: "It has ended." } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      if ((await endSession(db, personOf(caller).user.id, params.id)) > 0) return noContent();
      throw new AppError("NOT_FOUND", "You have no session of this id.");
    },
  });
}
