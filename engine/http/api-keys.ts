import { type Static, Type } from "typebox";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Runtime } from "../runtime/runtime.ts";
import {
  type ApiKeyRow,
  insertApiKey,
  listApiKeys,
  readApiKey,
  revokeApiKey,
  rotateApiKey,
} from "../store/api-keys.ts";
import { insertAudit } from "../store/audit.ts";
import { At, Limit, Moment } from "./fields.ts";
import { ALL_SCOPES, requireHeld } from "./held-scopes.ts";
import { hashApiKey, hintOf, newApiKey } from "./key-secret.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { SCOPES } from "./scopes.ts";

const tag = "API keys";
const strict = { additionalProperties: false } as const;
const PATH = "/api/v1/api-keys";
const HOUR_MS = 60 * 60_000;
const MAX_OVERLAP_HOURS = 7 * 24;
const UNCACHED = { "cache-control": "no-store" };

const KeyId = Type.String({ pattern: "^key_[0-9a-f]{32}$", description: "Id of a key." });
const IdParams = Type.Object({ id: KeyId });
const Maybe = (description: string) => Type.Union([At, Type.Null()], { description });

const CreateBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: "What it is for." }),
    scopes: Type.Array(Type.Enum([...SCOPES, ALL_SCOPES]), {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description: "What it may do; none that you lack yourself. `*`: everything.",
    }),
    expiresAt: Type.Optional(Moment),
  },
  strict,
);

const RotateBody = Type.Object(
  {
    overlapHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_OVERLAP_HOURS,
        default: 24,
        description: "How long the key before stays good, so that systems can change over.",
      }),
    ),
  },
  strict,
);

const keyFields = {
  id: KeyId,
  name: Type.String(),
  hint: Type.Union([Type.String(), Type.Null()], { description: "How the key begins." }),
  scopes: Type.Array(Type.String()),
  status: Type.Enum(["active", "expired", "revoked"]),
  createdBy: Type.Union([Type.String(), Type.Null()], { description: "The key or user that made it." }),
  createdAt: At,
  expiresAt: Maybe("When it ends; null: never."),
  lastUsedAt: Maybe("To the minute; null: never used."),
  rotatedAt: Maybe("When the key was changed for another."),
  previousUntil: Maybe("How long the key before the last change is good."),
  revokedAt: Maybe("When somebody ended it."),
};
const KeySchema = Type.Object(keyFields);
const NewKeySchema = Type.Object({
  ...keyFields,
  key: Type.String({ description: "The key. Nobody can read it again." }),
});

/** Keys with which systems use this API. */
export function apiKeyRoutes(runtime: Runtime): readonly Route[] {
  return [listRoute(runtime), createRoute(runtime), rotateRoute(runtime), revokeRoute(runtime)];
}

function keyView(row: ApiKeyRow, now: Date): Static<typeof KeySchema> {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    scopes: [...row.scopes],
    status: row.revoked_at ? "revoked" : row.expires_at && row.expires_at <= now ? "expired" : "active",
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: iso(row.expires_at),
    lastUsedAt: iso(row.last_used_at),
    rotatedAt: iso(row.rotated_at),
    previousUntil: iso(row.previous_until),
    revokedAt: iso(row.revoked_at),
  };
}

function iso(moment: Date | null): string | null {
  return moment?.toISOString() ?? null;
}

function listRoute({ db }: Runtime): Route {
  return route({
    id: "listApiKeys",
    method: "get",
    path: PATH,
    tag,
    summary: "API keys, newest first",
    scope: "keys:read",
    query: Type.Object({ cursor: Type.Optional(KeyId), limit: Type.Optional(Limit) }, strict),
    responses: {
      200: { description: "A page of keys, without the keys themselves.", schema: pageSchema(KeySchema) },
    },
    async handler({ caller, query }) {
      const { cursor = null, limit = 50 } = query;
      const filter = { after: cursor, limit: limit + 1 };
      const rows = await db.asTenant(caller.tenantId, (scope) => listApiKeys(scope, filter));
      const now = new Date();
      return json(
        200,
        pageOf(
          rows,
          limit,
          ({ id }) => id,
          (row) => keyView(row, now),
        ),
      );
    },
  });
}

