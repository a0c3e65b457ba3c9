/** The inbox, as a chat panel of before asks for it: WhatsApp only, and a conversation is named by the phone. */
import { Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type ConversationRow, countMessages, listConversations } from "../store/conversations.ts";
import { Phone } from "./fields.ts";
import type { Route, ScopedRoute } from "./route.ts";

const PREFIX = "/api/whatsapp";
const channel = "whatsapp";

/** @param routes those of this API, of which these are other names. */
export function seedWhatsappRoutes(runtime: Runtime, routes: readonly Route[]): readonly Route[] {
  return routes.flatMap((one) => {
    if (!("scope" in one)) return [];
    switch (one.id) {
      case "listConversations":
        return [onlyWhatsapp(one, "conversations")];
      case "countUnread":
        return [onlyWhatsapp(one, "unread-count")];
      case "listConversationMessages":
        return [byPhone(runtime, one)];
      default:
        return [];
    }
  });
}

function aliasOf(one: ScopedRoute, path: string): ScopedRoute {
  const summary = `Alias of ${one.method.toUpperCase()} ${one.path}, for WhatsApp: ${one.summary}`;
  return { ...one, id: `${one.id}Alias`, path: `${PREFIX}/${path}`, tag: "Aliases", summary };
}

function onlyWhatsapp(one: ScopedRoute, path: string): ScopedRoute {
  const { channel: _always, ...query } = one.query?.properties ?? {};
  return {
    ...aliasOf(one, path),
    query: Type.Object(query, { additionalProperties: false }),
    handler: (request) => one.handler({ ...request, query: { ...request.query, channel } }),
  };
}

function byPhone(runtime: Runtime, one: ScopedRoute): ScopedRoute {
  return {
    ...aliasOf(one, "conversations/:phone/messages"),
    params: Type.Object({ phone: Phone }),
    async handler(request) {
      const phone = String(request.params.phone);
      const latest = await latestChat(runtime, request.caller.tenantId, phone);
      if (latest) return one.handler({ ...request, params: { id: latest.id } });
      throw new AppError("NOT_FOUND", `There is no conversation with ${phone} over WhatsApp.`, { phone });
    },
  };
}

/** Somebody may have written to several numbers: the last one counts. */
export async function latestChat(
  { db }: Runtime,
  tenantId: string,
  contact: string,
): Promise<ConversationRow | undefined> {
  await countMessages(db, tenantId);
  const [latest] = await db.asTenant(tenantId, (scope) =>
    listConversations(scope, { contact, channel, after: null, limit: 1 }),
  );
  return latest;
}
