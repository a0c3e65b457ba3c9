import { type Static, Type } from "../../engine/plugin-api.ts";

const TextChannelSchema = Type.Enum(["whatsapp", "sms"]);
export type TextChannel = Static<typeof TextChannelSchema>;

/** Parameters of every node that sends over a channel order. */
export const deliveryParams = {
  to: Type.Optional(
    Type.String({
      title: "To",
      description:
        "Phone number with country code, or WhatsApp's id of somebody who hides it; empty: the contact of this flow.",
      "x-widget": "phone",
      "x-order": 1,
      "x-es": {
        title: "Para",
        description:
          "Teléfono con código de país, o el id de WhatsApp de quien lo oculta; vacío: el contacto de este flujo.",
      },
    }),
  ),
  channels: Type.Optional(
    Type.Array(TextChannelSchema, {
      minItems: 1,
      uniqueItems: true,
      default: ["whatsapp", "sms"],
      title: "Channels",
      description: "Tried in this order until one takes the message.",
      "x-order": 2,
      "x-es": { title: "Canales", description: "Se prueban en este orden hasta que uno acepte el mensaje." },
    }),
  ),
  purpose: Type.Optional(
    Type.Enum(["service", "notice", "marketing"], {
      default: "service",
      title: "Purpose",
      description: "`service` answers what the person just did; `notice` and `marketing` keep quiet hours.",
      "x-order": 6,
      "x-es": {
        title: "Finalidad",
        description:
          "`service` responde a lo que la persona acaba de hacer; `notice` y `marketing` respetan las horas de descanso.",
      },
    }),
  ),
  trackLinks: Type.Optional(
    Type.Boolean({
      default: false,
      title: "Count link clicks",
      description: "Web addresses become short links that count who opens them.",
      "x-order": 7,
      "x-es": {
        title: "Contar clics",
        description: "Las direcciones web pasan a ser enlaces cortos que cuentan quién los abre.",
      },
    }),
  ),
  reference: Type.Optional(
    Type.Object(
      {
        // What another message was about may be nothing: then there is no value for either.
        module: Type.Optional(
          Type.String({
            maxLength: 64,
            title: "Module",
            description: "Such as pms.",
            "x-es": { title: "Módulo", description: "Por ejemplo pms." },
          }),
        ),
        recordId: Type.Optional(
          Type.String({ maxLength: 200, title: "Record", "x-es": { title: "Registro" } }),
        ),
      },
      {
        additionalProperties: false,
        title: "About",
        description: "The record of your own system this is about; the conversation is found by it.",
        "x-group": "advanced",
        "x-es": {
          title: "Sobre",
          description: "El registro de su sistema del que trata; por él se encuentra la conversación.",
        },
      },
    ),
  ),
  linkDays: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 365,
      default: 180,
      title: "Links work for (days)",
      "x-group": "advanced",
      "x-visible": { param: "trackLinks", is: true },
      "x-es": { title: "Los enlaces funcionan (días)" },
    }),
  ),
  sendAt: Type.Optional(
    Type.String({
      title: "Send at",
      description:
        "A date and time such as 2026-11-21T09:00, in the flow's time zone where no offset is given; empty: now. The flow sleeps until then.",
      "x-widget": "datetime",
      "x-order": 8,
      "x-es": {
        title: "Enviar a las",
        description:
          "Una fecha y hora como 2026-11-21T09:00, en la zona del flujo si no lleva desfase; vacío: ahora. El flujo duerme hasta entonces.",
      },
    }),
  ),
  whenQuiet: Type.Optional(
    Type.Enum(["leave", "wait"], {
      default: "leave",
      title: "In quiet hours",
      description: "`leave`: by the port quiet_hours. `wait`: it is sent when they end where the person is.",
      "x-order": 9,
      "x-es": {
        title: "En horas de descanso",
        description: "`leave`: sale por quiet_hours. `wait`: se envía cuando terminan donde está la persona.",
      },
    }),
  ),
  smartEncoding: Type.Optional(
    Type.Boolean({
      default: false,
      title: "Smart encoding",
      description:
        "In an SMS, curly quotes, dashes and the like become plain ones, so that it needs fewer segments.",
      "x-group": "advanced",
      "x-es": {
        title: "Codificación inteligente",
        description:
          "En un SMS, las comillas curvas, rayas y similares pasan a ser sencillas, y así ocupa menos segmentos.",
      },
    }),
  ),
  confirm: Type.Optional(
    Type.Enum(["accepted", "sent", "delivered"], {
      default: "accepted",
      title: "Wait until",
      description: "How far the message must get before the flow goes on.",
      "x-group": "advanced",
      "x-es": {
        title: "Esperar hasta",
        description: "Hasta dónde debe llegar el mensaje para que siga el flujo.",
      },
    }),
  ),
  confirmWithinMs: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 86_400_000,
      default: 5000,
      title: "Wait at most (ms)",
      "x-group": "advanced",
      "x-visible": { param: "confirm", in: ["sent", "delivered"] },
      "x-es": { title: "Esperar como máximo (ms)" },
    }),
  ),
  onSilence: Type.Optional(
    Type.Enum(["keep", "next_channel"], {
      default: "keep",
      title: "If nothing is heard",
      description: "`keep`: counts as sent. `next_channel`: tries the next one too, so both may arrive.",
      "x-group": "advanced",
      "x-visible": { param: "confirm", in: ["sent", "delivered"] },
      "x-es": {
        title: "Si no hay noticias",
        description:
          "`keep`: se da por enviado. `next_channel`: prueba también el siguiente, así que pueden llegar los dos.",
      },
    }),
  ),
  onDoubt: Type.Optional(
    Type.Enum(["give-up", "resend"], {
      default: "give-up",
      title: "If nobody knows whether it left",
      description:
        "`give-up`: it is not sent again. `resend`: it is, so it may come twice; right for a code the person waits for.",
      "x-group": "advanced",
      "x-es": {
        title: "Si no se sabe si salió",
        description:
          "`give-up`: no se envía otra vez. `resend`: se envía, así que puede llegar dos veces; adecuado para un código que la persona espera.",
      },
    }),
  ),
  fromNumber: Type.Optional(
    Type.String({
      title: "From",
      description: "Id of one of your numbers; empty: the store's, else yours for that channel.",
      "x-options": "numbers",
      "x-group": "advanced",
      "x-es": {
        title: "Desde",
        description: "Id de uno de sus números; vacío: el de la tienda o, si no, el suyo de ese canal.",
      },
    }),
  ),
} as const;

