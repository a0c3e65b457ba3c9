import {
  AppError,
  defineNode,
  type EffectOutcome,
  type MessageDraft,
  type NodeContext,
  next,
  type Static,
  Type,
} from "../../../engine/plugin-api.ts";
import { complaintAbout, type Order, type TwilioOptions } from "../message-options.ts";
import { es } from "../spanish.ts";

const advanced = { "x-group": "advanced" } as const;
const sid = (prefix: string) => ({ pattern: `^${prefix}[0-9a-fA-F]{32}$` });

const Params = Type.Object(
  {
    to: Type.Optional(
      Type.String({
        title: "To",
        description: "Phone number with country code; empty: the contact of this flow.",
        "x-widget": "phone",
        "x-order": 1,
        ...es("Para", "Teléfono con código de país; vacío: el contacto de este flujo."),
      }),
    ),
    channel: Type.Enum(["sms", "whatsapp"], {
      default: "sms",
      title: "Channel",
      "x-order": 2,
      ...es("Canal"),
    }),
    body: Type.Optional(
      Type.String({
        maxLength: 4096,
        title: "Text",
        description: "1600 characters at most.",
        "x-widget": "textarea",
        "x-order": 3,
        ...es("Texto", "1600 caracteres como máximo."),
      }),
    ),
    mediaUrls: Type.Optional(
      Type.Array(Type.String({ pattern: "^https?://" }), {
        maxItems: 10,
        title: "Files",
        "x-order": 4,
        ...es("Archivos"),
      }),
    ),
    contentSid: Type.Optional(
      Type.String({
        ...sid("HX"),
        title: "Content SID",
        description: "A content template at Twilio, instead of a text and files.",
        "x-order": 5,
        ...es("SID de contenido", "Una plantilla de contenido de Twilio, en lugar de texto y archivos."),
      }),
    ),
    contentVariables: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        title: "Content variables",
        "x-widget": "pairs",
        "x-order": 6,
        ...es("Variables del contenido"),
      }),
    ),
    messagingServiceSid: Type.Optional(
      Type.String({
        ...sid("MG"),
        title: "Messaging service",
        description: "Chooses the sender from its pool; empty: the number.",
        "x-order": 7,
        ...es("Servicio de mensajería", "Elige el remitente de su grupo; vacío: el número."),
      }),
    ),
    fromNumber: Type.Optional(
      Type.String({
        title: "From",
        description: "Id of one of your numbers; empty: the store's, else yours for that channel.",
        "x-options": "numbers",
        "x-order": 8,
        ...es("Desde", "Id de uno de sus números; vacío: el de la tienda o, si no, el suyo de ese canal."),
      }),
    ),
    purpose: Type.Enum(["service", "notice", "marketing"], {
      default: "service",
      title: "Purpose",
      description: "`notice` and `marketing` keep quiet hours; `marketing` needs consent.",
      "x-order": 9,
      ...es(
        "Finalidad",
        "`notice` y `marketing` respetan las horas de descanso; `marketing` exige consentimiento.",
      ),
    }),
    sendAt: Type.Optional(
      Type.String({
        title: "Send at",
        description: "ISO 8601 with its offset, 15 minutes to 35 days from now; Twilio keeps it until then.",
        "x-widget": "datetime",
        ...advanced,
        ...es(
          "Enviar a las",
          "ISO 8601 con su desfase, entre 15 minutos y 35 días desde ahora; Twilio lo guarda hasta entonces.",
        ),
      }),
    ),
    validityPeriod: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 36_000,
        title: "Valid for (s)",
        description: "How long it may wait in Twilio's queue.",
        ...advanced,
        ...es("Validez (s)", "Cuánto puede esperar en la cola de Twilio."),
      }),
    ),
    smartEncoded: Type.Optional(
      Type.Boolean({
        title: "Smart encoding",
        description: "Look-alikes become GSM characters, so that an SMS needs fewer segments.",
        ...advanced,
        ...es(
          "Codificación inteligente",
          "Caracteres parecidos pasan a ser GSM, y el SMS ocupa menos segmentos.",
        ),
      }),
    ),
    shortenUrls: Type.Optional(
      Type.Boolean({
        title: "Shorten links at Twilio",
        description: "Needs a link domain on the messaging service.",
        ...advanced,
        ...es("Acortar enlaces en Twilio", "Necesita un dominio de enlaces en el servicio de mensajería."),
      }),
    ),
    persistentAction: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
        maxItems: 5,
        title: "Location",
        description: "WhatsApp: geo:4.6486,-74.0628|La Espiga Chapinero",
        ...advanced,
        ...es("Ubicación", "WhatsApp: geo:4.6486,-74.0628|La Espiga Chapinero"),
      }),
    ),
    fallbackFrom: Type.Optional(
      Type.String({
        pattern: "^\\+[1-9]\\d{6,14}$",
        title: "Fall back on number",
        description: "Sends an SMS where RCS does not reach; with a messaging service.",
        ...advanced,
        ...es("Número alternativo", "Envía un SMS si RCS no llega; con un servicio de mensajería."),
      }),
    ),
    sendAsMms: Type.Optional(Type.Boolean({ title: "Send as MMS", ...advanced, ...es("Enviar como MMS") })),
    riskCheck: Type.Optional(
      Type.Enum(["enable", "disable"], {
        title: "Pumping check at Twilio",
        ...advanced,
        ...es("Control de fraude en Twilio"),
      }),
    ),
    contentRetention: Type.Optional(
      Type.Enum(["retain", "discard"], {
        title: "Text kept at Twilio",
        ...advanced,
        ...es("Texto guardado en Twilio"),
      }),
    ),
    addressRetention: Type.Optional(
      Type.Enum(["retain", "obfuscate"], {
        title: "Number kept at Twilio",
        ...advanced,
        ...es("Número guardado en Twilio"),
      }),
    ),
    provideFeedback: Type.Optional(
      Type.Boolean({ title: "Will report feedback", ...advanced, ...es("Se informará del resultado") }),
    ),
    trafficType: Type.Optional(
      Type.Enum(["free"], { title: "Traffic type", ...advanced, ...es("Tipo de tráfico") }),
    ),
    messageIntent: Type.Optional(
      Type.String({ maxLength: 60, title: "Intent", ...advanced, ...es("Intención") }),
    ),
  },
  { additionalProperties: false },
);
type Params = Static<typeof Params>;

