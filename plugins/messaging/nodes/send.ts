import { AppError, defineNode, type NodeContext, type Static, Type } from "../../../engine/plugin-api.ts";
import { type Content, deliver, notYet } from "../delivery.ts";
import { DELIVERY_PORTS, deliveryOutputs, deliveryParams } from "../delivery-schema.ts";
import { chooseTemplate, templateParams } from "../template.ts";
import { linkOptions, trackLinks } from "../tracked-links.ts";

const Params = Type.Object(
  {
    text: Type.Optional(
      Type.String({
        maxLength: 4096,
        title: "Text",
        description: "What the message says. Leave it empty to send a template.",
        "x-widget": "textarea",
        "x-order": 3,
        "x-es": {
          title: "Texto",
          description: "Lo que dice el mensaje. Déjalo vacío para enviar una plantilla.",
        },
      }),
    ),
    media: Type.Optional(
      Type.Array(Type.String({ pattern: "^(https?://|med_)" }), {
        maxItems: 10,
        title: "Files",
        description:
          "Public web addresses of pictures or documents, or ids of stored files; they go with the text.",
        "x-order": 4,
        "x-es": {
          title: "Archivos",
          description:
            "Direcciones web públicas de imágenes o documentos, o ids de archivos guardados; van con el texto.",
        },
      }),
    ),
    template: Type.Optional(
      Type.Object(
        {
          key: templateParams.template,
          locale: templateParams.locale,
          variables: templateParams.variables,
          header: templateParams.header,
        },
        {
          additionalProperties: false,
          title: "Template",
          description: "Instead of text and files.",
          "x-order": 5,
          "x-es": { title: "Plantilla", description: "En lugar de texto y archivos." },
        },
      ),
    ),
    ...deliveryParams,
  },
  { additionalProperties: false },
);

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
  params: Params,
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

async function contentOf(ctx: NodeContext, params: Static<typeof Params>): Promise<Content> {
  const { text = "", media = [], template } = params;
  const plain = text !== "" || media.length > 0;
  if (plain === (template !== undefined)) {
    const got = plain ? "both" : "neither";
    throw new AppError(
      "PARAMS_INVALID",
      `${ctx.nodeId}: expected either a text (with files) or a template, got ${got}`,
      { nodeId: ctx.nodeId },
    );
  }
  const links = linkOptions(ctx, params);
  if (template !== undefined) {
    const { key, ...choice } = template;
    return { template: await chooseTemplate(ctx, { template: key, ...choice, links }) };
  }
  return { text: links ? await trackLinks(ctx, text, links) : text, ...(media.length > 0 ? { media } : {}) };
}
