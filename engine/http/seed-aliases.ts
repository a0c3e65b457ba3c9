/** Paths an ERP may have been written for before there was this API. Each is another name of a route of it. */
import { type Static, Type } from "typebox";
import type { Engine } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { Phone } from "./fields.ts";
import { MessageSchema, MessageUnderWay, Module, RecordId } from "./message-schemas.ts";
import { IDEMPOTENCY_HEADER, UNSENT } from "./messages.ts";
import { type Route, route } from "./route.ts";
import { seedDashboardRoute } from "./seed-dashboard.ts";
import { latestChat, seedWhatsappRoutes } from "./seed-whatsapp.ts";
import { sendOneMessage } from "./send-message.ts";

const PREFIX = "/api/integrations/twilio";
const TAG = "Aliases";

/** By the id of the route each stands for. */
const PATHS: Readonly<Record<string, string>> = {
  listCredits: "credits",
  listUsage: "usage",
  sendCode: "verify/send",
  checkCode: "verify/check",
};

/** @param routes those of this API, of which some have a second name. */
export function seedAliasRoutes(
  runtime: Runtime,
  engine: Engine,
  routes: readonly Route[],
): readonly Route[] {
  const others = routes.flatMap((one) => {
    const path = PATHS[one.id];
    return path === undefined ? [] : [aliasOf(one, path)];
  });
  return [
    ...others,
    sendRoute(runtime, engine, { path: `${PREFIX}/send-sms`, id: "sendSmsAlias", channel: "sms" }),
    sendRoute(runtime, engine, {
      path: `${PREFIX}/send-whatsapp`,
      id: "sendWhatsappAlias",
      channel: "whatsapp",
    }),
    sendRoute(runtime, engine, { path: "/api/whatsapp/send", id: "sendChatAlias", channel: "whatsapp" }),
    ...seedWhatsappRoutes(runtime, routes),
    seedDashboardRoute(runtime),
  ];
}

function aliasOf(one: Route, path: string): Route {
  const summary = `Alias of ${one.method.toUpperCase()} ${one.path}: ${one.summary}`;
  return { ...one, id: `${one.id}Alias`, path: `${PREFIX}/${path}`, tag: TAG, summary };
}

const SendBody = Type.Object(
  {
    to: Phone,
    body: Type.String({ minLength: 1, maxLength: 4096 }),
    mediaUrl: Type.Optional(
      Type.Array(Type.String({ pattern: "^https?://" }), {
        maxItems: 10,
        description: "Files beside the text.",
      }),
    ),
    module: Type.Optional(Module),
    recordId: Type.Optional(RecordId),
    orgId: Type.Optional(
      Type.Union([Type.Integer(), Type.String({ maxLength: 64 })], {
        description: "Not needed: the API key says whose message it is.",
      }),
    ),
  },
  { additionalProperties: false },
);

function sendRoute(
  runtime: Runtime,
  engine: Engine,
  { path, id, channel }: Pick<Route, "path" | "id"> & { readonly channel: "sms" | "whatsapp" },
): Route {
  return route({
    id,
    method: "post",
    path,
    tag: TAG,
    summary: `Alias of POST /api/v1/messages with the channel ${channel}: send one text`,
    scope: "messages:write",
    body: SendBody,
    headers: IDEMPOTENCY_HEADER,
    responses: {
      201: { description: "It was taken.", schema: MessageSchema },
      202: { description: "It is under way.", schema: MessageUnderWay },
    },
    errors: UNSENT,
    async handler({ caller, body, headers }) {
      // A chat goes on from the number it is held with, which alone may write freely.
      const chat = channel === "whatsapp" ? await latestChat(runtime, caller.tenantId, body.to) : undefined;
      return sendOneMessage(runtime, engine, {
        caller,
        trigger: "api.message",
        body: messageOf(body, channel),
        numberId: chat?.number_id ?? null,
        headerKey: headers["idempotency-key"],
      });
    },
  });
}

function messageOf(
  { to, body, mediaUrl: media, module, recordId }: Static<typeof SendBody>,
  channel: "sms" | "whatsapp",
) {
  return {
    to,
    body,
    channel,
    ...(media === undefined ? {} : { media }),
    // A module without a record names nothing.
    ...(module === undefined || recordId === undefined ? {} : { module, recordId }),
  };
}
