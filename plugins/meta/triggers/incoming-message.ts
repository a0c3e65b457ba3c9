import { defineTrigger, type Json, type JsonObject, type Static, Type } from "../../../engine/plugin-api.ts";

const optional = Type.Union([Type.String(), Type.Null()]);
const anyObject = Type.Unsafe<JsonObject>(Type.Object({}));

const Media = Type.Object({
  id: Type.String({ description: "Media id; good for seven days." }),
  type: Type.String({ description: "image, video, audio, document or sticker." }),
  contentType: optional,
  url: Type.Union([Type.String(), Type.Null()], {
    description: "Where the file can be got, without a password, for a week.",
  }),
  mediaId: Type.Optional(Type.String({ description: "To send the file on." })),
  size: Type.Optional(
    Type.Union([Type.Integer(), Type.Null()], { description: "Bytes; null: still being fetched." }),
  ),
  sha256: Type.Optional(optional),
  filename: optional,
  caption: optional,
  voice: Type.Boolean({ description: "A voice note." }),
});

const Location = Type.Object({
  latitude: Type.Number(),
  longitude: Type.Number(),
  name: optional,
  address: optional,
});

const Interactive = Type.Object({
  type: Type.String({ description: "button_reply, list_reply, nfm_reply or call_permission_reply." }),
  id: optional,
  title: optional,
  description: optional,
  response: Type.Unsafe<Json>(
    Type.Unknown({ description: "What the person filled in or decided, for forms and permissions." }),
  ),
});

// As WhatsApp writes it.
const Order = Type.Unsafe<JsonObject>(
  Type.Object({
    catalog_id: Type.String(),
    text: Type.Optional(Type.String()),
    product_items: Type.Array(
      Type.Object({
        product_retailer_id: Type.String(),
        quantity: Type.Number(),
        item_price: Type.Number(),
        currency: Type.String(),
      }),
    ),
  }),
);

const DEEDS = ["reaction", "edit", "revoke", "unsupported"] as const;

const DeedSchema = Type.Object({
  kind: Type.Enum(DEEDS),
  messageId: Type.Union([Type.String(), Type.Null()], { description: "Id of the message it is about." }),
  emoji: Type.Union([Type.String(), Type.Null()], { description: "Of a reaction; null: taken back." }),
  what: Type.Union([Type.String(), Type.Null()], { description: "What WhatsApp does not hand on." }),
  code: Type.Union([Type.Integer(), Type.Null()]),
  reason: optional,
});

export type Deed = Static<typeof DeedSchema>;

export const IncomingMessageSchema = Type.Object({
  sid: Type.String({ description: "The message's id at WhatsApp: wamid…" }),
  type: Type.String({ description: "text, image, interactive, button …" }),
  from: Type.Union([Type.String(), Type.Null()], {
    description: "Phone number; null when the person hides it.",
  }),
  userId: Type.Union([Type.String(), Type.Null()], { description: "Business-scoped user id." }),
  username: optional,
  to: Type.String({ description: "Our number." }),
  body: Type.String({ description: "The text, the caption, or the title of the tapped button." }),
  media: Type.Array(Media),
  buttonPayload: optional,
  location: Type.Union([Location, Type.Null()]),
  profileName: optional,
  optOut: Type.Union([Type.Literal("STOP"), Type.Literal("START"), Type.Null()]),
  referral: Type.Union([anyObject, Type.Null()], {
    description: "The ad or post the person came from.",
  }),
  interactive: Type.Union([Interactive, Type.Null()]),
  repliesTo: Type.Union([Type.String(), Type.Null()], { description: "Id of the message this one quotes." }),
  contacts: Type.Array(anyObject, { description: "Contact cards." }),
  order: Type.Union([Order, Type.Null()]),
  forwarded: Type.Boolean({ description: "Passed on from another chat." }),
  product: Type.Union([anyObject, Type.Null()], {
    description: "The product of the catalogue it asks about.",
  }),
  deed: Type.Union([DeedSchema, Type.Null()], {
    description: "What the person did besides writing; null for a message.",
  }),
});

export type IncomingMessage = Static<typeof IncomingMessageSchema>;

export default defineTrigger({
  type: "meta.incoming-message",
  version: 1,
  title: { en: "WhatsApp message received", es: "Mensaje de WhatsApp recibido" },
  help: {
    en: "Starts the flow when somebody writes to one of your WhatsApp numbers. Use it for numbers connected directly to Meta.",
    es: "Inicia el flujo cuando alguien escribe a uno de sus números de WhatsApp. Úselo con los números conectados directamente a Meta.",
  },
  family: "messages",
  icon: "brand-whatsapp",
  params: Type.Object(
    {
      also: Type.Optional(
        Type.Array(Type.Enum(DEEDS), {
          uniqueItems: true,
          title: "Start also for",
          description: "What people do besides writing. Without it, only messages start the flow.",
          "x-es": {
            title: "Iniciar también con",
            description:
              "Lo que las personas hacen además de escribir. Sin ello, solo los mensajes inician el flujo.",
          },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  gives: Type.Object({ message: IncomingMessageSchema }),
  answers: "ack",
  example: { title: { en: "Somebody writes on WhatsApp", es: "Alguien escribe por WhatsApp" }, params: {} },
});
