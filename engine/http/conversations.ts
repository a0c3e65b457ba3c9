import { Type } from "typebox";
import { AppError } from "../errors.ts";
import { closeConversation } from "../runtime/close-conversation.ts";
import type { Engine } from "../runtime/engine.ts";
import { sendReadReceipt } from "../runtime/read-receipt.ts";
import type { Runtime } from "../runtime/runtime.ts";
import {
  type ConversationRow,
  changeConversation,
  countMessages,
  countUnread,
  findUser,
  listConversations,
  markRead,
  readConversation,
  recordsOfConversation,
} from "../store/conversations.ts";
import type { TenantScope } from "../store/database.ts";
import { waitingHandoff } from "../store/handoffs.ts";
import { messagesOfConversation } from "../store/messages.ts";
import {
  ConversationDetail,
  ConversationId,
  ConversationSchema,
  ConversationStatus,
  Unread,
} from "./conversation-schemas.ts";
import { conversationView } from "./conversation-views.ts";
import { Limit, Moment } from "./fields.ts";
import {
  ChannelName,
  contentFields,
  MessageId,
  MessageSchema,
  MessageUnderWay,
  Module,
  RecordId,
} from "./message-schemas.ts";
import { messageView } from "./message-views.ts";
import { IDEMPOTENCY_HEADER, UNSENT } from "./messages.ts";
import { momentOf } from "./moment.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { sendOneMessage } from "./send-message.ts";
import { IdempotencyKey } from "./start-run.ts";

const tag = "Conversations";
const PATH = "/api/v1/conversations/:id";
const strict = { additionalProperties: false } as const;
const IdParams = Type.Object({ id: ConversationId });
const UserId = Type.String({ pattern: "^usr_[0-9A-Za-z_]+$", description: "Id of one of your users." });

const ListQuery = Type.Object(
  {
    module: Type.Optional(Module),
    recordId: Type.Optional(RecordId),
    contact: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: "E.164, or the vendor's id of a person." }),
    ),
    number: Type.Optional(Type.String({ pattern: "^num_", description: "Id of one of your numbers." })),
    store: Type.Optional(Type.String({ pattern: "^sto_", description: "Id of one of your stores." })),
    status: Type.Optional(ConversationStatus),
    channel: Type.Optional(ChannelName),
    assignedTo: Type.Optional(UserId),
    unread: Type.Optional(Type.Boolean({ description: "True: only those with unread messages." })),
    from: Type.Optional(Moment),
    to: Type.Optional(Moment),
    search: Type.Optional(
      Type.String({ minLength: 2, maxLength: 100, description: "In names, numbers and the last words." }),
    ),
    cursor: Type.Optional(Type.String({ pattern: "^[0-9]{1,18}\\.cnv_[0-9a-f]{32}$" })),
    limit: Type.Optional(Limit),
  },
  strict,
);

/** The inbox: who wrote, what was said, and who has it. */
export function conversationRoutes(runtime: Runtime, engine: Engine): readonly Route[] {
  return [
    listRoute(runtime),
    // Before the one with an id.
    unreadRoute(runtime),
    readRoute(runtime),
    changeRoute(runtime),
    messagesRoute(runtime),
    answerRoute(runtime, engine),
    markReadRoute(runtime),
    closeRoute(runtime, engine),
  ];
}