const DeliveryParamsSchema = Type.Object(deliveryParams);
export type DeliveryParams = Static<typeof DeliveryParamsSchema>;

const nullableText = (title: string, es: string) =>
  Type.Union([Type.String(), Type.Null()], { title, "x-es": { title: es } });

const AttemptSchema = Type.Object({
  channel: TextChannelSchema,
  result: Type.Enum(["accepted", "unconfirmed", "refused", "failed", "no_sender", "insufficient_credits"]),
  reason: nullableText("Reason", "Motivo"),
  code: nullableText("Code", "Código"),
  message: Type.Optional(
    Type.String({
      title: "In words",
      description: "What went wrong, and what to do.",
      "x-es": { title: "En palabras", description: "Qué falló y qué hacer." },
    }),
  ),
});
export type Attempt = Static<typeof AttemptSchema>;

const text = Type.String({
  title: "Text",
  description: "What the message said.",
  "x-es": { title: "Texto", description: "Lo que decía el mensaje." },
});
const attempts = Type.Array(AttemptSchema, {
  title: "Attempts",
  description: "Every channel tried, how it came out and why.",
  "x-es": { title: "Intentos", description: "Cada canal que se probó, cómo resultó y por qué." },
});
const NotSent = Type.Object({ text, attempts });

export const DELIVERY_PORTS = [
  "sent",
  "undeliverable",
  "opted_out",
  "quiet_hours",
  "insufficient_credits",
] as const;

/** Outputs by port of every node that sends over a channel order. */
export const deliveryOutputs = {
  sent: Type.Object({
    channel: Type.Enum(["whatsapp", "sms"], {
      title: "Channel",
      description: "The one that took the message.",
      "x-es": { title: "Canal", description: "El que aceptó el mensaje." },
    }),
    messageId: nullableText("Message id", "Id del mensaje"),
    ref: Type.String({ title: "Vendor's id", "x-es": { title: "Id del proveedor" } }),
    status: Type.Enum(["queued", "sent", "delivered", "read", "failed"], {
      title: "Status",
      description: "The last one known when the flow went on.",
      "x-es": { title: "Estado", description: "El último conocido cuando siguió el flujo." },
    }),
    text,
    attempts,
    segments: Type.Optional(
      Type.Integer({
        title: "Segments",
        description: "Parts of the SMS, each of which costs.",
        "x-es": { title: "Segmentos", description: "Partes del SMS; cada una se cobra." },
      }),
    ),
    encoding: Type.Optional(
      Type.Enum(["GSM-7", "UCS-2"], { title: "Encoding", "x-es": { title: "Codificación" } }),
    ),
    warning: Type.Optional(
      Type.String({
        title: "Warning",
        description: "Why the SMS costs more than one segment.",
        "x-es": { title: "Aviso", description: "Por qué el SMS cuesta más de un segmento." },
      }),
    ),
    linksKey: Type.Optional(
      Type.String({
        title: "Links",
        description: "For messaging.wait-for-click: the tracked links of this message.",
        "x-es": {
          title: "Enlaces",
          description: "Para messaging.wait-for-click: los enlaces contados de este mensaje.",
        },
      }),
    ),
  }),
  undeliverable: NotSent,
  opted_out: NotSent,
  insufficient_credits: NotSent,
  quiet_hours: Type.Object({
    text,
    attempts,
    until: Type.String({
      title: "Until",
      description: "When the quiet hours end where the person is, ISO 8601.",
      "x-es": {
        title: "Hasta",
        description: "Cuándo terminan las horas de descanso donde está la persona, ISO 8601.",
      },
    }),
  }),
} as const;
