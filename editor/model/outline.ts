import type { Flow, FlowEdge, FlowNode } from "../../engine/core/flow.ts";
import type { Catalogue } from "./catalogue.ts";
import { quoted } from "./condition-words.ts";
import { essenceOf } from "./essence.ts";
import { portsInUse } from "./ports.ts";
import { inLocale, type Locale } from "./words.ts";

/** A step, and what may follow it. What simply goes on is the next entry of the same list, so that a long flow is not deep. */
export interface OutlineStep {
  readonly kind: "step";
  readonly nodeId: string;
  readonly title: string;
  readonly essence: readonly string[];
  /** Ports that lead elsewhere than straight on. */
  readonly branches: readonly OutlineBranch[];
}

/** Instead of a step that is told elsewhere. */
export interface OutlineReference {
  readonly kind: "reference";
  readonly nodeId: string;
  /** `Vuelve a «Menú»`, `Sigue en «Menú»`. */
  readonly text: string;
}

export type OutlineItem = OutlineStep | OutlineReference;

export interface OutlineBranch {
  readonly port: string;
  readonly label: string;
  readonly items: readonly OutlineItem[];
}

/** What the canvas shows as a list to be read aloud: every node once, beginning with each trigger, then what nothing leads to. */
export function outlineOf(
  flow: Flow,
  catalogue: Catalogue,
  locale: Locale,
): readonly (readonly OutlineItem[])[] {
  const walk: Walk = {
    catalogue,
    locale,
    flow,
    nodes: new Map(flow.nodes.map((node) => [node.id, node])),
    edges: Map.groupBy(flow.edges, ({ source }) => source),
    told: new Set(),
  };
  const isTrigger = ({ type, version }: FlowNode) => catalogue.get(type, version)?.kind === "trigger";
  const entered = new Set(flow.edges.map(({ target }) => target));
  const starts = [
    ...flow.nodes.filter(isTrigger),
    ...flow.nodes.filter(({ id }) => !entered.has(id)),
    ...flow.nodes,
  ];
  return starts.flatMap(({ id }) => (walk.told.has(id) ? [] : [itemsFrom(walk, id, new Set())]));
}

interface Walk {
  readonly flow: Flow;
  readonly catalogue: Catalogue;
  readonly locale: Locale;
  readonly nodes: ReadonlyMap<string, FlowNode>;
  readonly edges: ReadonlyMap<string, readonly FlowEdge[]>;
  readonly told: Set<string>;
}

/** `above`: the steps on the way here, to tell going back from going on. */
function itemsFrom(walk: Walk, start: string, above: ReadonlySet<string>): OutlineItem[] {
  const items: OutlineItem[] = [];
  const before = new Set(above);
  const pending: { at: number; node: FlowNode; branches: readonly FlowEdge[]; above: ReadonlySet<string> }[] =
    [];
  for (let id: string | undefined = start; id !== undefined; ) {
    const node = walk.nodes.get(id);
    if (!node) break;
    if (walk.told.has(id)) {
      items.push(referenceTo(walk, node, before.has(id)));
      break;
    }
    walk.told.add(id);
    before.add(id);
    const { onward, branches } = waysOf(walk, node);
    pending.push({ at: items.length, node, branches, above: new Set(before) });
    items.push(stepOf(walk, node, []));
    id = onward?.target;
  }
  // The straight way is told first, so that what several branches share stands there.
  for (const { at, node, branches, above: steps } of pending) {
    if (branches.length > 0)
      items[at] = stepOf(walk, node, branchesOf(walk, node, { edges: branches, above: steps }));
  }
  return items;
}

/** Straight on is the main port, or the only connection there is. */
function waysOf(walk: Walk, node: FlowNode): { onward: FlowEdge | undefined; branches: readonly FlowEdge[] } {
  const edges = walk.edges.get(node.id) ?? [];
  const main = portsInUse(walk.flow, node, walk.catalogue).find(({ kind }) => kind === "main")?.name;
  const onward = edges.length === 1 ? edges[0] : edges.find(({ sourceHandle }) => sourceHandle === main);
  return { onward, branches: edges.filter((edge) => edge !== onward) };
}

function branchesOf(
  walk: Walk,
  node: FlowNode,
  { edges, above }: { edges: readonly FlowEdge[]; above: ReadonlySet<string> },
): OutlineBranch[] {
  const ports = portsInUse(walk.flow, node, walk.catalogue);
  const order = new Map(ports.map(({ name }, index) => [name, index]));
  const rank = ({ sourceHandle }: FlowEdge): number => order.get(sourceHandle) ?? ports.length;
  return edges
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ sourceHandle, target }) => {
      const label = ports.find(({ name }) => name === sourceHandle)?.label ?? sourceHandle;
      return {
        port: sourceHandle,
        label: inLocale(label, walk.locale),
        items: itemsFrom(walk, target, above),
      };
    });
}

function stepOf(
  { catalogue, locale }: Walk,
  node: FlowNode,
  branches: readonly OutlineBranch[],
): OutlineStep {
  return {
    kind: "step",
    nodeId: node.id,
    title: titleOf(catalogue, node, locale),
    essence: essenceOf(node, catalogue.get(node.type, node.version), locale),
    branches,
  };
}

function referenceTo({ catalogue, locale }: Walk, node: FlowNode, back: boolean): OutlineReference {
  const name = quoted(titleOf(catalogue, node, locale), locale);
  const words = back
    ? { en: `Goes back to ${name}`, es: `Vuelve a ${name}` }
    : { en: `Continues at ${name}`, es: `Sigue en ${name}` };
  return { kind: "reference", nodeId: node.id, text: words[locale] };
}

function titleOf(catalogue: Catalogue, node: FlowNode, locale: Locale): string {
  return node.data.label ?? catalogue.get(node.type, node.version)?.title[locale] ?? node.type;
}
