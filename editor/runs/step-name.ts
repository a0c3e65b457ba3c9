import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import type { Catalogue } from "../model/catalogue.ts";
import type { Locale } from "../words/words.ts";

/** What a step is called on the canvas: what its author wrote, else what its type is called. */
export function stepName(
  nodeId: string,
  type: string | null,
  flow: Flow | null,
  { catalogue, locale }: { readonly catalogue: Catalogue; readonly locale: Locale },
): string {
  const node = nodeOf(flow, nodeId);
  return node?.data.label ?? catalogue.get(node?.type ?? type ?? "")?.title[locale] ?? nodeId;
}

export function nodeOf(flow: Flow | null, nodeId: string): FlowNode | undefined {
  return flow?.nodes.find(({ id }) => id === nodeId);
}
