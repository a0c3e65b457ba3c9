import { Type } from "typebox";
import { type AuditRow, listAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { At, Data, Limit } from "./fields.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const AuditId = Type.String({ pattern: "^aud_[0-9a-f]{32}$", description: "Id of a line." });

const Line = Type.Object({
  id: AuditId,
  at: At,
  actor: Type.String({ description: "The API key or user that did it." }),
  action: Type.String({ description: "Such as `effect.resolve`." }),
  target: Type.String({ description: "Id of what it was done to." }),
  details: Data,
});

const ListQuery = Type.Object(
  {
    target: Type.Optional(Type.String({ maxLength: 100 })),
    action: Type.Optional(Type.String({ maxLength: 100 })),
    actor: Type.Optional(Type.String({ maxLength: 100 })),
    cursor: Type.Optional(AuditId),
    limit: Type.Optional(Limit),
  },
  { additionalProperties: false },
);

/** What people and systems did by hand. */
export function auditRoutes(db: Database): readonly Route[] {
  return [
    route({
      id: "listAudit",
      method: "get",
      path: "/api/v1/audit",
      tag: "Audit",
      summary: "What was done by hand, newest first",
      scope: "audit:read",
      query: ListQuery,
      responses: { 200: { description: "A page of lines.", schema: pageSchema(Line) } },
      errors: ["INPUT_INVALID"],
      async handler({ caller, query }) {
        const { cursor = null, limit = 50, ...filter } = query;
        const rows = await db.asTenant(caller.tenantId, (scope) =>
          listAudit(scope, { ...filter, after: cursor, limit: limit + 1 }),
        );
        return json(
          200,
          pageOf(
            rows,
            limit,
            (row) => row.id,
            (row: AuditRow) => row,
          ),
        );
      },
    }),
  ];
}
