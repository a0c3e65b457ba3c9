import { Type } from "typebox";
import type { ExampleFlow } from "../core/example-flow.ts";
import { FlowSchema } from "../core/flow.ts";
import { AppError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { FlowKey } from "./fields.ts";
import { galleryItems } from "./gallery-items.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Gallery";
const Words = Type.Object({ en: Type.String(), es: Type.String() });

const ItemSchema = Type.Object({
  key: FlowKey,
  name: Words,
  text: Words,
  module: Type.Union([Type.String(), Type.Null()], {
    description: "Module of the ERP whose events it answers; null: it is for anybody.",
  }),
  starts: Type.Array(Type.String(), { description: "Types of its triggers." }),
  families: Type.Array(Type.String(), { description: "Of its nodes." }),
  channels: Type.Array(Type.Enum(["voice", "sms", "whatsapp"])),
  shape: Type.Object(
    {
      nodes: Type.Array(
        Type.Object({
          id: Type.String(),
          type: Type.String(),
          family: Type.String(),
          x: Type.Number(),
          y: Type.Number(),
        }),
      ),
      edges: Type.Array(Type.Object({ source: Type.String(), target: Type.String() })),
    },
    { description: "Enough to draw it." },
  ),
});

/** Flows to begin from: the examples, and one for each module of the ERP. */
export function galleryRoutes(runtime: Runtime, examples: readonly ExampleFlow[]): readonly Route[] {
  const items = galleryItems(runtime, examples);
  return [
    route({
      id: "listGallery",
      method: "get",
      path: "/api/v1/gallery",
      tag,
      summary: "Flows to begin from, with enough of each to choose by",
      scope: "flows:read",
      responses: {
        200: {
          description: "All of them.",
          schema: Type.Object({ items: Type.Array(ItemSchema), nextCursor: Type.Null() }),
        },
      },
      handler: async () => json(200, { items: items.map(({ view }) => view), nextCursor: null }),
    }),
    route({
      id: "readGalleryFlow",
      method: "get",
      path: "/api/v1/gallery/:key",
      tag,
      summary: "A flow to begin from, as a document; nothing is stored by this",
      scope: "flows:read",
      params: Type.Object({ key: FlowKey }),
      query: Type.Object(
        { language: Type.Optional(Type.Enum(["es", "en"], { description: "Of a module's texts." })) },
        { additionalProperties: false },
      ),
      responses: { 200: { description: "The flow.", schema: FlowSchema } },
      errors: ["NOT_FOUND"],
      async handler({ params, query }) {
        const item = items.find(({ view }) => view.key === params.key);
        if (!item) throw new AppError("NOT_FOUND", `The gallery has no flow "${params.key}".`);
        return json(200, item.flow(query.language ?? "es"));
      },
    }),
  ];
}