function createRoute({ db }: Runtime): Route {
  return route({
    id: "createApiKey",
    method: "post",
    path: PATH,
    tag,
    summary: "Make an API key; it is shown once",
    scope: "keys:write",
    body: CreateBody,
    responses: { 201: { description: "The key.", schema: NewKeySchema } },
    errors: ["SCOPE_MISSING", "INPUT_INVALID"],
    async handler({ caller, body }) {
      requireHeld(caller, body.scopes);
      const expiresAt = futureOf(body.expiresAt);
      const key = newApiKey();
      const id = newId("apiKey");
      const { name, scopes } = body;
      const row = await db.asTenant(caller.tenantId, async (scope) => {
        const secret = { hash: hashApiKey(key), hint: hintOf(key) };
        const made = await insertApiKey(scope, {
          id,
          name,
          scopes,
          expiresAt,
          createdBy: caller.by,
          ...secret,
        });
        const details = { name, scopes, expiresAt: iso(expiresAt) };
        await insertAudit(scope, { actor: caller.by, action: "api-key.create", target: id, details });
        return made;
      });
      return json(201, { ...keyView(row, new Date()), key }, UNCACHED);
    },
  });
}

/** @throws AppError INPUT_INVALID */
function futureOf(expiresAt: string | undefined): Date | null {
  if (expiresAt === undefined) return null;
  const moment = new Date(expiresAt);
  if (moment.getTime() > Date.now()) return moment;
  throw new AppError("INPUT_INVALID", `expiresAt is ${expiresAt}; expected a moment to come.`);
}

function rotateRoute({ db }: Runtime): Route {
  return route({
    id: "rotateApiKey",
    method: "post",
    path: `${PATH}/:id/rotate`,
    tag,
    summary: "Change a key for another; the one before stays good for a while",
    scope: "keys:write",
    params: IdParams,
    body: RotateBody,
    responses: { 200: { description: "The new key.", schema: NewKeySchema } },
    errors: ["NOT_FOUND", "KEY_ENDED", "SCOPE_MISSING", "INPUT_INVALID"],
    async handler({ caller, params: { id }, body: { overlapHours = 24 } }) {
      const key = newApiKey();
      const now = new Date();
      const row = await db.asTenant(caller.tenantId, async (scope) => {
        const found = await readApiKey(scope, id);
        if (!found) throw unknown();
        if (keyView(found, now).status !== "active")
          throw new AppError("KEY_ENDED", "This key has ended; make a new one.");
        // Who sees the new key can do all it may do.
        requireHeld(caller, found.scopes);
        const previousUntil = new Date(now.getTime() + overlapHours * HOUR_MS);
        const next = { hash: hashApiKey(key), hint: hintOf(key), previousUntil };
        const details = { previousUntil: previousUntil.toISOString() };
        await insertAudit(scope, { actor: caller.by, action: "api-key.rotate", target: id, details });
        return rotateApiKey(scope, id, next);
      });
      if (!row) throw unknown();
      return json(200, { ...keyView(row, now), key }, UNCACHED);
    },
  });
}

function revokeRoute({ db }: Runtime): Route {
  return route({
    id: "revokeApiKey",
    method: "delete",
    path: `${PATH}/:id`,
    tag,
    summary: "End a key, and the tokens made with it",
    scope: "keys:write",
    params: IdParams,
    responses: { 204: { description: "It has ended, within five seconds everywhere." } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params: { id } }) {
      await db.asTenant(caller.tenantId, async (scope) => {
        if (!(await readApiKey(scope, id))) throw unknown();
        if ((await revokeApiKey(scope, id)) > 0)
          await insertAudit(scope, { actor: caller.by, action: "api-key.revoke", target: id });
      });
      return noContent();
    },
  });
}

function unknown(): AppError {
  return new AppError("NOT_FOUND", "There is no key of this id.");
}