const optional = Type.Union([Type.String(), Type.Null()]);

export default defineNode({
  type: "twilio.send-message",
  version: 1,
  title: { en: "Send with every Twilio option", es: "Enviar con todas las opciones de Twilio" },
  help: {
    en: "Sends one SMS or WhatsApp message with any parameter of Twilio's Messages API: messaging services, content templates, scheduling and more. For ordinary messages use messaging.send, which also falls through to another channel.",
    es: "Envía un SMS o WhatsApp con cualquier parámetro de la API de mensajes de Twilio: servicios de mensajería, plantillas de contenido, programación y más. Para mensajes corrientes use messaging.send, que además pasa a otro canal.",
  },
  family: "messages",
  icon: "message-cog",
  params: Params,
  outputs: {
    sent: Type.Object({
      sid: Type.String({ description: "The message's id at Twilio: SM… or MM…" }),
      status: Type.String(),
      channel: Type.Enum(["sms", "whatsapp"]),
      effectId: optional,
    }),
    failed: Type.Object({
      reason: Type.String({
        description: "not_permitted, opted_out, no_consent, quiet_hours, bad_content …",
      }),
      code: Type.String({ description: "Twilio's code, or this house's word." }),
      message: Type.String({ description: "What went wrong, and what to do." }),
      until: Type.Union([Type.String(), Type.Null()], { description: "When quiet hours end." }),
    }),
    insufficient_credits: Type.Object({ meter: Type.String() }),
  },
  ports: ["sent", "failed", "insufficient_credits"],
  effect: "once",
  credential: "twilio.account",
  cost: { meters: ["sms", "whatsapp"] },
  settledBy: "status-callback",
  example: {
    title: { en: "A reminder that Twilio sends tomorrow", es: "Un recordatorio que Twilio envía mañana" },
    params: {
      body: "Hola {{ contact.name }}, le esperamos mañana.",
      messagingServiceSid: "MG00000000000000000000000000000001",
      sendAt: "{{ vars.reminder_at }}",
    },
  },
  run: async function sendMessage(ctx, params) {
    const order = orderOf(ctx, params);
    const complaint = complaintAbout(order, ctx.now);
    if (complaint) {
      const message = `${ctx.nodeId}: ${/^es\b/.test(ctx.locale) ? complaint.es : complaint.en}`;
      return failed("bad_content", complaint.code, message);
    }
    const to = params.to?.trim() || ctx.contact.phone;
    if (typeof to !== "string" || to === "")
      return failed("bad_recipient", "21604", `${ctx.nodeId}: nobody to write to; expected a phone number`);
    return leave(ctx, params, await ctx.send("message", params.channel, draftOf(ctx, order, params, to)));
  },
});

