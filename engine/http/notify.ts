import { type Static, Type } from "typebox";
import type { Engine } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { Phone, RunId } from "./fields.ts";
import { ChannelName, contentFields, MessageId, RecordId } from "./message-schemas.ts";
import { IDEMPOTENCY_HEADER, UNSENT } from "./messages.ts";
import { noticeOf, refuseValues } from "./notice-order.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { sendAndLook } from "./send-message.ts";
import { IdempotencyKey } from "./start-run.ts";

/** What every notice says of itself. */
export const noticeFields = {
  module: Type.String({ pattern: "^[a-z][a-z0-9_-]{0,39}$", description: "`pms`, `pos` …" }),
  template: Type.String({
    minLength: 1,
    maxLength: 200,
    description: "Key of the notice, such as pos-order-ready. Your own template of this key comes first.",
  }),
  channels: Type.Optional(
    Type.Array(ChannelName, {
      minItems: 1,
      uniqueItems: true,
      description: "Tried in this order; absent: those of the notice.",
    }),
  ),
  locale: contentFields.locale,
} as const;

const NotifyBody = Type.Object(
  {
    ...noticeFields,
    to: Phone,
    variables: contentFields.variables,
    storeId: Type.Optional(
      Type.String({
        pattern: "^sto_",
        maxLength: 64,
        description: "For which store: its number and templates.",
      }),
    ),
    recordId: Type.Optional(RecordId),
    idempotencyKey: Type.Optional(IdempotencyKey),
  },
  { additionalProperties: false },
);

const Notified = Type.Object({
  runId: RunId,
  messageId: Type.Union([MessageId, Type.Null()], { description: "Null: it waits for its sender's turn." }),
  channel: Type.Union([ChannelName, Type.Null()]),
  status: Type.String({ description: "queued, sent, delivered, read, failed, unknown." }),
});

/** Notices of the ERP, without drawing a flow. */
export function notifyRoutes(runtime: Runtime, engine: Engine): readonly Route[] {
  return [notifyRoute(runtime, engine)];
}

function notifyRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "notify",
    method: "post",
    path: "/api/v1/notify",
    tag: "Notices",
    summary: "Send one person a notice of a module, by the same rules as every message",
    scope: "messages:write",
    body: NotifyBody,
    headers: IDEMPOTENCY_HEADER,
    responses: { 202: { description: "It is sent, or under way.", schema: Notified } },
    errors: UNSENT,
    async handler({ caller, body, headers }) {
      const notice = await noticeOf(runtime, caller.tenantId, body);
      refuseValues(notice, body.variables ?? {});
      const { runId, message } = await sendAndLook(runtime, engine, {
        caller,
        trigger: "api.message",
        body: messageOf(body, notice),
        headerKey: headers["idempotency-key"],
      });
      const { id: messageId = null, channel = null, status = "queued" } = message ?? {};
      return json(202, { runId, messageId, channel, status }, { "x-run-id": runId });
    },
  });
}

function messageOf(
  { to, variables, storeId, module, recordId, idempotencyKey }: Static<typeof NotifyBody>,
  { key, locale, purpose, channels }: Awaited<ReturnType<typeof noticeOf>>,
) {
  return {
    to,
    template: key,
    locale,
    purpose,
    channels: [...channels],
    ...(variables === undefined ? {} : { variables }),
    ...(storeId === undefined ? {} : { storeId }),
    ...(recordId === undefined ? {} : { module, recordId }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
}
