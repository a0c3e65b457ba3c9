import { useMemo } from "react";
import type { FlowNode } from "../../engine/core/flow.ts";
import { type FlowState, useFlow } from "../flow/flow-store.ts";
import type { NodeType } from "../model/catalogue.ts";
import { essenceOf } from "../model/essence.ts";
import { type Locale, useLocale } from "../words/words.ts";
import { nodesById } from "./nodes-by-id.ts";
import { type NodeProblems, problemsByNode } from "./problems-by-node.ts";
import { targetsFrom, wiringOf } from "./wiring.ts";

export interface Card {
  readonly type: NodeType | undefined;
  readonly title: string;
  readonly essence: readonly string[];
  readonly problems: NodeProblems | undefined;
  /** The one step that the Tab key reaches; arrows lead on from there. */
  readonly tabStop: boolean;
}

/** What a card says about its step, whatever its shape. */
export function useCard(node: FlowNode): Card {
  const locale = useLocale();
  const type = useFlow((state) => state.catalogue.get(node.type, node.version));
  const problems = useFlow((state) => problemsByNode(state.problems).get(node.id));
  const tabStop = useFlow(
    (state) => tabStopOf(state.selection, state.history.document.nodes[0]?.id) === node.id,
  );
  const leads = useFlow((state) => leadsText(state, node.id, locale));
  const essence = useMemo(() => {
    if (!type) return [];
    const titles = targetsFrom(leads);
    return essenceOf(node, type, locale, (port) => titles.get(port));
  }, [node, type, locale, leads]);
  return { type, title: titleOf(node, type, locale), essence, problems, tabStop };
}

export function titleOf(node: FlowNode, type: NodeType | undefined, locale: Locale): string {
  return node.data.label ?? type?.title[locale] ?? node.type;
}

/** What the ports lead to, in the same form as `targetsText`: `1 → Ventas` is told from it. */
function leadsText({ history, catalogue }: FlowState, nodeId: string, locale: Locale): string {
  const { nodes, edges } = history.document;
  const out = wiringOf(edges).from.get(nodeId) ?? [];
  return out
    .map(({ sourceHandle, target }) => {
      const node = nodesById(nodes).get(target);
      const title = node ? titleOf(node, catalogue.get(node.type, node.version), locale) : target;
      return `${sourceHandle}\t${title.replaceAll(/\s/g, " ")}`;
    })
    .join("\n");
}

function tabStopOf(selection: ReadonlySet<string>, first: string | undefined): string | undefined {
  for (const key of selection) if (!key.includes(":")) return key;
  return first;
}
