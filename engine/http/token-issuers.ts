import { Type } from "typebox";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { insertAudit } from "../store/audit.ts";
import { isUniqueViolation } from "../store/database.ts";
import {
  deleteTokenIssuer,
  insertTokenIssuer,
  listTokenIssuers,
  type TokenIssuerRow,
} from "../store/token-issuers.ts";
import { At } from "./fields.ts";
import { requireHeld } from "./held-scopes.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { SCOPES } from "./scopes.ts";

const tag = "API keys";
const strict = { additionalProperties: false } as const;
const PATH = "/api/v1/token-issuers";
const IssuerId = Type.String({ pattern: "^iss_[0-9a-f]{32}$", description: "Id of an issuer." });

const fields = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  issuer: Type.String({ minLength: 1, maxLength: 500, description: "As the claim `iss` has it." }),
  jwksUrl: Type.String({
    minLength: 10,
    maxLength: 1000,
    pattern: "^https?://",
    description: "Where its public keys are.",
  }),
  scopes: Type.Array(Type.Enum([...SCOPES]), {
    minItems: 1,
    maxItems: 100,
    uniqueItems: true,
    description: "The most a token may do; its claim `scope` can only say less.",
  }),
};
const Body = Type.Object(fields, strict);
const IssuerSchema = Type.Object({
  id: IssuerId,
  ...fields,
  scopes: Type.Array(Type.String()),
  audience: Type.String({ description: "What the claim `aud` must be: this tenant." }),
  createdAt: At,
});

/** Systems of a tenant's own that sign tokens for their people, such as an ERP. */
export function tokenIssuerRoutes(runtime: Runtime): readonly Route[] {
  return [listRoute(runtime), createRoute(runtime), deleteRoute(runtime)];
}

function issuerView(tenantId: string, row: TokenIssuerRow) {
  const { id, name, issuer, scopes } = row;
  return { id, name, issuer, jwksUrl: row.jwks_url, scopes, audience: tenantId, createdAt: row.created_at };
}

function listRoute({ db }: Runtime): Route {
  return route({
    id: "listTokenIssuers",
    method: "get",
    path: PATH,
    tag,
    summary: "Systems whose tokens are taken",
    scope: "keys:read",
    responses: {
      200: { description: "All of them.", schema: Type.Object({ items: Type.Array(IssuerSchema) }) },
    },
    async handler({ caller: { tenantId } }) {
      const rows = await db.asTenant(tenantId, listTokenIssuers);
      return json(200, { items: rows.map((row) => issuerView(tenantId, row)) });
    },
  });
}

function createRoute({ db }: Runtime): Route {
  return route({
    id: "createTokenIssuer",
    method: "post",
    path: PATH,
    tag,
    summary: "Take the tokens of a system",
    scope: "keys:write",
    body: Body,
    responses: { 201: { description: "What it must sign.", schema: IssuerSchema } },
    errors: ["SCOPE_MISSING", "ISSUER_EXISTS", "INPUT_INVALID"],
    async handler({ caller, body }) {
      requireHeld(caller, body.scopes);
      const { jwksUrl: jwks_url, ...rest } = body;
      const id = newId("tokenIssuer");
      const row = await db
        .asTenant(caller.tenantId, async (scope) => {
          const details = { issuer: body.issuer, jwksUrl: jwks_url, scopes: body.scopes };
          await insertAudit(scope, { actor: caller.by, action: "token-issuer.create", target: id, details });
          return insertTokenIssuer(scope, { id, ...rest, jwks_url, created_by: caller.by });
        })
        .catch((error: unknown) => {
          if (!isUniqueViolation(error)) throw error;
          throw new AppError(
            "ISSUER_EXISTS",
            `Tokens of "${body.issuer}" are taken already; delete that entry first.`,
          );
        });
      return json(201, issuerView(caller.tenantId, row));
    },
  });
}

function deleteRoute({ db }: Runtime): Route {
  return route({
    id: "deleteTokenIssuer",
    method: "delete",
    path: `${PATH}/:id`,
    tag,
    summary: "Take its tokens no more",
    scope: "keys:write",
    params: Type.Object({ id: IssuerId }),
    responses: { 204: { description: "Its tokens are refused." } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params: { id } }) {
      const gone = await db.asTenant(caller.tenantId, async (scope) => {
        const count = await deleteTokenIssuer(scope, id);
        if (count > 0)
          await insertAudit(scope, { actor: caller.by, action: "token-issuer.delete", target: id });
        return count;
      });
      if (gone > 0) return noContent();
      throw new AppError("NOT_FOUND", "There is no issuer of this id.");
    },
  });
}