function listRoute({ db }: Runtime): Route {
  return route({
    id: "listConversations",
    method: "get",
    path: "/api/v1/conversations",
    tag,
    summary: "Conversations, last written to first",
    scope: "conversations:read",
    query: ListQuery,
    responses: { 200: { description: "A page of conversations.", schema: pageSchema(ConversationSchema) } },
    errors: ["INPUT_INVALID"],
    async handler({ caller, query }) {
      const { cursor = null, limit = 50, from, to, ...filter } = query;
      if (filter.recordId !== undefined && filter.module === undefined)
        throw new AppError("INPUT_INVALID", "recordId names a record of a module; name the module, too.");
      const period = {
        ...(from === undefined ? {} : { from: momentOf("from", from) }),
        ...(to === undefined ? {} : { to: momentOf("to", to) }),
      };
      await countMessages(db, caller.tenantId);
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        listConversations(scope, { ...filter, ...period, after: cursor, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(rows, limit, (row) => row.position, conversationView),
      );
    },
  });
}

function unreadRoute({ db }: Runtime): Route {
  return route({
    id: "countUnread",
    method: "get",
    path: "/api/v1/conversations/unread-count",
    tag,
    summary: "How much is unread",
    scope: "conversations:read",
    query: Type.Object({ channel: Type.Optional(ChannelName) }, strict),
    responses: { 200: { description: "Over all conversations.", schema: Unread } },
    async handler({ caller, query }) {
      await countMessages(db, caller.tenantId);
      const unread = await db.asTenant(caller.tenantId, (scope) => countUnread(scope, query.channel));
      return json(200, unread ?? { messages: 0, conversations: 0 });
    },
  });
}

function readRoute(runtime: Runtime): Route {
  return route({
    id: "readConversation",
    method: "get",
    path: PATH,
    tag,
    summary: "A conversation and what it is about",
    scope: "conversations:read",
    params: IdParams,
    responses: { 200: { description: "The conversation.", schema: ConversationDetail } },
    errors: ["NOT_FOUND"],
    handler: async ({ caller, params }) => json(200, await detailOf(runtime, caller.tenantId, params.id)),
  });
}

const ChangeBody = Type.Object(
  {
    status: Type.Optional(
      Type.Enum(["open", "handoff"], {
        description: "`handoff`: you take it, and no flow answers until it is open again or closed.",
      }),
    ),
    assignedTo: Type.Optional(Type.Union([UserId, Type.Null()])),
    team: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 120 }), Type.Null()])),
    reference: Type.Optional(Type.Object({ module: Module, recordId: RecordId }, strict)),
  },
  { ...strict, minProperties: 1 },
);

function changeRoute(runtime: Runtime): Route {
  return route({
    id: "changeConversation",
    method: "patch",
    path: PATH,
    tag,
    summary: "Take a conversation, assign it, or say what it is about",
    scope: "conversations:write",
    params: IdParams,
    body: ChangeBody,
    responses: { 200: { description: "The conversation as it is now.", schema: ConversationDetail } },
    errors: ["NOT_FOUND", "INPUT_INVALID"],
    async handler({ caller, params, body }) {
      await runtime.db.asTenant(caller.tenantId, async (scope) => {
        const row = await existing(scope, params.id);
        if (body.status === "open" && (await waitingHandoff(scope, row.id)))
          throw new AppError(
            "INPUT_INVALID",
            "A flow gave this conversation to people and waits; close it instead.",
          );
        if (body.assignedTo != null && !(await findUser(scope, body.assignedTo)))
          throw new AppError(
            "INPUT_INVALID",
            `assignedTo is ${body.assignedTo}, which is none of your users.`,
          );
        await changeConversation(scope, params.id, body);
      });
      return json(200, await detailOf(runtime, caller.tenantId, params.id));
    },
  });
}

