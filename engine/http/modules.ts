import { randomBytes } from "node:crypto";
import { Type } from "typebox";
import { ErpModule } from "../core/erp-module.ts";
import { FlowSchema } from "../core/flow.ts";
import { moduleFlow } from "../core/module-flow.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { copyNotices } from "../store/adopted-modules.ts";
import { insertAudit } from "../store/audit.ts";
import { insertFlow } from "../store/flows.ts";
import { FlowKey } from "./fields.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Modules";
const strict = { additionalProperties: false } as const;
const ModuleParams = Type.Object({
  module: Type.String({ pattern: "^[a-z][a-z0-9_-]{0,39}$", description: "`pms`, `pos` …" }),
});
const Language = Type.Enum(["es", "en"], { description: "Language of its texts." });

const Adopted = Type.Object(
  {
    templates: Type.Object(
      { added: Type.Array(Type.String()), kept: Type.Array(Type.String()) },
      { ...strict, description: "Keys. What you had already stays as it is." },
    ),
    flow: Type.Object(
      {
        key: FlowKey,
        added: Type.Boolean({ description: "False: you had one of this key, and it stays as it is." }),
      },
      { ...strict, description: "A draft: look at it and publish it." },
    ),
  },
  strict,
);

/** The modules of the ERP: their notices, and the flow that answers their events. */
export function moduleRoutes(runtime: Runtime): readonly Route[] {
  return [listRoute(runtime), flowRoute(runtime), adoptRoute(runtime)];
}

function listRoute({ modules }: Runtime): Route {
  return route({
    id: "listModules",
    method: "get",
    path: "/api/v1/modules",
    tag,
    summary: "ERP modules with their notices: texts, variables, channels, and the event that calls for each",
    scope: "flows:read",
    responses: {
      200: {
        description: "All modules.",
        schema: Type.Object({ items: Type.Array(ErpModule), nextCursor: Type.Null() }),
      },
    },
    handler: async () => json(200, { items: modules, nextCursor: null }),
  });
}

function flowRoute(runtime: Runtime): Route {
  return route({
    id: "readModuleFlow",
    method: "get",
    path: "/api/v1/modules/:module/flow",
    tag,
    summary: "The flow that answers every event of a module with its notice, as a document",
    scope: "flows:read",
    params: ModuleParams,
    query: Type.Object({ language: Type.Optional(Language) }, strict),
    responses: { 200: { description: "The flow; nothing is stored by this.", schema: FlowSchema } },
    errors: ["NOT_FOUND"],
    async handler({ params, query }) {
      return json(200, moduleFlow(existingModule(runtime, params.module), query.language ?? "es"));
    },
  });
}

function adoptRoute(runtime: Runtime): Route {
  const { db, directory } = runtime;
  return route({
    id: "adoptModule",
    method: "post",
    path: "/api/v1/modules/:module/adopt",
    tag,
    summary: "Make a module's notices and its flow your own, to change them; what you have stays",
    scope: "flows:write",
    params: ModuleParams,
    body: Type.Object({ language: Language }, strict),
    responses: { 200: { description: "What is new, and what was there.", schema: Adopted } },
    errors: ["NOT_FOUND", "INPUT_INVALID"],
    async handler({ caller, params, body }) {
      const module = existingModule(runtime, params.module);
      const draft = moduleFlow(module, body.language);
      const done = await db.asTenant(caller.tenantId, async (scope) => {
        const added = await copyNotices(scope, module, body.language);
        const hookKey = randomBytes(18).toString("base64url");
        const flow = await insertFlow(scope, { id: newId("flow"), hookKey, draft });
        const keys = module.templates.map(({ key }) => key);
        const kept = keys.filter((key) => !added.includes(key));
        const adopted = { templates: { added, kept }, flow: { key: draft.key, added: flow !== undefined } };
        const act = { actor: caller.by, action: "module.adopt", target: module.module };
        await insertAudit(scope, { ...act, details: { language: body.language, ...adopted } });
        return adopted;
      });
      directory.forget(caller.tenantId);
      return json(200, done);
    },
  });
}

/** @throws AppError NOT_FOUND naming the modules there are */
function existingModule({ modules }: Runtime, name: string): ErpModule {
  const found = modules.find(({ module }) => module === name);
  if (found) return found;
  const known = modules.map(({ module }) => module).join(", ");
  throw new AppError("NOT_FOUND", `There is no module "${name}"; expected one of ${known}.`);
}
