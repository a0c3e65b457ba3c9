import { useMemo } from "react";
import type { FlowNode } from "../../engine/core/flow.ts";
import { useFlow } from "../flow/flow-store.ts";
import type { NodeType } from "../model/catalogue.ts";
import { essenceOf } from "../model/essence.ts";
import { useLocale } from "../words/words.ts";
import { type NodeProblems, problemsByNode } from "./problems-by-node.ts";

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
  const essence = useMemo(() => (type ? essenceOf(node, type, locale) : []), [node, type, locale]);
  return { type, title: titleOf(node, type, locale), essence, problems, tabStop };
}

export function titleOf(node: FlowNode, type: NodeType | undefined, locale: "en" | "es"): string {
  return node.data.label ?? type?.title[locale] ?? node.type;
}

function tabStopOf(selection: ReadonlySet<string>, first: string | undefined): string | undefined {
  for (const key of selection) if (!key.includes(":")) return key;
  return first;
}
