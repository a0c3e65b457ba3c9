import { Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { countMessages } from "../store/conversations.ts";
import { listMessages, readMessage } from "../store/messages.ts";
import { Limit, Moment, RunId } from "./fields.ts";
import {
  ChannelName,
  MessageId,
  MessageSchema,
  MessageUnderWay,
  Module,
  RecordId,
  SendMessageBody,
} from "./message-schemas.ts";
import { messageView } from "./message-views.ts";
import { momentOf } from "./moment.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { sendOneMessage } from "./send-message.ts";

const tag = "Messages";
const Address = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "A phone number, or a vendor's id of a person.",
});

const ListQuery = Type.Object(
  {
    to: Type.Optional(Address),
    from: Type.Optional(Address),
    channel: Type.Optional(ChannelName),
    status: Type.Optional(
      Type.Enum(["queued", "sent", "delivered", "read", "failed", "unknown", "received"]),
    ),
    direction: Type.Optional(Type.Enum(["inbound", "outbound"])),
    since: Type.Optional(Moment),
    module: Type.Optional(Module),
    recordId: Type.Optional(RecordId),
    run: Type.Optional(RunId),
    cursor: Type.Optional(MessageId),
    limit: Type.Optional(Limit),
  },
  { additionalProperties: false },
);

/** Errors that say why a message was not sent. */
export const UNSENT = [
  "INPUT_INVALID",
  "IDEMPOTENCY_CONFLICT",
  "INSUFFICIENT_CREDITS",
  "OPTED_OUT",
  "QUIET_HOURS",
  "WINDOW_CLOSED",
  "UNDELIVERABLE",
  "TEMPLATE_MISSING",
  "TEMPLATE_INVALID",
  "SENDER_MISSING",
  "STORE_MISSING",
] as const;

export const IDEMPOTENCY_HEADER = {
  "Idempotency-Key": {
    description: "The same key and request again send nothing more and give the same answer.",
  },
} as const;

/** Sending one message without drawing a flow, and looking messages up. */
export function messageRoutes(runtime: Runtime, engine: Engine): readonly Route[] {
  return [sendRoute(runtime, engine), listRoute(runtime), readRoute(runtime)];
}

function sendRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "sendMessage",
    method: "post",
    path: "/api/v1/messages",
    tag,
    summary: "Send one message, by the same rules as a flow: credits, consent, window, pace",
    scope: "messages:write",
    body: SendMessageBody,
    headers: IDEMPOTENCY_HEADER,
    responses: {
      201: { description: "A channel took it.", schema: MessageSchema },
      202: { description: "It is under way.", schema: MessageUnderWay },
    },
    errors: UNSENT,
    handler: ({ caller, body, headers }) =>
      sendOneMessage(runtime, engine, {
        caller,
        trigger: "api.message",
        body,
        headerKey: headers["idempotency-key"],
      }),
  });
}

function listRoute({ db }: Runtime): Route {
  return route({
    id: "listMessages",
    method: "get",
    path: "/api/v1/messages",
    tag,
    summary: "Messages of all conversations, newest first",
    scope: "messages:read",
    query: ListQuery,
    responses: { 200: { description: "A page of messages.", schema: pageSchema(MessageSchema) } },
    errors: ["INPUT_INVALID"],
    async handler({ caller, query }) {
      const { cursor = null, limit = 50, since, ...filter } = query;
      if (filter.recordId !== undefined && filter.module === undefined)
        throw new AppError("INPUT_INVALID", "recordId names a record of a module; name the module, too.");
      const period = since === undefined ? {} : { since: momentOf("since", since) };
      await countMessages(db, caller.tenantId);
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        listMessages(scope, { ...filter, ...period, after: cursor, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(rows, limit, (row) => row.id, messageView),
      );
    },
  });
}

function readRoute({ db }: Runtime): Route {
  return route({
    id: "readMessage",
    method: "get",
    path: "/api/v1/messages/:id",
    tag,
    summary: "A message and how it is getting on",
    scope: "messages:read",
    params: Type.Object({ id: MessageId }),
    responses: { 200: { description: "The message.", schema: MessageSchema } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      await countMessages(db, caller.tenantId);
      const row = await db.asTenant(caller.tenantId, (scope) => readMessage(scope, params.id));
      if (!row) throw new AppError("NOT_FOUND", `There is no message ${params.id}.`);
      return json(200, messageView(row));
    },
  });
}
