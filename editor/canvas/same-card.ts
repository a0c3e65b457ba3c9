import type { Node, NodeProps } from "@xyflow/react";

/** A card that is only moved need not be drawn again: its place is a transform around it. */
export function sameCard<T extends Node>(before: NodeProps<T>, after: NodeProps<T>): boolean {
  return before.data === after.data && before.selected === after.selected;
}
