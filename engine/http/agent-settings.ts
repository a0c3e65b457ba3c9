import { AgentSettingsSchema, agentSettings } from "../core/agent-settings.ts";
import type { JsonObject } from "../core/json.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { readSettings, writeSettings } from "../store/settings.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Agents";
const PATH = "/api/v1/settings/agent";

/** What a tenant decides for all of its agents. */
export function agentSettingsRoutes({ db, directory }: Runtime): readonly Route[] {
  return [
    route({
      id: "readAgentSettings",
      method: "get",
      path: PATH,
      tag,
      summary: "Business, tone, instructions, disclosure, voice, model and daily budget of all agents",
      scope: "settings:read",
      responses: { 200: { description: "What was decided.", schema: AgentSettingsSchema } },
      async handler({ caller }) {
        return json(200, agentSettings(await db.asTenant(caller.tenantId, readSettings)));
      },
    }),
    route({
      id: "writeAgentSettings",
      method: "put",
      path: PATH,
      tag,
      summary: "Decide it anew: what is not named is not decided",
      scope: "settings:write",
      body: AgentSettingsSchema,
      responses: { 200: { description: "What is decided now.", schema: AgentSettingsSchema } },
      errors: ["INPUT_INVALID"],
      async handler({ caller, body }) {
        const settings = { agent: body as JsonObject };
        const written = await db.asTenant(caller.tenantId, (scope) =>
          writeSettings(scope, { settings, actor: caller.by }),
        );
        directory.forget(caller.tenantId);
        return json(200, agentSettings(written));
      },
    }),
  ];
}
