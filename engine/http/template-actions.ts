import { Type } from "typebox";
import { sayFaults, valueFaults } from "../core/template-values.ts";
import { AppError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { submitTemplate, syncTemplate } from "../runtime/template-submissions.ts";
import { listTemplates, type TemplateWords } from "../store/templates.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { TemplateChange, TemplatePreview, TemplateSchema } from "./template-schemas.ts";
import { previewOf, templateJson } from "./template-views.ts";
import { existingTemplate, IdParams, problemsIn, tag } from "./templates.ts";

const strict = { additionalProperties: false } as const;
const Values = Type.Record(Type.String(), Type.Unsafe<string | number>({ type: ["string", "number"] }), {
  description: "A value for each variable; the example where one is left out.",
});

/** What is done with templates. */
export function templateActionRoutes(runtime: Runtime): readonly Route[] {
  return [
    checkRoute(runtime),
    previewRoute(runtime),
    submitRoute(runtime),
    syncRoute(runtime),
    syncAllRoute(runtime),
  ];
}

function checkRoute(runtime: Runtime): Route {
  return route({
    id: "checkTemplate",
    method: "post",
    path: "/api/v1/templates/check",
    tag,
    summary: "Everything wrong with a template, whether stored or not, and how it looks",
    scope: "templates:read",
    body: TemplateChange,
    headers: { "Accept-Language": { description: "Language of the problems: en or es." } },
    responses: {
      200: { description: "Problems with their places, and a preview.", schema: TemplatePreview },
    },
    async handler({ caller, body, headers }) {
      const { category, content, variables = [] } = body;
      const template = { category, content, variables };
      const problems = await problemsIn(runtime, caller.tenantId, template, headers);
      return json(200, { ...previewOf(template, {}), problems });
    },
  });
}

function previewRoute(runtime: Runtime): Route {
  return route({
    id: "previewTemplate",
    method: "post",
    path: "/api/v1/templates/:id/preview",
    tag,
    summary: "How a template looks with these values",
    scope: "templates:read",
    params: IdParams,
    body: Type.Object({ variables: Type.Optional(Values) }, strict),
    headers: { "Accept-Language": { description: "Language of the problems: en or es." } },
    responses: { 200: { description: "The preview.", schema: TemplatePreview } },
    errors: ["NOT_FOUND", "TEMPLATE_INVALID"],
    async handler({ caller, params, body, headers }) {
      const row = await runtime.db.asTenant(caller.tenantId, (scope) => existingTemplate(scope, params.id));
      const view = templateJson(row);
      const { variables = {} } = body;
      checkValues(view, variables);
      const problems = await problemsIn(runtime, caller.tenantId, view, headers);
      return json(200, { ...previewOf(view, variables), problems });
    },
  });
}

/** What is left out has its example. @throws AppError TEMPLATE_INVALID */
function checkValues({ variables }: TemplateWords, given: Readonly<Record<string, string | number>>): void {
  const declared = variables.map(({ name, type = "text" }) => ({ name, type }));
  const asked = declared.filter(({ name }) => name in given);
  const faults = valueFaults(asked, new Set(declared.map(({ name }) => name)), given);
  if (faults) throw new AppError("TEMPLATE_INVALID", `The values have ${sayFaults(faults)}.`, { ...faults });
}

function submitRoute(runtime: Runtime): Route {
  return route({
    id: "submitTemplate",
    method: "post",
    path: "/api/v1/templates/:id/submit",
    tag,
    summary: "Give a template to its vendors for review",
    scope: "templates:submit",
    params: IdParams,
    body: Type.Object(
      {
        providers: Type.Optional(
          Type.Array(Type.String({ pattern: "^[a-z][a-z0-9]*$" }), {
            minItems: 1,
            uniqueItems: true,
            description: "Absent: those of your WhatsApp numbers.",
          }),
        ),
      },
      strict,
    ),
    responses: {
      200: { description: "The template; each submission says how it stands.", schema: TemplateSchema },
    },
    errors: ["NOT_FOUND", "TEMPLATE_INVALID", "SENDER_MISSING", "MEDIA_INVALID", "CREDENTIAL_MISSING"],
    async handler({ caller: { tenantId }, params, body }) {
      const row = await runtime.db.asTenant(tenantId, (scope) => existingTemplate(scope, params.id));
      await submitTemplate(runtime, tenantId, row, body.providers ?? null);
      return json(200, await viewOf(runtime, tenantId, params.id));
    },
  });
}

function syncRoute(runtime: Runtime): Route {
  return route({
    id: "syncTemplate",
    method: "post",
    path: "/api/v1/templates/:id/sync",
    tag,
    summary: "Ask its vendors how a template stands",
    scope: "templates:submit",
    params: IdParams,
    responses: { 200: { description: "The template as it stands.", schema: TemplateSchema } },
    errors: ["NOT_FOUND", "VENDOR_REFUSED", "VENDOR_UNAVAILABLE", "VENDOR_RATE_LIMITED"],
    async handler({ caller: { tenantId }, params }) {
      const row = await runtime.db.asTenant(tenantId, (scope) => existingTemplate(scope, params.id));
      await syncTemplate(runtime, tenantId, row);
      return json(200, await viewOf(runtime, tenantId, params.id));
    },
  });
}

const SyncReport = Type.Object({
  asked: Type.Integer({ description: "Templates that some vendor has." }),
  failed: Type.Array(Type.Object({ id: Type.String(), reason: Type.String() }), {
    description: "Those whose vendor could not be asked.",
  }),
});

function syncAllRoute(runtime: Runtime): Route {
  return route({
    id: "syncTemplates",
    method: "post",
    path: "/api/v1/templates/sync",
    tag,
    summary: "Ask vendors how all templates stand",
    scope: "templates:submit",
    responses: { 200: { description: "How many were asked about.", schema: SyncReport } },
    async handler({ caller: { tenantId } }) {
      const rows = await runtime.db.asTenant(tenantId, listTemplates);
      const submitted = rows.filter(({ submissions }) => submissions.length > 0);
      const failed: { id: string; reason: string }[] = [];
      for (const row of submitted) {
        await syncTemplate(runtime, tenantId, row).catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
          failed.push({ id: row.id, reason: error.message });
        });
      }
      return json(200, { asked: submitted.length, failed });
    },
  });
}

async function viewOf({ db }: Runtime, tenantId: string, id: string) {
  return templateJson(await db.asTenant(tenantId, (scope) => existingTemplate(scope, id)));
}
