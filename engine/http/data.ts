import { Type } from "typebox";
import { WRITE_MODES } from "../core/data-write.ts";
import type { Json } from "../core/json.ts";
import { AppError } from "../errors.ts";
import { type DataRow, deleteItem, listItems, readItem, writeItem } from "../store/data-items.ts";
import type { Database } from "../store/database.ts";
import { At, Limit } from "./fields.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Data";
const strict = { additionalProperties: false } as const;
const PATH = "/api/v1/data/:table/:key";
const TableName = Type.String({ pattern: "^[a-z][a-z0-9_-]{0,63}$", description: "Name of a table." });
const ItemKey = Type.String({ minLength: 1, maxLength: 256, description: "Key of a value." });
const ItemParams = Type.Object({ table: TableName, key: ItemKey });

const Item = Type.Object({
  key: Type.String(),
  value: Type.Unknown(),
  version: Type.Integer({ description: "Counts the writes." }),
  expiresAt: Type.Union([At, Type.Null()], { description: "Null: never." }),
  updatedAt: At,
});

const Written = Type.Object({
  key: Type.String(),
  value: Type.Unknown({ description: "What is there now." }),
  version: Type.Integer(),
  created: Type.Boolean({ description: "Nothing was there before." }),
  written: Type.Boolean({ description: "False where `put-if-absent` found something." }),
});

/** The tenant's key-value tables: what data.get and data.put read and write. */
export function dataRoutes(db: Database): readonly Route[] {
  return [listRoute(db), readRoute(db), writeRoute(db), deleteRoute(db)];
}

function listRoute(db: Database): Route {
  return route({
    id: "listItems",
    method: "get",
    path: "/api/v1/data/:table",
    tag,
    summary: "What a table holds, by key",
    scope: "data:read",
    params: Type.Object({ table: TableName }),
    query: Type.Object(
      {
        prefix: Type.Optional(Type.String({ maxLength: 256, description: "Keys that begin with it." })),
        cursor: Type.Optional(ItemKey),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "A page of values.", schema: pageSchema(Item) } },
    async handler({ caller, params, query }) {
      const { prefix = "", cursor: after = null, limit = 50 } = query;
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        listItems(scope, params.table, { prefix, after, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(rows, limit, (row) => row.key, itemView),
      );
    },
  });
}

function readRoute(db: Database): Route {
  return route({
    id: "readItem",
    method: "get",
    path: PATH,
    tag,
    summary: "The value under a key",
    scope: "data:read",
    params: ItemParams,
    responses: { 200: { description: "The value.", schema: Item } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params: { table, key } }) {
      const row = await db.asTenant(caller.tenantId, (scope) => readItem(scope, table, key));
      if (row) return json(200, itemView(row));
      throw missing(table, key);
    },
  });
}

function writeRoute(db: Database): Route {
  return route({
    id: "writeItem",
    method: "put",
    path: PATH,
    tag,
    summary: "Write the value under a key",
    scope: "data:write",
    params: ItemParams,
    body: Type.Object(
      {
        value: Type.Unsafe<Json>({ description: "Any JSON, 64 KiB at most." }),
        mode: Type.Optional(Type.Enum([...WRITE_MODES], { default: "set" })),
        ttlSeconds: Type.Optional(
          Type.Union([Type.Integer({ minimum: 1, maximum: 10 * 366 * 86_400 }), Type.Null()], {
            description: "Absent: as long as it was, else for ever. Null: for ever.",
          }),
        ),
      },
      strict,
    ),
    headers: {
      "Idempotency-Key": { description: "The same key again writes nothing and gets the same answer." },
    },
    responses: { 200: { description: "What is there now.", schema: Written } },
    errors: ["INPUT_INVALID", "DATA_TYPE_MISMATCH", "DATA_TOO_LARGE"],
    async handler({ caller, params: { table, key }, body, headers }) {
      const { value, mode = "set", ttlSeconds } = body;
      const request = headers["idempotency-key"];
      const written = await db.asTenant(caller.tenantId, (scope) =>
        writeItem(scope, {
          table,
          key,
          mode,
          value,
          ...(ttlSeconds === undefined ? {} : { ttlMs: ttlSeconds === null ? null : ttlSeconds * 1000 }),
          ...(request === undefined ? {} : { writer: `api ${table}/${key} ${request.slice(0, 255)}` }),
        }),
      );
      return json(200, { key, ...written });
    },
  });
}

function deleteRoute(db: Database): Route {
  return route({
    id: "deleteItem",
    method: "delete",
    path: PATH,
    tag,
    summary: "Delete the value under a key",
    scope: "data:write",
    params: ItemParams,
    responses: { 204: { description: "It is gone." } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params: { table, key } }) {
      if (await db.asTenant(caller.tenantId, (scope) => deleteItem(scope, table, key))) return noContent();
      throw missing(table, key);
    },
  });
}

function missing(table: string, key: string): AppError {
  return new AppError("NOT_FOUND", `Table "${table}" holds nothing under "${key}".`);
}

function itemView({ key, value, version, expires_at, updated_at }: DataRow) {
  return { key, value, version, expiresAt: expires_at, updatedAt: updated_at };
}
