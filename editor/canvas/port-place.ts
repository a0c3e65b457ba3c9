import { useFlow } from "../flow/flow-store.ts";
import { useLocale } from "../words/words.ts";
import type { Direction } from "./canvas-nodes.ts";
import { nodesById } from "./nodes-by-id.ts";
import { titleOf } from "./use-card.ts";

/** Where a port is, and whether the Tab key stops at it: only at those of the step that is selected. */
export interface PortPlace {
  readonly nodeId: string;
  /** The step it leads to. */
  readonly target: string | null;
  readonly direction: Direction;
  readonly tabbable: boolean;
}

/** Names up to so many letters are never cut for the sake of longer ones. */
export const SHORT = 11;

/** What a port leads to, as its author calls it. */
export function useTargetTitle(target: string | null): string | null {
  const locale = useLocale();
  return useFlow(({ history, catalogue }) => {
    if (target === null) return null;
    const node = nodesById(history.document.nodes).get(target);
    return node ? titleOf(node, catalogue.get(node.type, node.version), locale) : target;
  });
}
