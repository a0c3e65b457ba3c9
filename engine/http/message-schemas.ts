import { type Static, Type } from "typebox";
import { Address, At, RunId } from "./fields.ts";
import { IdempotencyKey } from "./start-run.ts";

const strict = { additionalProperties: false } as const;
const NullableText = Type.Union([Type.String(), Type.Null()]);

export const MessageId = Type.String({ pattern: "^msg_[0-9a-f]{32}$", description: "Id of a message." });
export const ChannelName = Type.Enum(["whatsapp", "sms"]);
export const Module = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "Module of your own system, such as pms.",
});
export const RecordId = Type.String({ minLength: 1, maxLength: 200, description: "Record of that module." });

export const MessageSchema = Type.Object({
  id: MessageId,
  conversationId: Type.Union([Type.String(), Type.Null()]),
  direction: Type.Enum(["inbound", "outbound"]),
  channel: ChannelName,
  from: NullableText,
  to: NullableText,
  body: Type.String(),
  media: Type.Array(Type.String(), {
    description:
      "Its files: ids of stored ones (GET /media/{id}), and addresses of those that were sent from elsewhere.",
  }),
  template: Type.Union([Type.String(), Type.Null()], { description: "Key of its template." }),
  status: Type.String({
    description: "queued, sent, delivered, read, failed, unknown; received of what came in.",
  }),
  error: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()], {
    description: "Why it was not sent or not delivered: reason, vendorCode, message.",
  }),
  ref: Type.Union([Type.String(), Type.Null()], { description: "The vendor's id." }),
  runId: NullableText,
  storeId: NullableText,
  module: NullableText,
  recordId: NullableText,
  author: Type.Union([Type.Enum(["flow", "api", "agent"]), Type.Null()], {
    description: "Who wrote it, of what was sent.",
  }),
  authorId: Type.Union([Type.String(), Type.Null()], { description: "The API key or user." }),
  units: Type.Integer({ description: "Credits it may cost." }),
  simulated: Type.Boolean({ description: "An emulator carried it." }),
  sentAt: Type.Union([At, Type.Null()]),
  createdAt: At,
  updatedAt: At,
});

const Purpose = Type.Enum(["service", "notice", "marketing"], {
  description: "`service` (default) answers what the person just did; the others keep quiet hours.",
});

/** What a message says: of these, `body` (with or without files), or `template`. */
export const contentFields = {
  body: Type.Optional(
    Type.String({ minLength: 1, maxLength: 4096, description: "The text; or a template." }),
  ),
  media: Type.Optional(
    Type.Array(Type.String({ pattern: "^(https?://|med_)" }), {
      maxItems: 10,
      description: "Public addresses, or ids of stored files (POST /media), that go with the text.",
    }),
  ),
  template: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: "Key of one of your templates, instead of body.",
    }),
  ),
  locale: Type.Optional(
    Type.String({ maxLength: 35, description: "Language of the template; absent: yours." }),
  ),
  variables: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
      description: "A value for each name in the template.",
    }),
  ),
} as const;

const ContentBody = Type.Object(contentFields);
export type ContentBody = Static<typeof ContentBody>;

export const SendMessageBody = Type.Object(
  {
    to: Address,
    channel: Type.Optional(ChannelName),
    channels: Type.Optional(
      Type.Array(ChannelName, {
        minItems: 1,
        uniqueItems: true,
        description: "Tried in this order; absent: WhatsApp, then SMS.",
      }),
    ),
    ...contentFields,
    purpose: Type.Optional(Purpose),
    trackLinks: Type.Optional(Type.Boolean({ description: "Web addresses become links that count clicks." })),
    fromNumber: Type.Optional(
      Type.String({ pattern: "^num_", maxLength: 64, description: "Id of the number of yours that sends." }),
    ),
    storeId: Type.Optional(
      Type.String({
        pattern: "^sto_",
        maxLength: 64,
        description: "For which store: its number and templates.",
      }),
    ),
    module: Type.Optional(Module),
    recordId: Type.Optional(RecordId),
    idempotencyKey: Type.Optional(IdempotencyKey),
  },
  strict,
);
export type SendMessageBody = Static<typeof SendMessageBody>;

/** One that is still under way when its sender is answered. */
export const MessageUnderWay = Type.Object({
  runId: RunId,
  message: Type.Union([MessageSchema, Type.Null()], {
    description: "As far as there is one: it waits for its sender's turn, or for word of the vendor.",
  }),
});
