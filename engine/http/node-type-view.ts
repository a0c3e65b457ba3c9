import type { NodeDefinition, PluginDefinition, TriggerDefinition } from "../plugin-api.ts";

/** The types of one plugin, as the editor reads them. Absent fields stay absent: JSON leaves undefined out. */
export function nodeTypesOf(plugin: PluginDefinition, simulated: boolean) {
  const origin = { plugin: plugin.id, simulated };
  return [
    ...(plugin.triggers ?? []).map((trigger) => ({ ...triggerView(trigger), ...origin })),
    ...(plugin.nodes ?? []).map((node: NodeDefinition) => ({ ...nodeView(node), ...origin })),
  ];
}

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
    needsLine,
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
    needsLine,
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
