import { AppError, type NodeContext, type Static, Type } from "../../engine/plugin-api.ts";
import type { Content } from "./delivery.ts";
import { chooseTemplate, templateParams } from "./template.ts";
import { linkOptions, trackLinks } from "./tracked-links.ts";

/** What a message says: a text with files, or a template. */
export const contentParams = {
  text: Type.Optional(
    Type.String({
      maxLength: 4096,
      title: "Text",
      description: "What the message says. Leave it empty to send a template.",
      "x-widget": "textarea",
      "x-order": 3,
      "x-es": {
        title: "Texto",
        description: "Lo que dice el mensaje. Déjelo vacío para enviar una plantilla.",
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
} as const;

const ContentParamsSchema = Type.Object(contentParams);
export type ContentParams = Static<typeof ContentParamsSchema> & { readonly trackLinks?: boolean };

/** @throws AppError PARAMS_INVALID unless there is exactly one of text and template */
export async function contentOf(ctx: NodeContext, params: ContentParams): Promise<Content> {
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
