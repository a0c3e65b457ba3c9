import type { Flow } from "./flow.ts";
import { fieldOf, isRecord } from "./plain-data.ts";

/**
 * Variables a flow declares, and those its `core.set` nodes set: the keys of a map parameter, or the `key` (or `name`) of
 * the entries of a list parameter.
 */
export function assignedVariables(flow: Flow): ReadonlySet<string> {
  const declared = (flow.variables ?? []).map((variable) => variable.key);
  const setters = flow.nodes.filter((node) => node.type === "core.set");
  return new Set([
    ...declared,
    ...setters.flatMap((node) => Object.values(node.data.params).flatMap(keysOf)),
  ]);
}

function keysOf(value: unknown): string[] {
  if (isRecord(value)) return Object.keys(value);
  if (!Array.isArray(value)) return [];
  const keys = value.map((entry: unknown) => fieldOf(entry, "key") ?? fieldOf(entry, "name"));
  return keys.filter((key) => typeof key === "string");
}
