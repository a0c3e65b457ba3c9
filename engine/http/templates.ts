import { Type } from "typebox";
import type { TemplateCategory } from "../core/template-content.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { problemsOf, removeFromVendors, reviewersOf } from "../runtime/template-submissions.ts";
import type { TenantScope } from "../store/database.ts";
import {
  deleteTemplate,
  insertTemplate,
  pageOfTemplates,
  readTemplate,
  type TemplateRow,
  type TemplateWords,
  updateTemplate,
} from "../store/templates.ts";
import { languageOf } from "./accept-language.ts";
import { Limit } from "./fields.ts";
import { etagOf, requiredRevision } from "./if-match.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";
import {
  Locale,
  Module,
  NewTemplate,
  TemplateChange,
  TemplateId,
  TemplateProblemSchema,
  TemplateSchema,
} from "./template-schemas.ts";
import { problemJson, templateJson } from "./template-views.ts";

export const tag = "Templates";
const PATH = "/api/v1/templates/:id";
export const IdParams = Type.Object({ id: TemplateId });
const WithProblems = Type.Intersect([
  TemplateSchema,
  Type.Object({ problems: Type.Array(TemplateProblemSchema) }),
]);
const IN_LANGUAGE = { "Accept-Language": { description: "Language of the problems: en or es." } } as const;

const ListQuery = Type.Object(
  {
    module: Type.Optional(Module),
    locale: Type.Optional(Locale),
    status: Type.Optional(
      Type.Enum(
        ["draft", "submitting", "pending", "approved", "rejected", "paused", "disabled", "deleted", "failed"],
        {
          description: "At any vendor; `draft`: given to none.",
        },
      ),
    ),
    search: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "In key and body." })),
    cursor: Type.Optional(TemplateId),
    limit: Type.Optional(Limit),
  },
  { additionalProperties: false },
);

/** The tenant's templates. */
export function templateRoutes(runtime: Runtime): readonly Route[] {
  return [
    listRoute(runtime),
    createRoute(runtime),
    readRoute(runtime),
    changeRoute(runtime),
    deleteRoute(runtime),
  ];
}