function messagesRoute(runtime: Runtime): Route {
  return route({
    id: "listConversationMessages",
    method: "get",
    path: `${PATH}/messages`,
    tag,
    summary: "What was said, newest first",
    scope: "conversations:read",
    params: IdParams,
    query: Type.Object({ cursor: Type.Optional(MessageId), limit: Type.Optional(Limit) }, strict),
    responses: { 200: { description: "A page of messages.", schema: pageSchema(MessageSchema) } },
    errors: ["NOT_FOUND", "INPUT_INVALID"],
    async handler({ caller, params, query }) {
      const { cursor = null, limit = 50 } = query;
      await countMessages(runtime.db, caller.tenantId);
      const rows = await runtime.db.asTenant(caller.tenantId, async (scope) =>
        messagesOfConversation(scope, await existing(scope, params.id), { after: cursor, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(rows, limit, (row) => row.id, messageView),
      );
    },
  });
}

const AnswerBody = Type.Object(
  {
    ...contentFields,
    by: Type.Optional(UserId),
    module: Type.Optional(Module),
    recordId: Type.Optional(RecordId),
    idempotencyKey: Type.Optional(IdempotencyKey),
  },
  strict,
);

function answerRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "answerConversation",
    method: "post",
    path: `${PATH}/messages`,
    tag,
    summary: "Answer by hand, from the number they wrote to",
    scope: "conversations:write",
    params: IdParams,
    body: AnswerBody,
    headers: IDEMPOTENCY_HEADER,
    responses: {
      201: { description: "The vendor took it.", schema: MessageSchema },
      202: { description: "It is under way.", schema: MessageUnderWay },
    },
    errors: ["NOT_FOUND", ...UNSENT],
    async handler({ caller, params, body, headers }) {
      const { by, ...content } = body;
      const row = await conversationOf(runtime, caller.tenantId, params.id, by);
      const { contact, channel, number_id, store_id } = row;
      return sendOneMessage(runtime, engine, {
        caller,
        trigger: "inbox.answer",
        headerKey: headers["idempotency-key"],
        ...(by === undefined ? {} : { by }),
        body: {
          ...content,
          to: contact,
          channel,
          ...(number_id === null ? {} : { fromNumber: number_id }),
          ...(store_id === null ? {} : { storeId: store_id }),
        },
      });
    },
  });
}

function markReadRoute(runtime: Runtime): Route {
  return route({
    id: "markConversationRead",
    method: "post",
    path: `${PATH}/read`,
    tag,
    summary: "Everything in it was read; the person sees it where the channel shows that",
    scope: "conversations:write",
    params: IdParams,
    responses: {
      200: {
        description: "Nothing in it is unread.",
        schema: Type.Object({
          unread: Type.Literal(0),
          receipt: Type.Enum(["sent", "none", "failed"], {
            description: "`none`: the channel knows no read receipts, or nothing came in.",
          }),
        }),
      },
    },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const { tenantId } = caller;
      await countMessages(runtime.db, tenantId);
      const row = await runtime.db.asTenant(tenantId, async (scope) => {
        const found = await existing(scope, params.id);
        await markRead(scope, params.id);
        return found;
      });
      return json(200, { unread: 0, receipt: await sendReadReceipt(runtime, tenantId, row) });
    },
  });
}

function closeRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "closeConversation",
    method: "post",
    path: `${PATH}/close`,
    tag,
    summary: "Close it; a flow that gave it to people goes on",
    scope: "conversations:write",
    params: IdParams,
    body: Type.Object({ by: Type.Optional(UserId) }, strict),
    responses: { 200: { description: "It is closed.", schema: ConversationDetail } },
    errors: ["NOT_FOUND", "INPUT_INVALID"],
    async handler({ caller, params, body }) {
      const { tenantId } = caller;
      await conversationOf(runtime, tenantId, params.id, body.by);
      await closeConversation(runtime, engine, { tenantId, id: params.id, who: body.by ?? caller.by });
      return json(200, await detailOf(runtime, tenantId, params.id));
    },
  });
}

/** @throws AppError NOT_FOUND, INPUT_INVALID where `by` is nobody's */
async function conversationOf(
  runtime: Runtime,
  tenantId: string,
  id: string,
  by: string | undefined,
): Promise<ConversationRow> {
  await countMessages(runtime.db, tenantId);
  return runtime.db.asTenant(tenantId, async (scope) => {
    const row = await existing(scope, id);
    if (by === undefined || (await findUser(scope, by))) return row;
    throw new AppError("INPUT_INVALID", `by is ${by}, which is none of your users.`, { by });
  });
}

async function detailOf({ db }: Runtime, tenantId: string, id: string) {
  await countMessages(db, tenantId);
  return db.asTenant(tenantId, async (scope) => {
    const row = await existing(scope, id);
    const records = await recordsOfConversation(scope, id);
    const references = records.map(({ module, record_id: recordId }) => ({ module, recordId }));
    return { ...conversationView(row), references };
  });
}

/** @throws AppError NOT_FOUND */
async function existing(scope: TenantScope, id: string): Promise<ConversationRow> {
  const row = await readConversation(scope, id);
  if (!row) throw new AppError("NOT_FOUND", `There is no conversation ${id}.`);
  return row;
}
