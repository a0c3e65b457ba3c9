import { randomBytes } from "node:crypto";
import { Type } from "typebox";
import { FlowSchema } from "../core/flow.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { TenantScope } from "../store/database.ts";
import { deleteDraft, type FlowRow, insertFlow, listFlows, readFlow, updateDraft } from "../store/flows.ts";
import { languageOf } from "./accept-language.ts";
import { Any, FlowKey, Limit } from "./fields.ts";
import type { CheckDocument } from "./flow-checks.ts";
import { FlowDraft, FlowListItem, ProblemList, SavedFlow } from "./flow-schemas.ts";
import { flowDraft, flowListItem } from "./flow-views.ts";
import { etagOf, requiredRevision } from "./if-match.ts";
import type { FlowNews } from "./live/flow-changes.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Flows";
const strict = { additionalProperties: false } as const;
const KeyParams = Type.Object({ key: FlowKey });
const PATH = "/api/v1/flows/:key";

/** Drafts of flows: what the editor works on. */
export function flowRoutes(runtime: Runtime, check: CheckDocument, news: FlowNews): readonly Route[] {
  return [
    listFlowsRoute(runtime),
    createFlowRoute(runtime, check),
    checkFlowRoute(check),
    readFlowRoute(runtime),
    saveFlowRoute(runtime, check, news),
    deleteFlowRoute(runtime),
  ];
}

function listFlowsRoute({ db, registry, settings }: Runtime): Route {
  return route({
    id: "listFlows",
    method: "get",
    path: "/api/v1/flows",
    tag,
    summary: "Flows of the tenant, by key",
    scope: "flows:read",
    query: Type.Object(
      {
        search: Type.Optional(
          Type.String({ minLength: 1, maxLength: 100, description: "In name, key and description." }),
        ),
        cursor: Type.Optional(FlowKey),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "A page of flows.", schema: pageSchema(FlowListItem) } },
    async handler({ caller, query }) {
      const { cursor = null, limit = 50, ...filter } = query;
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        listFlows(scope, { ...filter, after: cursor, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(
          rows,
          limit,
          (row) => row.key,
          (row) => flowListItem(row, settings.publicUrl, registry),
        ),
      );
    },
  });
}

function createFlowRoute({ db, settings }: Runtime, check: CheckDocument): Route {
  return route({
    id: "createFlow",
    method: "post",
    path: "/api/v1/flows",
    tag,
    summary: "Create a flow as a draft",
    scope: "flows:write",
    body: FlowSchema,
    responses: { 201: { description: "The draft, with what is still wrong with it.", schema: SavedFlow } },
    errors: ["REVISION_CONFLICT", "INPUT_INVALID"],
    async handler({ caller, body, headers }) {
      const flow = { id: newId("flow"), hookKey: randomBytes(18).toString("base64url"), draft: body };
      const row = await db.asTenant(caller.tenantId, (scope) => insertFlow(scope, flow));
      if (!row) {
        throw new AppError(
          "REVISION_CONFLICT",
          `A flow with the key "${body.key}" exists already; save over it with PUT and If-Match.`,
          { key: body.key },
        );
      }
      return json(
        201,
        {
          ...flowDraft(row, settings.publicUrl),
          problems: check(row.draft, languageOf(headers["accept-language"])),
        },
        {
          etag: etagOf(row.revision),
          location: `/api/v1/flows/${row.key}`,
        },
      );
    },
  });
}

function checkFlowRoute(check: CheckDocument): Route {
  return route({
    id: "checkFlow",
    method: "post",
    path: "/api/v1/flows/check",
    tag,
    summary: "Everything wrong with a flow document, whether stored or not",
    scope: "flows:read",
    body: Any,
    headers: { "Accept-Language": { description: "Language of the messages: en or es." } },
    responses: { 200: { description: "Problems by node, empty for a sound flow.", schema: ProblemList } },
    async handler({ body, headers }) {
      return json(200, { problems: check(body, languageOf(headers["accept-language"])) });
    },
  });
}

function readFlowRoute({ db, settings }: Runtime): Route {
  return route({
    id: "readFlow",
    method: "get",
    path: PATH,
    tag,
    summary: "The draft of a flow",
    scope: "flows:read",
    params: KeyParams,
    responses: { 200: { description: "The draft; ETag carries its revision.", schema: FlowDraft } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const row = await db.asTenant(caller.tenantId, (scope) => existingFlow(scope, params.key));
      return json(200, flowDraft(row, settings.publicUrl), { etag: etagOf(row.revision) });
    },
  });
}

function saveFlowRoute({ db, settings }: Runtime, check: CheckDocument, news: FlowNews): Route {
  return route({
    id: "saveFlow",
    method: "put",
    path: PATH,
    tag,
    summary: "Save the draft over the revision it was made from",
    scope: "flows:write",
    params: KeyParams,
    body: FlowSchema,
    headers: { "If-Match": { description: "The revision the change was made from.", required: true } },
    responses: { 200: { description: "The draft, with what is still wrong with it.", schema: SavedFlow } },
    errors: ["NOT_FOUND", "PRECONDITION_REQUIRED", "REVISION_CONFLICT", "INPUT_INVALID"],
    async handler({ caller, params, body, headers }) {
      const revision = requiredRevision(headers["if-match"]);
      if (body.key !== params.key) {
        throw new AppError(
          "INPUT_INVALID",
          `The document's key is "${body.key}", the address says "${params.key}"; a flow keeps its key.`,
        );
      }
      const row = await db.asTenant(caller.tenantId, async (scope) => {
        return (
          (await updateDraft(scope, params.key, revision, body)) ?? refuseStale(scope, params.key, revision)
        );
      });
      news.saved({ caller, key: row.key, revision: row.revision });
      return json(
        200,
        {
          ...flowDraft(row, settings.publicUrl),
          problems: check(row.draft, languageOf(headers["accept-language"])),
        },
        { etag: etagOf(row.revision) },
      );
    },
  });
}

function deleteFlowRoute({ db }: Runtime): Route {
  return route({
    id: "deleteFlow",
    method: "delete",
    path: PATH,
    tag,
    summary: "Delete a flow that was never published",
    scope: "flows:write",
    params: KeyParams,
    responses: { 204: { description: "It is gone." } },
    errors: ["NOT_FOUND", "REVISION_CONFLICT"],
    async handler({ caller, params }) {
      await db.asTenant(caller.tenantId, async (scope) => {
        if (await deleteDraft(scope, params.key)) return;
        const row = await existingFlow(scope, params.key);
        throw new AppError(
          "REVISION_CONFLICT",
          `Flow "${row.key}" was published (version ${row.published}); it can no longer be deleted.`,
          { published: row.published },
        );
      });
      return noContent();
    },
  });
}

/** @throws AppError NOT_FOUND */
export async function existingFlow(scope: TenantScope, key: string): Promise<FlowRow> {
  const row = await readFlow(scope, key);
  if (!row) throw new AppError("NOT_FOUND", `There is no flow "${key}".`);
  return row;
}

/** @throws AppError NOT_FOUND, or REVISION_CONFLICT naming the revision there is now */
export async function refuseStale(scope: TenantScope, key: string, revision: number): Promise<never> {
  const row = await existingFlow(scope, key);
  throw new AppError(
    "REVISION_CONFLICT",
    `The change was made from revision ${revision} of flow "${key}", which is now at ${row.revision}.`,
    {
      revision: row.revision,
    },
  );
}