function listRoute({ db }: Runtime): Route {
  return route({
    id: "listTemplates",
    method: "get",
    path: "/api/v1/templates",
    tag,
    summary: "Templates, with what vendors say of them",
    scope: "templates:read",
    query: ListQuery,
    responses: { 200: { description: "A page of templates.", schema: pageSchema(TemplateSchema) } },
    async handler({ caller, query }) {
      const { cursor = null, limit = 50, ...filter } = query;
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        pageOfTemplates(scope, { ...filter, after: cursor, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(rows, limit, (row) => row.id, templateJson),
      );
    },
  });
}

function createRoute(runtime: Runtime): Route {
  const { db, directory } = runtime;
  return route({
    id: "createTemplate",
    method: "post",
    path: "/api/v1/templates",
    tag,
    summary: "Create a template in one language",
    scope: "templates:write",
    body: NewTemplate,
    headers: IN_LANGUAGE,
    responses: {
      201: { description: "The template, with what stands against submitting it.", schema: WithProblems },
    },
    errors: ["TEMPLATE_EXISTS", "INPUT_INVALID", "STORE_MISSING"],
    async handler({ caller, body, headers }) {
      const { groupId = null, storeId = null, module = null, variables = [], ...rest } = body;
      await checkOwner(runtime, caller.tenantId, { groupId, storeId });
      const draft = {
        ...rest,
        id: newId("template"),
        module,
        variables,
        group_id: groupId,
        store_id: storeId,
      };
      const row = await db.asTenant(caller.tenantId, async (scope) => {
        if (!(await insertTemplate(scope, draft))) throw taken(body);
        return existingTemplate(scope, draft.id);
      });
      directory.forget(caller.tenantId);
      return json(201, await withProblems(runtime, caller.tenantId, row, headers), {
        etag: etagOf(row.revision),
        location: `/api/v1/templates/${row.id}`,
      });
    },
  });
}

function readRoute({ db }: Runtime): Route {
  return route({
    id: "readTemplate",
    method: "get",
    path: PATH,
    tag,
    summary: "A template",
    scope: "templates:read",
    params: IdParams,
    responses: { 200: { description: "The template; ETag carries its revision.", schema: TemplateSchema } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const row = await db.asTenant(caller.tenantId, (scope) => existingTemplate(scope, params.id));
      return json(200, templateJson(row), { etag: etagOf(row.revision) });
    },
  });
}

function changeRoute(runtime: Runtime): Route {
  const { db, directory } = runtime;
  return route({
    id: "changeTemplate",
    method: "put",
    path: PATH,
    tag,
    summary:
      "Change a template; vendors go on with the words they approved until new ones are submitted and approved",
    scope: "templates:write",
    params: IdParams,
    body: TemplateChange,
    headers: {
      ...IN_LANGUAGE,
      "If-Match": { description: "The revision the change was made from.", required: true },
    },
    responses: {
      200: { description: "The template, with what stands against submitting it.", schema: WithProblems },
    },
    errors: ["NOT_FOUND", "PRECONDITION_REQUIRED", "REVISION_CONFLICT", "INPUT_INVALID"],
    async handler({ caller, params, body, headers }) {
      const revision = requiredRevision(headers["if-match"]);
      const { module = null, variables = [], ...rest } = body;
      const row = await db.asTenant(caller.tenantId, async (scope) => {
        const done = await updateTemplate(scope, params.id, revision, { ...rest, module, variables });
        const now = await existingTemplate(scope, params.id);
        if (done) return now;
        const message = `The change was made from revision ${revision} of template "${now.key}", which is now at ${now.revision}.`;
        throw new AppError("REVISION_CONFLICT", message, { revision: now.revision });
      });
      directory.forget(caller.tenantId);
      return json(200, await withProblems(runtime, caller.tenantId, row, headers), {
        etag: etagOf(row.revision),
      });
    },
  });
}

function deleteRoute(runtime: Runtime): Route {
  const { db, directory } = runtime;
  return route({
    id: "deleteTemplate",
    method: "delete",
    path: PATH,
    tag,
    summary: "Delete a template, here and at its vendors",
    scope: "templates:write",
    params: IdParams,
    responses: { 204: { description: "It is gone." } },
    errors: ["NOT_FOUND", "VENDOR_REFUSED", "VENDOR_UNAVAILABLE"],
    async handler({ caller, params }) {
      const row = await db.asTenant(caller.tenantId, (scope) => existingTemplate(scope, params.id));
      await removeFromVendors(runtime, caller.tenantId, row);
      await db.asTenant(caller.tenantId, (scope) => deleteTemplate(scope, params.id));
      directory.forget(caller.tenantId);
      return noContent();
    },
  });
}

/** @throws AppError NOT_FOUND */
export async function existingTemplate(scope: TenantScope, id: string): Promise<TemplateRow> {
  const row = await readTemplate(scope, id);
  if (row) return row;
  throw new AppError("NOT_FOUND", `There is no template ${id}.`);
}

/** Everything wrong with these words, in the caller's language. */
export async function problemsIn(
  runtime: Runtime,
  tenantId: string,
  template: { readonly category: TemplateCategory } & TemplateWords,
  headers: Readonly<Record<string, string>>,
) {
  const language = languageOf(headers["accept-language"]);
  const found = problemsOf(runtime, template, await reviewersOf(runtime, tenantId));
  return found.map((problem) => problemJson(problem, language));
}

async function withProblems(
  runtime: Runtime,
  tenantId: string,
  row: TemplateRow,
  headers: Readonly<Record<string, string>>,
) {
  const view = templateJson(row);
  return { ...view, problems: await problemsIn(runtime, tenantId, view, headers) };
}

/** @throws AppError INPUT_INVALID, STORE_MISSING */
async function checkOwner(
  runtime: Runtime,
  tenantId: string,
  { groupId, storeId }: { readonly groupId: string | null; readonly storeId: string | null },
): Promise<void> {
  if (groupId !== null && storeId !== null) {
    throw new AppError(
      "INPUT_INVALID",
      "A template belongs to a group or to a store; expected one of groupId and storeId.",
    );
  }
  const { groups, stores } = await runtime.directory.of(tenantId);
  const known = groupId === null || groups.some(({ id }) => id === groupId);
  if (known && (storeId === null || stores.some(({ id }) => id === storeId))) return;
  throw new AppError("STORE_MISSING", `There is no group or store ${groupId ?? storeId}.`, {
    groupId,
    storeId,
  });
}

function taken({ key, locale }: { readonly key: string; readonly locale: string }): AppError {
  return new AppError(
    "TEMPLATE_EXISTS",
    `There is a template "${key}" in "${locale}" of this owner already; change it with PUT and If-Match.`,
    { key, locale },
  );
}
