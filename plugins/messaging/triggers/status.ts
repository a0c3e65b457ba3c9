import { defineTrigger, Type } from "../../../engine/plugin-api.ts";

const nullableText = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

const MESSAGE_FIELDS = {
  id: Type.String(),
  ref: nullableText("The vendor's id."),
  channel: Type.Enum(["whatsapp", "sms"]),
  to: nullableText("The person."),
  from: Type.String({ description: "Our number." }),
  numberId: nullableText("Id of our number."),
  body: Type.String(),
  template: nullableText("Key of its template."),
  storeId: nullableText("The store it was sent for."),
  module: nullableText("Module of the record it is about."),
  recordId: nullableText("The record it is about."),
  runId: Type.String({ description: "The run that sent it." }),
  flow: nullableText("The flow that sent it."),
  createdAt: Type.String(),
} as const;

export default defineTrigger({
  type: "messaging.status",
  version: 1,
  title: { en: "Status of a message", es: "Estado de un mensaje" },
  help: {
    en: "Starts the flow when a message of yours was delivered, read or could not be delivered. Messages that such a flow sends start none, so that nothing goes round for ever.",
    es: "Inicia el flujo cuando un mensaje suyo se entregó, se leyó o no se pudo entregar. Los mensajes que envía un flujo así no inician otro, para que nada dé vueltas sin fin.",
  },
  family: "messages",
  icon: "checks",
  params: Type.Object(
    {
      statuses: Type.Optional(
        Type.Array(Type.Enum(["sent", "delivered", "read", "failed"]), {
          uniqueItems: true,
          default: ["delivered", "read", "failed"],
          title: "Statuses",
          description: "Which of them start the flow.",
          "x-es": { title: "Estados", description: "Cuáles inician el flujo." },
        }),
      ),
      channels: Type.Optional(
        Type.Array(Type.Enum(["whatsapp", "sms"]), {
          uniqueItems: true,
          title: "Channels",
          description: "Empty: all.",
          "x-es": { title: "Canales", description: "Vacío: todos." },
        }),
      ),
      template: Type.Optional(
        Type.String({
          title: "Template",
          description: "Only messages of this template; empty: all messages.",
          "x-options": "templates",
          "x-es": {
            title: "Plantilla",
            description: "Solo mensajes de esta plantilla; vacío: todos los mensajes.",
          },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  gives: Type.Object({
    status: Type.Enum(["sent", "delivered", "read", "failed"], {
      title: "Status",
      "x-es": { title: "Estado" },
    }),
    error: Type.Union(
      [
        Type.Object({ reason: Type.String(), vendorCode: Type.String(), message: Type.String() }),
        Type.Null(),
      ],
      {
        title: "Error",
        description: "Why it could not be delivered.",
        "x-es": { title: "Error", description: "Por qué no se pudo entregar." },
      },
    ),
    message: Type.Object(MESSAGE_FIELDS, {
      title: "Message",
      description: "The one the status is about.",
      "x-es": { title: "Mensaje", description: "Aquel del que trata el estado." },
    }),
  }),
  answers: "ack",
  example: {
    title: { en: "A reminder could not be delivered", es: "Un recordatorio no se pudo entregar" },
    params: { statuses: ["failed"], template: "recordatorio-cita" },
  },
});
