import { Type } from "typebox";
import type { Runtime } from "../runtime/runtime.ts";
import { Any, Data } from "./fields.ts";
import { nodeTypesOf } from "./node-type-view.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const Words = Type.Object({ en: Type.String(), es: Type.String() });

const NodeTypeSchema = Type.Object({
  type: Type.String(),
  version: Type.Integer(),
  kind: Type.Enum(["node", "trigger"]),
  plugin: Type.String(),
  simulated: Type.Boolean({ description: "Its vendor is an emulator." }),
  title: Words,
  help: Words,
  family: Type.String(),
  icon: Type.String({ description: "Tabler icon name." }),
  params: Data,
  ports: Type.Array(Any),
  outputs: Data,
  example: Type.Object({ title: Words, params: Data }),
  effect: Type.Optional(Type.Enum(["none", "repeatable", "once"])),
  waits: Type.Optional(Type.Boolean()),
  needsLine: Type.Optional(
    Type.Boolean({ description: "It speaks to or hears from whoever waits for the flow's answer." }),
  ),
  cost: Type.Optional(Data),
  credential: Type.Optional(Type.String()),
  replacedBy: Type.Optional(Type.String()),
  answers: Type.Optional(Type.Enum(["reply", "ack"])),
});

/** The catalogue of nodes and triggers, as the editor draws from it. */
export function nodeTypeRoutes({ registry, settings }: Runtime): readonly Route[] {
  const simulated = new Set(settings.simulatedProviders);
  return [
    route({
      id: "listNodeTypes",
      method: "get",
      path: "/api/v1/node-types",
      tag: "Catalogue",
      summary: "All node and trigger types there are",
      scope: "node-types:read",
      responses: {
        200: {
          description: "Types of all plugins.",
          schema: Type.Object({ items: Type.Array(NodeTypeSchema), nextCursor: Type.Null() }),
        },
      },
      async handler() {
        const items = registry.plugins.flatMap((plugin) => nodeTypesOf(plugin, simulated.has(plugin.id)));
        return json(200, { items, nextCursor: null });
      },
    }),
  ];
}
