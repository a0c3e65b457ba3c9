import { Type } from "typebox";
import { At } from "./fields.ts";
import { ChannelName, Module, RecordId } from "./message-schemas.ts";

const NullableText = Type.Union([Type.String(), Type.Null()]);
const NullableAt = Type.Union([At, Type.Null()]);

export const ConversationId = Type.String({
  pattern: "^cnv_[0-9a-f]{32}$",
  description: "Id of a conversation: one person, one of your numbers, one channel.",
});
export const ConversationStatus = Type.Enum(["open", "handoff", "closed"], {
  description: "`handoff`: people have it, and no flow answers in it.",
});

export const ConversationSchema = Type.Object({
  id: ConversationId,
  channel: ChannelName,
  contact: Type.Object({
    address: Type.String({ description: "E.164, or the vendor's id of somebody who hides their phone." }),
    name: NullableText,
  }),
  number: Type.Object({ id: NullableText, e164: Type.String() }),
  storeId: NullableText,
  status: ConversationStatus,
  assignedTo: NullableText,
  team: NullableText,
  unread: Type.Integer({ minimum: 0 }),
  reference: Type.Union([Type.Object({ module: Module, recordId: RecordId }), Type.Null()], {
    description: "The latest record it is about.",
  }),
  lastMessage: Type.Union([
    Type.Object({
      id: Type.String(),
      direction: Type.Enum(["inbound", "outbound"]),
      body: Type.String({ description: "The first 200 characters." }),
      media: Type.Integer({ description: "How many files." }),
    }),
    Type.Null(),
  ]),
  lastMessageAt: At,
  lastInboundAt: NullableAt,
  closedAt: NullableAt,
  closedBy: NullableText,
  createdAt: At,
});

export const ConversationDetail = Type.Object({
  ...ConversationSchema.properties,
  references: Type.Array(Type.Object({ module: Module, recordId: RecordId }), {
    description: "Everything it was about, the latest first.",
  }),
});

export const Unread = Type.Object({
  messages: Type.Integer({ minimum: 0 }),
  conversations: Type.Integer({ minimum: 0, description: "With unread messages." }),
});
