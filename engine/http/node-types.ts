import { Type } from "typebox";
import type { NodeDefinition, PluginDefinition, TriggerDefinition } from "../plugin-api.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { Any, Data } from "./fields.ts";
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
        const items = registry.plugins.flatMap((plugin) => typesOf(plugin, simulated.has(plugin.id)));
        return json(200, { items, nextCursor: null });
      },
    }),
  ];
}

function typesOf(plugin: PluginDefinition, simulated: boolean) {
  const origin = { plugin: plugin.id, simulated };
  return [
    ...(plugin.triggers ?? []).map((trigger) => ({ ...triggerView(trigger), ...origin })),
    ...(plugin.nodes ?? []).map((node: NodeDefinition) => ({ ...nodeView(node), ...origin })),
  ];
}

/** Absent fields stay absent: JSON leaves undefined out. */
function nodeView(node: NodeDefinition) {
  const {
    type,
    version,
    title,
    help,
    family,
    icon,
    params,
    ports,
    outputs,
    example,
    effect,
    cost,
    credential,
    replacedBy,
    waits = false,
  } = node;
  return {
    type,
    version,
    kind: "node",
    title,
    help,
    family,
    icon,
    params,
    ports,
    outputs,
    example,
    effect,
    waits,
    cost,
    credential,
    replacedBy,
  };
}

function triggerView(trigger: TriggerDefinition) {
  const { type, version, title, help, family, icon, params, gives, example, answers } = trigger;
  return {
    type,
    version,
    kind: "trigger",
    title,
    help,
    family,
    icon,
    params,
    ports: ["next"],
    outputs: { next: gives },
    example,
    answers,
  };
}
