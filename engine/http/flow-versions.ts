import { Type } from "typebox";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { TenantScope } from "../store/database.ts";
import {
  type FlowVersionRow,
  listVersions,
  publishVersion,
  readVersion,
  updateDraft,
} from "../store/flows.ts";
import { languageOf } from "./accept-language.ts";
import { hashOf } from "./canonical-json.ts";
import { FlowKey } from "./fields.ts";
import type { CheckDocument } from "./flow-checks.ts";
import { FlowDraft, VersionDocument, VersionSummary } from "./flow-schemas.ts";
import { flowDraft, versionDocument, versionSummary } from "./flow-views.ts";
import { existingFlow, refuseStale } from "./flows.ts";
import { etagOf, revisionIn } from "./if-match.ts";
import type { FlowNews } from "./live/flow-changes.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Flow versions";
const VersionNumber = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: "Number of a version, from 1.",
});
const VersionParams = Type.Object({ key: FlowKey, number: VersionNumber });
const ifMatch = { "If-Match": { description: "Refuses when the draft is no longer at this revision." } };

/** Publishing, and what was published. */
export function flowVersionRoutes(runtime: Runtime, check: CheckDocument, news: FlowNews): readonly Route[] {
  return [
    publishFlowRoute(runtime, check, news),
    listVersionsRoute(runtime),
    readVersionRoute(runtime),
    restoreVersionRoute(runtime, news),
  ];
}

function publishFlowRoute({ db, versions }: Runtime, check: CheckDocument, news: FlowNews): Route {
  return route({
    id: "publishFlow",
    method: "post",
    path: "/api/v1/flows/:key/publish",
    tag,
    summary: "Publish the draft as the next version",
    scope: "flows:publish",
    params: Type.Object({ key: FlowKey }),
    body: Type.Object(
      { note: Type.Optional(Type.String({ maxLength: 500, description: "What changed." })) },
      { additionalProperties: false },
    ),
    headers: ifMatch,
    responses: {
      201: {
        description: "The version that new runs get from now on.",
        schema: Type.Object({ version: VersionSummary }),
      },
    },
    errors: ["NOT_FOUND", "REVISION_CONFLICT", "FLOW_INVALID"],
    async handler({ caller, params, body, headers }) {
      const revision = revisionIn(headers["if-match"]);
      const { row, flow } = await db.asTenant(caller.tenantId, async (scope) => {
        const flow = await existingFlow(scope, params.key);
        if (revision !== null && revision !== flow.revision) return refuseStale(scope, params.key, revision);
        refuseProblems(check(flow.draft, languageOf(headers["accept-language"])));
        const row = await publishVersion(scope, {
          id: newId("flowVersion"),
          key: flow.key,
          document: flow.draft,
          hash: hashOf(flow.draft),
          note: body.note ?? null,
          by: caller.by,
        });
        return { row, flow };
      });
      if (!row) throw new AppError("NOT_FOUND", `There is no flow "${params.key}".`);
      versions.forget(caller.tenantId, row.flow_key);
      news.published({ caller, key: flow.key, revision: flow.revision });
      return json(
        201,
        { version: versionSummary(row) },
        { location: `/api/v1/flows/${row.flow_key}/versions/${row.number}` },
      );
    },
  });
}

function listVersionsRoute({ db }: Runtime): Route {
  return route({
    id: "listVersions",
    method: "get",
    path: "/api/v1/flows/:key/versions",
    tag,
    summary: "Published versions of a flow, newest first",
    scope: "flows:read",
    params: Type.Object({ key: FlowKey }),
    responses: {
      200: {
        description: "All of them.",
        schema: Type.Object({ items: Type.Array(VersionSummary), nextCursor: Type.Null() }),
      },
    },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const rows = await db.asTenant(caller.tenantId, async (scope) => {
        await existingFlow(scope, params.key);
        return listVersions(scope, params.key);
      });
      return json(200, { items: rows.map(versionSummary), nextCursor: null });
    },
  });
}

function readVersionRoute({ db }: Runtime): Route {
  return route({
    id: "readVersion",
    method: "get",
    path: "/api/v1/flows/:key/versions/:number",
    tag,
    summary: "A published version with its document",
    scope: "flows:read",
    params: VersionParams,
    responses: { 200: { description: "The version.", schema: VersionDocument } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const row = await db.asTenant(caller.tenantId, (scope) =>
        existingVersion(scope, params.key, params.number),
      );
      return json(200, versionDocument(row));
    },
  });
}

function restoreVersionRoute({ db, settings }: Runtime, news: FlowNews): Route {
  return route({
    id: "restoreVersion",
    method: "post",
    path: "/api/v1/flows/:key/versions/:number/restore",
    tag,
    summary: "Make a published version the draft again",
    scope: "flows:write",
    params: VersionParams,
    headers: ifMatch,
    responses: { 200: { description: "The draft; nothing is published by this.", schema: FlowDraft } },
    errors: ["NOT_FOUND", "REVISION_CONFLICT"],
    async handler({ caller, params, headers }) {
      const given = revisionIn(headers["if-match"]);
      const row = await db.asTenant(caller.tenantId, async (scope) => {
        const version = await existingVersion(scope, params.key, params.number);
        const revision = given ?? (await existingFlow(scope, params.key)).revision;
        return (
          (await updateDraft(scope, params.key, revision, version.document)) ??
          refuseStale(scope, params.key, revision)
        );
      });
      news.saved({ caller, key: row.key, revision: row.revision });
      return json(200, flowDraft(row, settings.publicUrl), { etag: etagOf(row.revision) });
    },
  });
}

/** @throws AppError FLOW_INVALID with all problems, warnings included */
export function refuseProblems(
  problems: ReturnType<CheckDocument>,
  what: "published" | "simulated" = "published",
): void {
  const [first, ...others] = problems.filter((problem) => problem.severity === "error");
  if (!first) return;
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  throw new AppError("FLOW_INVALID", `The flow cannot be ${what}: ${first.message}${more}`, { problems });
}

/** @throws AppError NOT_FOUND */
async function existingVersion(scope: TenantScope, key: string, number: number): Promise<FlowVersionRow> {
  const row = await readVersion(scope, key, number);
  if (!row) throw new AppError("NOT_FOUND", `There is no version ${number} of flow "${key}".`);
  return row;
}
