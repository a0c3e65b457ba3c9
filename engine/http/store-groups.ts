import { type Static, Type } from "typebox";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { insertAudit } from "../store/audit.ts";
import type { TenantScope } from "../store/database.ts";
import {
  deleteGroup,
  type GroupColumns,
  insertGroup,
  listManagedGroups,
  type ManagedGroup,
  readGroup,
  updateGroup,
} from "../store/stores.ts";
import { Limit } from "./fields.ts";
import { etagOf, requiredRevision } from "./if-match.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { GroupAnswer, GroupBody, GroupId } from "./store-schemas.ts";
import { inUseOrGone, REVISION_HEADER, refuseZone } from "./stores.ts";

const tag = "Stores";
const PATH = "/api/v1/store-groups/:id";
const IdParams = Type.Object({ id: GroupId });

/** Groups of stores that share a number, hours and templates. */
export function storeGroupRoutes(runtime: Runtime): readonly Route[] {
  return [
    listRoute(runtime),
    createRoute(runtime),
    readRoute(runtime),
    saveRoute(runtime),
    deleteRoute(runtime),
  ];
}

function listRoute({ db }: Runtime): Route {
  return route({
    id: "listStoreGroups",
    method: "get",
    path: "/api/v1/store-groups",
    tag,
    summary: "Groups of stores",
    scope: "stores:read",
    query: Type.Object(
      { cursor: Type.Optional(GroupId), limit: Type.Optional(Limit) },
      { additionalProperties: false },
    ),
    responses: { 200: { description: "A page of groups.", schema: pageSchema(GroupAnswer) } },
    async handler({ caller, query }) {
      const { cursor = null, limit = 50 } = query;
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        listManagedGroups(scope, { after: cursor, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(rows, limit, ({ id }) => id, groupAnswer),
      );
    },
  });
}

function createRoute(runtime: Runtime): Route {
  return route({
    id: "createStoreGroup",
    method: "post",
    path: "/api/v1/store-groups",
    tag,
    summary: "Add a group",
    scope: "stores:write",
    body: GroupBody,
    responses: { 201: { description: "The group.", schema: GroupAnswer } },
    errors: ["INPUT_INVALID"],
    async handler({ caller, body }) {
      refuseZone(body.timezone);
      const id = newId("storeGroup");
      const row = await runtime.db.asTenant(caller.tenantId, async (scope) => {
        const created = await insertGroup(scope, id, columnsOf(body));
        await insertAudit(scope, { actor: caller.by, action: "store-group.create", target: id });
        return created;
      });
      runtime.directory.forget(caller.tenantId);
      return json(201, groupAnswer(row), { etag: etagOf(row.revision) });
    },
  });
}

function readRoute({ db }: Runtime): Route {
  return route({
    id: "readStoreGroup",
    method: "get",
    path: PATH,
    tag,
    summary: "A group",
    scope: "stores:read",
    params: IdParams,
    responses: { 200: { description: "The group; ETag carries its revision.", schema: GroupAnswer } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const row = await db.asTenant(caller.tenantId, (scope) => existingGroup(scope, params.id));
      return json(200, groupAnswer(row), { etag: etagOf(row.revision) });
    },
  });
}

function saveRoute(runtime: Runtime): Route {
  return route({
    id: "saveStoreGroup",
    method: "put",
    path: PATH,
    tag,
    summary: "Save a group over the revision the change was made from",
    scope: "stores:write",
    params: IdParams,
    body: GroupBody,
    headers: REVISION_HEADER,
    responses: { 200: { description: "The group.", schema: GroupAnswer } },
    errors: ["NOT_FOUND", "PRECONDITION_REQUIRED", "REVISION_CONFLICT", "INPUT_INVALID"],
    async handler({ caller, params: { id }, body, headers }) {
      const revision = requiredRevision(headers["if-match"]);
      refuseZone(body.timezone);
      const row = await runtime.db.asTenant(caller.tenantId, async (scope) => {
        const before = await existingGroup(scope, id);
        const saved = await updateGroup(scope, id, revision, columnsOf(body));
        if (!saved) throw stale(before, revision);
        await insertAudit(scope, { actor: caller.by, action: "store-group.update", target: id });
        return saved;
      });
      runtime.directory.forget(caller.tenantId);
      return json(200, groupAnswer(row), { etag: etagOf(row.revision) });
    },
  });
}

function deleteRoute(runtime: Runtime): Route {
  return route({
    id: "deleteStoreGroup",
    method: "delete",
    path: PATH,
    tag,
    summary: "Delete a group that nothing belongs to",
    scope: "stores:write",
    params: IdParams,
    headers: REVISION_HEADER,
    responses: { 204: { description: "It is gone." } },
    errors: ["NOT_FOUND", "PRECONDITION_REQUIRED", "REVISION_CONFLICT", "STILL_IN_USE"],
    async handler({ caller, params: { id }, headers }) {
      const revision = requiredRevision(headers["if-match"]);
      await inUseOrGone(`Group ${id} still has stores, numbers or templates; move them first.`, () =>
        runtime.db.asTenant(caller.tenantId, async (scope) => {
          const before = await existingGroup(scope, id);
          if ((await deleteGroup(scope, id, revision)) === 0) throw stale(before, revision);
          await insertAudit(scope, { actor: caller.by, action: "store-group.delete", target: id });
        }),
      );
      runtime.directory.forget(caller.tenantId);
      return noContent();
    },
  });
}

async function existingGroup(scope: TenantScope, id: string): Promise<ManagedGroup> {
  const row = await readGroup(scope, id);
  if (!row) throw new AppError("NOT_FOUND", `There is no group "${id}".`);
  return row;
}

function stale({ id, revision }: ManagedGroup, madeFrom: number): AppError {
  return new AppError(
    "REVISION_CONFLICT",
    `The change was made from revision ${madeFrom} of group ${id}, which is now at ${revision}.`,
    { revision },
  );
}

function columnsOf({ name, timezone, hours = null }: Static<typeof GroupBody>): GroupColumns {
  return { name, timezone, hours };
}

function groupAnswer({ id, name, timezone, hours, revision, created_at, updated_at }: ManagedGroup) {
  return { id, name, timezone, hours, revision, createdAt: created_at, updatedAt: updated_at };
}
