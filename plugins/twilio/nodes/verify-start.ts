import { defineNode, next, Type } from "../../../engine/plugin-api.ts";
import {
  CHANNEL,
  MESSAGE_FIELDS,
  RECIPIENT,
  recipientOf,
  unsentMessage,
  vendorOptions,
} from "../code-fields.ts";
import { es } from "../spanish.ts";

const TTL_MS = 10 * 60_000;

const reason = (description: string, spanish: string) =>
  Type.String({ title: "Reason", description, ...es("Motivo", spanish) });
const vendorCode = Type.String({
  title: "Twilio's code",
  description: "Empty where Twilio was not asked.",
  ...es("Código de Twilio", "Vacío si no se preguntó a Twilio."),
});
const message = Type.String({ title: "Message", ...es("Mensaje") });

export default defineNode({
  type: "twilio.verify-start",
  version: 1,
  title: { en: "Send a code", es: "Enviar un código" },
  help: {
    en: "Sends a one-time code by SMS, call, WhatsApp or e-mail. Check what the person types with “Check a code”; on a call or in a chat “Verify a person” does all of it.",
    es: "Envía un código de un solo uso por SMS, llamada, WhatsApp o correo. Compruebe lo que escribe la persona con «Comprobar un código»; en una llamada o un chat, «Verificar a una persona» lo hace todo.",
  },
  family: "data",
  icon: "password-mobile-phone",
  params: Type.Object(
    {
      to: RECIPIENT,
      channel: CHANNEL,
      ...MESSAGE_FIELDS,
      sendDigits: Type.Optional(
        Type.String({
          pattern: "^[0-9wW#*]*$",
          maxLength: 32,
          title: "Keys to press",
          description: "After the call is answered, for an extension; w waits half a second.",
          "x-group": "advanced",
          "x-visible": { param: "channel", is: "call" },
          ...es("Teclas a marcar", "Cuando contestan, para una extensión; w espera medio segundo."),
        }),
      ),
      channelConfiguration: Type.Optional(
        Type.Record(Type.String(), Type.String(), {
          title: "E-mail settings",
          description: "template_id, from, from_name, substitutions … of the e-mail.",
          "x-group": "advanced",
          "x-visible": { param: "channel", is: "email" },
          ...es("Ajustes del correo", "template_id, from, from_name, substitutions… del correo."),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: {
    pending: Type.Object({
      verificationSid: Type.String({
        title: "Verification",
        description: "VE…; give it to the check.",
        ...es("Verificación", "VE…; sirve para la comprobación."),
      }),
      to: Type.String({ title: "To", ...es("Para") }),
      channel: Type.String({ title: "Sent by", ...es("Enviado por") }),
      expiresAt: Type.String({
        title: "Valid until",
        description: "Ten minutes after it was sent, ISO 8601.",
        ...es("Válido hasta", "Diez minutos después del envío, ISO 8601."),
      }),
    }),
    blocked: Type.Object({
      reason: reason(
        "rate_recipient, rate_ip, rate_tenant, prefix, country, or vendor for Twilio's own guard.",
        "rate_recipient, rate_ip, rate_tenant, prefix, country o vendor si es la protección de Twilio.",
      ),
      vendorCode,
      message,
      retryAfterSeconds: Type.Union([Type.Integer(), Type.Null()], {
        title: "Again in (s)",
        ...es("De nuevo en (s)"),
      }),
    }),
    failed: Type.Object({
      reason: reason(
        "bad_recipient, not_on_channel, unresolved, other …",
        "bad_recipient, not_on_channel, unresolved, other…",
      ),
      vendorCode,
      message,
    }),
    insufficient_credits: Type.Object({}),
  },
  ports: ["pending", "blocked", "failed", "insufficient_credits"],
  effect: "once",
  credential: "twilio.account",
  cost: { meters: ["verify"] },
  settledBy: "list-api",
  example: {
    title: { en: "A code by WhatsApp", es: "Un código por WhatsApp" },
    params: { to: "{{ contact.phone }}", channel: "whatsapp", friendlyName: "Hotel Sol" },
  },
  run: async function startVerification(ctx, params) {
    const { channel, locale, deviceIp, sendDigits = "", channelConfiguration = {} } = params;
    const to = recipientOf(params.to);
    const sent = await ctx.codes.send("code", {
      to,
      channel,
      locale: locale || ctx.locale,
      ...(deviceIp ? { ip: deviceIp } : {}),
      options: vendorOptions(params, { sendDigits, channelConfiguration: { ...channelConfiguration } }),
    });
    if (sent.state === "insufficient_credits") return next("insufficient_credits", {});
    if (sent.state === "pending") {
      const expiresAt = new Date(ctx.now.getTime() + TTL_MS).toISOString();
      return next("pending", { verificationSid: sent.ref, to, channel, expiresAt });
    }
    const told = {
      reason: sent.reason,
      vendorCode: sent.vendorCode,
      message: unsentMessage(sent, ctx.locale),
    };
    if (sent.state === "failed") return next("failed", told);
    const { retryAfterMs } = sent;
    const retryAfterSeconds = retryAfterMs === undefined ? null : Math.ceil(retryAfterMs / 1000);
    return next("blocked", { ...told, retryAfterSeconds });
  },
});