/** A moment that is none is the author's mistake, not a message that failed. */
function orderOf(ctx: NodeContext, params: Params): Order {
  const {
    to: _to,
    purpose: _purpose,
    fromNumber: _from,
    body = "",
    mediaUrls = [],
    sendAt,
    ...options
  } = params;
  const at = sendAt?.trim() ?? "";
  if (at !== "" && !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(at)) {
    const message = `${ctx.nodeId}: "sendAt" is "${at}"; expected ISO 8601 with an offset, such as 2026-11-21T14:00:00Z`;
    throw new AppError("PARAMS_INVALID", message, { nodeId: ctx.nodeId, sendAt: at });
  }
  return { ...options, body, mediaUrls, ...(at === "" ? {} : { sendAt: at }) };
}

function draftOf(ctx: NodeContext, order: Order, params: Params, to: string): MessageDraft {
  const { channel: _channel, body, mediaUrls, ...rest } = order;
  const options: TwilioOptions = rest;
  return {
    to,
    text: body,
    ...(mediaUrls.length > 0 ? { media: mediaUrls } : {}),
    purpose: params.purpose,
    ...(params.fromNumber ? { fromNumberId: params.fromNumber } : {}),
    ...(ctx.store === null ? {} : { storeId: ctx.store.id }),
    // Counted as Twilio will send it.
    ...(options.smartEncoded ? { smartEncoding: true } : {}),
    ...(options.contentSid === undefined ? {} : { vendorTemplate: true }),
    vendor: { provider: "twilio", options: { ...options, ...copied(options) } },
  };
}

/** Lists as plain JSON. */
function copied({ persistentAction, contentVariables }: TwilioOptions) {
  return {
    ...(persistentAction === undefined ? {} : { persistentAction: [...persistentAction] }),
    ...(contentVariables === undefined ? {} : { contentVariables: { ...contentVariables } }),
  };
}

function leave(ctx: NodeContext, { channel }: Params, outcome: EffectOutcome) {
  switch (outcome.state) {
    case "accepted":
      if (outcome.status === "failed")
        return failed("other", "not_delivered", "Twilio took it, and then could not deliver it.");
      return next("sent", {
        sid: outcome.ref,
        status: outcome.status,
        channel,
        effectId: outcome.effectId ?? null,
      });
    case "refused":
      return failed(outcome.reason, outcome.vendorCode, outcome.message);
    case "insufficient_credits":
      return next("insufficient_credits", { meter: outcome.meter });
    case "quiet_hours":
      return next("failed", {
        reason: "quiet_hours",
        code: "quiet_hours",
        message: `Quiet hours until ${outcome.until}.`,
        until: outcome.until,
      });
    case "unresolved": {
      const message = `${ctx.nodeId}: nobody knows whether the message left; expected an answer or a report of Twilio`;
      throw new AppError("EFFECT_IN_DOUBT", message, { effectId: outcome.effectId });
    }
  }
}

function failed(reason: string, code: string, message: string) {
  return next("failed", { reason, code, message, until: null });
}
