import { defineNode, Type } from "../../../engine/plugin-api.ts";
import { contentOf, contentParams } from "../content.ts";
import { deliver, notYet } from "../delivery.ts";
import { DELIVERY_PORTS, deliveryOutputs, deliveryParams } from "../delivery-schema.ts";

export default defineNode({
  type: "messaging.send",
  version: 1,
  title: { en: "Send a message", es: "Enviar mensaje" },
  help: {
    en: "Sends a text, files or a template over WhatsApp, SMS or the first of them that takes it. If a channel refuses or cannot reach the person, the next one is tried, and the reasons are kept.",
    es: "Envía un texto, archivos o una plantilla por WhatsApp, por SMS o por el primero que lo acepte. Si un canal lo rechaza o no llega a la persona, se prueba el siguiente y se guardan los motivos.",
  },
  family: "messages",
  icon: "send",
  params: Type.Object({ ...contentParams, ...deliveryParams }, { additionalProperties: false }),
  outputs: deliveryOutputs,
  ports: [...DELIVERY_PORTS],
  effect: "once",
  cost: { meters: ["sms", "whatsapp"] },
  settledBy: "status-callback",
  example: {
    title: { en: "WhatsApp, or SMS where it cannot", es: "WhatsApp, o SMS si no se puede" },
    params: {
      text: "Hola {{ contact.name }}, te esperamos en {{ store.name }}: {{ store.address }}",
      channels: ["whatsapp", "sms"],
    },
  },
  run: async function sendMessage(ctx, params) {
    return notYet(ctx, params) ?? deliver(ctx, params, await contentOf(ctx, params));
  },
});
