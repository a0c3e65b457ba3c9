import { Type } from "typebox";
import type { JsonObject } from "../core/json.ts";
import { MessagingSettingsSchema, messagingRules, SETTING_NAMES } from "../core/messaging-settings.ts";
import { RetriesSchema } from "../core/whatsapp-retries.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { readSettings, writeSettings } from "../store/settings.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Settings";

/** What a tenant decides about its messages: read it, write it, and the engine keeps to it. */
export function messagingSettingsRoutes(runtime: Runtime): readonly Route[] {
  return [readMessaging(runtime), writeMessaging(runtime), readRetries(runtime), writeRetries(runtime)];
}

function readMessaging({ db }: Runtime): Route {
  return route({
    id: "readMessagingSettings",
    method: "get",
    path: "/api/v1/settings/messaging",
    tag,
    summary: "Quiet hours, consent, opt-out words, countries and the guard against pumped SMS",
    scope: "settings:read",
    responses: { 200: { description: "What was decided.", schema: MessagingSettingsSchema } },
    async handler({ caller }) {
      return json(200, named(await db.asTenant(caller.tenantId, readSettings)));
    },
  });
}

function writeMessaging(runtime: Runtime): Route {
  return route({
    id: "writeMessagingSettings",
    method: "put",
    path: "/api/v1/settings/messaging",
    tag,
    summary: "Decide the parts that are named; the others stay",
    scope: "settings:write",
    body: MessagingSettingsSchema,
    responses: { 200: { description: "What is decided now.", schema: MessagingSettingsSchema } },
    errors: ["INPUT_INVALID"],
    async handler({ caller, body }) {
      return json(200, named(await write(runtime, caller, body as JsonObject)));
    },
  });
}

function readRetries({ db }: Runtime): Route {
  return route({
    id: "readWhatsappRetries",
    method: "get",
    path: "/api/v1/settings/whatsapp-retries",
    tag,
    summary:
      "What is done with a WhatsApp message that failed: by reason or code, how often again, and which channel then",
    scope: "settings:read",
    responses: {
      200: { description: "The rules; those of the house where none were written.", schema: RetriesSchema },
    },
    async handler({ caller }) {
      const settings = await db.asTenant(caller.tenantId, readSettings);
      return json(200, messagingRules(settings).whatsappRetries);
    },
  });
}

function writeRetries(runtime: Runtime): Route {
  return route({
    id: "writeWhatsappRetries",
    method: "put",
    path: "/api/v1/settings/whatsapp-retries",
    tag,
    summary: "Write the rules; null gives back those of the house",
    scope: "settings:write",
    body: Type.Union([RetriesSchema, Type.Null()]),
    responses: { 200: { description: "The rules now.", schema: RetriesSchema } },
    errors: ["INPUT_INVALID"],
    async handler({ caller, body }) {
      const settings = await write(runtime, caller, { whatsappRetries: body as JsonObject | null });
      return json(200, messagingRules(settings).whatsappRetries);
    },
  });
}

async function write(
  { db, directory }: Runtime,
  caller: { readonly tenantId: string; readonly by: string },
  settings: JsonObject,
): Promise<JsonObject> {
  const after = await db.asTenant(caller.tenantId, (scope) =>
    writeSettings(scope, { settings, actor: caller.by }),
  );
  directory.forget(caller.tenantId);
  return after;
}

function named(settings: JsonObject): JsonObject {
  return Object.fromEntries(
    SETTING_NAMES.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])),
  );
}
