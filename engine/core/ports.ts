import { fieldOf } from "./plain-data.ts";

/** A port by name, or one for each entry of a list parameter; the entry's `value` field where given, else the entry itself. */
export type PortSpec = string | { readonly each: string; readonly value?: string };

/** The ports of a node with these parameters, in order, each once. `error` is always among them. */
export function portsOf(specs: readonly PortSpec[], params: unknown): string[] {
  const named = specs.flatMap((spec) => (typeof spec === "string" ? [spec] : portsOfList(spec, params)));
  return [...new Set([...named, "error"])];
}

/** The ports of a node or trigger of this type: a trigger has only `next`. `params` without the hidden ones. */
export function portsOfType(
  type: { readonly kind: "node" | "trigger"; readonly ports: readonly PortSpec[] },
  params: unknown,
): string[] {
  return type.kind === "trigger" ? ["next"] : portsOf(type.ports, params);
}

function portsOfList(spec: { readonly each: string; readonly value?: string }, params: unknown): string[] {
  const list = fieldOf(params, spec.each);
  if (!Array.isArray(list)) return [];
  const values = list.map((entry: unknown) =>
    spec.value === undefined ? entry : fieldOf(entry, spec.value),
  );
  return values.flatMap((value) => (isPortName(value) ? [String(value)] : []));
}

function isPortName(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && value !== "");
}
