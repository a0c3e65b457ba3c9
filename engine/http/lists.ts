import { Type } from "typebox";
import { type RecipientRow, rowsOfCsv, rowsOfJson } from "../core/recipient-rows.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { deleteList, type ListRow, listLists } from "../store/recipient-lists.ts";
import { At, Limit } from "./fields.ts";
import { existingList, fillList } from "./fill-list.ts";
import { isJsonType, parseJson } from "./json-body.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Lists";
const strict = { additionalProperties: false } as const;
const LIMIT_BYTES = 32 * 1024 * 1024;

export const ListId = Type.String({ pattern: "^lst_[0-9a-f]{32}$", description: "Id of a list." });
export const ListCounts = {
  recipients: Type.Integer({ description: "People in it, each once." }),
  duplicates: Type.Integer({ description: "Entries whose number had come before." }),
  invalid: Type.Integer({ description: "Entries without a phone number; nobody is written to for them." }),
  invalidFirst: Type.Array(Type.Object({ line: Type.Integer(), value: Type.String() }, strict), {
    description: "The first hundred of them.",
  }),
} as const;

const ListSchema = Type.Object({ id: ListId, name: Type.String(), ...ListCounts, createdAt: At }, strict);
const IdParams = Type.Object({ id: ListId });

/** People to write to, kept: for messaging.bulk and POST /notify/bulk. */
export function listRoutes(runtime: Runtime): readonly Route[] {
  return [uploadRoute(runtime), listRoute(runtime), readRoute(runtime), deleteRoute(runtime)];
}

function uploadRoute(runtime: Runtime): Route {
  return route({
    id: "uploadList",
    method: "post",
    path: "/api/v1/lists",
    tag,
    summary:
      "Upload up to 100,000 people: CSV with a header and a column phone, or a JSON array of phones or objects",
    scope: "contacts:write",
    query: Type.Object(
      { name: Type.String({ minLength: 1, maxLength: 200, description: "For people." }) },
      strict,
    ),
    upload: { limitBytes: LIMIT_BYTES },
    headers: { "Content-Type": { description: "text/csv or application/json.", required: true } },
    responses: { 201: { description: "The list; it does not change any more.", schema: ListSchema } },
    errors: ["INPUT_INVALID", "BODY_MALFORMED", "BODY_TOO_LARGE"],
    async handler({ caller, query, headers, file }) {
      const list = await fillList(runtime, {
        tenantId: caller.tenantId,
        id: newId("list"),
        name: query.name,
        fingerprint: "",
        rows: rowsIn(headers["content-type"], file),
      });
      return json(201, listView(list), { location: `/api/v1/lists/${list.id}` });
    },
  });
}

/** @throws AppError BODY_MALFORMED */
function rowsIn(type: string | undefined, file: Buffer): Iterable<RecipientRow> {
  if (isJsonType(type)) {
    const entries = parseJson(file);
    if (Array.isArray(entries)) return rowsOfJson(entries);
    throw new AppError("BODY_MALFORMED", "Expected a JSON array of phones, or of objects with a phone.");
  }
  if (/^text\/csv\b/i.test(type ?? "")) return rowsOfCsv(textOf(file));
  throw new AppError("BODY_MALFORMED", "Expected Content-Type text/csv or application/json.");
}

/** @throws AppError BODY_MALFORMED */
function textOf(file: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch (error) {
    throw new AppError("BODY_MALFORMED", "The CSV is not UTF-8; save it as CSV UTF-8.", {}, error);
  }
}

function listRoute({ db }: Runtime): Route {
  return route({
    id: "listLists",
    method: "get",
    path: "/api/v1/lists",
    tag,
    summary: "Uploaded lists, newest first",
    scope: "contacts:read",
    query: Type.Object({ cursor: Type.Optional(ListId), limit: Type.Optional(Limit) }, strict),
    responses: { 200: { description: "A page of lists.", schema: pageSchema(ListSchema) } },
    async handler({ caller, query }) {
      const { cursor = null, limit = 50 } = query;
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        listLists(scope, { after: cursor, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(rows, limit, (row) => row.id, listView),
      );
    },
  });
}

function readRoute(runtime: Runtime): Route {
  return route({
    id: "readList",
    method: "get",
    path: "/api/v1/lists/:id",
    tag,
    summary: "A list, and how many people it has",
    scope: "contacts:read",
    params: IdParams,
    responses: { 200: { description: "The list.", schema: ListSchema } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      return json(200, listView(await existingList(runtime, caller.tenantId, params.id)));
    },
  });
}

function deleteRoute({ db }: Runtime): Route {
  return route({
    id: "deleteList",
    method: "delete",
    path: "/api/v1/lists/:id",
    tag,
    summary: "Delete a list; a bulk that still reads it fails",
    scope: "contacts:write",
    params: IdParams,
    responses: { 204: { description: "It is gone." } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const done = await db.asTenant(caller.tenantId, (scope) => deleteList(scope, params.id));
      if (!done) throw new AppError("NOT_FOUND", `There is no list ${params.id}.`);
      return noContent();
    },
  });
}

export function countsOf({ recipients, duplicates, invalid, invalid_first: invalidFirst }: ListRow) {
  return { recipients: recipients ?? 0, duplicates, invalid, invalidFirst };
}

function listView(row: ListRow) {
  return { id: row.id, name: row.name, ...countsOf(row), createdAt: row.created_at };
}
