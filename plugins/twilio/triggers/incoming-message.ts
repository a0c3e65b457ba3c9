import { defineTrigger, type Static, Type } from "../../../engine/plugin-api.ts";

const optional = Type.Union([Type.String(), Type.Null()]);

const Location = Type.Object({
  latitude: Type.Number(),
  longitude: Type.Number(),
  name: optional,
  address: optional,
});

export const IncomingMessageSchema = Type.Object({
  sid: Type.String({ description: "The message's id at Twilio: SM… or MM…" }),
  from: Type.String({ description: "Phone number of the person, without a channel prefix." }),
  to: Type.String({ description: "Our number." }),
  channel: Type.Enum(["sms", "whatsapp"]),
  body: Type.String(),
  media: Type.Array(
    Type.Object({
      url: Type.String({ description: "Where the file can be got, without a password, for a week." }),
      contentType: optional,
      mediaId: Type.Optional(Type.String({ description: "To send the file on." })),
      size: Type.Optional(
        Type.Union([Type.Integer(), Type.Null()], { description: "Bytes; null: still being fetched." }),
      ),
      sha256: Type.Optional(optional),
    }),
  ),
  buttonPayload: Type.Union([Type.String(), Type.Null()], {
    description: "Id of the button or the row that was tapped.",
  }),
  repliesTo: Type.Union([Type.String(), Type.Null()], {
    description: "Id of the message this one answers, of the last seven days; WhatsApp only.",
  }),
  location: Type.Union([Location, Type.Null()]),
  profileName: optional,
  optOut: Type.Union([Type.Literal("STOP"), Type.Literal("START"), Type.Literal("HELP"), Type.Null()]),
});

export type IncomingMessage = Static<typeof IncomingMessageSchema>;

export default defineTrigger({
  type: "twilio.incoming-message",
  version: 1,
  title: { en: "Incoming message", es: "Mensaje entrante" },
  help: {
    en: "Starts the flow when somebody writes an SMS or WhatsApp to one of your Twilio numbers. An answer that a flow is waiting for goes to that flow instead.",
    es: "Inicia el flujo cuando alguien escribe un SMS o WhatsApp a uno de sus números de Twilio. Una respuesta que un flujo espera va a ese flujo.",
  },
  family: "messages",
  icon: "message-2",
  params: Type.Object({}, { additionalProperties: false }),
  gives: Type.Object({ message: IncomingMessageSchema }),
  answers: "ack",
  example: { title: { en: "Somebody writes", es: "Alguien escribe" }, params: {} },
});
