import { Type } from "../../engine/plugin-api.ts";

export const MeterSchema = Type.Enum(["sms", "whatsapp", "voice", "lookup", "verify", "ai"], {
  title: "Meter",
  description: "Which account: SMS segments, WhatsApp messages, call minutes, lookups, verifications or AI.",
  "x-es": {
    title: "Contador",
    description:
      "Qué cuenta: segmentos de SMS, mensajes de WhatsApp, minutos de llamada, consultas, verificaciones o IA.",
  },
});
