import { defineNode, Type } from "../../../engine/plugin-api.ts";
import { deliver, notYet } from "../delivery.ts";
import { DELIVERY_PORTS, deliveryOutputs, deliveryParams } from "../delivery-schema.ts";
import { chooseTemplate, templateParams } from "../template.ts";
import { linkOptions } from "../tracked-links.ts";

export default defineNode({
  type: "messaging.template",
  version: 1,
  title: { en: "Send a template", es: "Enviar plantilla" },
  help: {
    en: "Fills in one of your templates and sends it over WhatsApp, SMS or the first of them that takes it. WhatsApp needs a template to write to someone who has not written in the last 24 hours.",
    es: "Rellena una de sus plantillas y la envía por WhatsApp, por SMS o por el primero que la acepte. WhatsApp exige plantilla para escribir a quien no ha escrito en las últimas 24 horas.",
  },
  family: "messages",
  icon: "template",
  params: Type.Object({ ...templateParams, ...deliveryParams }, { additionalProperties: false }),
  outputs: deliveryOutputs,
  ports: [...DELIVERY_PORTS],
  effect: "once",
  cost: { meters: ["sms", "whatsapp"] },
  settledBy: "status-callback",
  example: {
    title: { en: "Answer a missed call", es: "Responder a una llamada perdida" },
    params: {
      template: "missed_call",
      variables: { name: "{{ contact.name }}", store: "{{ store.name }}" },
      channels: ["whatsapp", "sms"],
    },
  },
  run: async function sendTemplate(ctx, params) {
    const early = notYet(ctx, params);
    if (early) return early;
    const links = linkOptions(ctx, params);
    return deliver(ctx, params, { template: await chooseTemplate(ctx, { ...params, links }) });
  },
});
