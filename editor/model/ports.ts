import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import { fieldOf } from "../../engine/core/plain-data.ts";
import { type PortSpec, portsOfType } from "../../engine/core/ports.ts";
import { visibleParams } from "../../engine/core/visibility.ts";
import type { Catalogue, NodeType, Params } from "./catalogue.ts";
import { withDefaults } from "./fill-defaults.ts";
import { MAIN_PORTS, portWords } from "./port-words.ts";
import { sameWords, type Words } from "./words.ts";

export { keepEdges } from "./keep-edges.ts";

export type PortKind = "main" | "choice" | "error" | "timeout";

export interface Port {
  readonly name: string;
  /** Words of the house, or what the author wrote. */
  readonly label: Words | string;
  readonly kind: PortKind;
}

type Typed = Pick<FlowNode, "type" | "version" | "data">;

/** The ports of a node as a person reads them: what the author listed first, `error` last. */
export function portsOf(node: Typed, catalogue: Catalogue, params: Params = node.data.params): Port[] {
  const type = catalogue.get(node.type, node.version);
  if (!type) return [errorPort(node.type)];
  const applied = appliedParams(type, params);
  const names = portsOfType(type, applied);
  const listed = new Map(type.ports.flatMap((spec) => listedPorts(spec, applied)));
  const main = mainName(names.filter((name) => !listed.has(name)));
  const ports = names.map((name) => ({
    name,
    label: listed.get(name) ?? portWords(node.type, name) ?? humanized(name),
    kind: kindOf(name, main),
  }));
  const rank = ({ name }: Port): number => (listed.has(name) ? 0 : name === "error" ? 2 : 1);
  return ports.toSorted((a, b) => rank(a) - rank(b));
}

/** The ports of a node, and those its connections leave by although it has none of that name (any more). */
export function portsInUse(flow: Flow, node: FlowNode, catalogue: Catalogue): Port[] {
  const ports = portsOf(node, catalogue);
  const known = new Set(ports.map(({ name }) => name));
  const used = flow.edges
    .filter(({ source, sourceHandle }) => source === node.id && !known.has(sourceHandle))
    .map(({ sourceHandle }) => sourceHandle);
  const lost = [...new Set(used)].map((name): Port => {
    return { name, label: portWords(node.type, name) ?? name, kind: "choice" };
  });
  return [...ports.slice(0, -1), ...lost, ...ports.slice(-1)];
}

/** The port by which a flow goes on when all goes well; null for a node that only ends or only chooses. */
export function mainPort(node: Typed, catalogue: Catalogue): string | null {
  return portsOf(node, catalogue).find(({ kind }) => kind === "main")?.name ?? null;
}

/** The parameters as a run would see them, without the hidden ones. */
export function appliedParams(type: NodeType, params: Params): Params {
  return visibleParams(type.params, withDefaults(type.params, params)).params;
}

function errorPort(type: string): Port {
  return { name: "error", label: portWords(type, "error") ?? sameWords("error"), kind: "error" };
}

function kindOf(name: string, main: string | undefined): PortKind {
  if (name === "error" || name === "timeout") return name;
  return name === main ? "main" : "choice";
}

/** One of the usual names, or the only one there is. */
function mainName(names: readonly string[]): string | undefined {
  const usual = MAIN_PORTS.find((name) => names.includes(name));
  const outcomes = names.filter((name) => name !== "error" && name !== "timeout");
  return usual ?? (outcomes.length === 1 ? outcomes[0] : undefined);
}

function listedPorts(spec: PortSpec, params: Params): [string, Words | string][] {
  if (typeof spec === "string") return [];
  const list = fieldOf(params, spec.each);
  if (!Array.isArray(list)) return [];
  return list.map((entry: unknown) => {
    const name = String(spec.value === undefined ? entry : fieldOf(entry, spec.value));
    return [name, labelOfEntry(entry, name)];
  });
}

function labelOfEntry(entry: unknown, name: string): Words | string {
  const written = fieldOf(entry, "label") ?? fieldOf(entry, "title");
  const label = typeof written === "string" && written.trim() !== "" ? written : nameOfEntry(name);
  const percent = fieldOf(entry, "percent");
  return typeof percent === "number" && typeof label === "string" ? `${label} · ${percent} %` : label;
}

function nameOfEntry(name: string): Words | string {
  return /^[0-9*#]$/.test(name) ? { en: `Key ${name}`, es: `Tecla ${name}` } : humanized(name);
}

/** `sin_respuesta` → `Sin respuesta`. */
function humanized(name: string): string {
  const words = name.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
