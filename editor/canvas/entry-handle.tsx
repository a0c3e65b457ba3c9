import { Handle, Position } from "@xyflow/react";
import type { Direction } from "./canvas-nodes.ts";

/** Where a connection comes in. While one is being drawn it covers the whole card, so that the card itself is the goal. */
export function EntryHandle({ direction }: { readonly direction: Direction }) {
  return (
    <Handle
      type="target"
      position={direction === "down" ? Position.Top : Position.Left}
      className="entry-handle"
      isConnectableStart={false}
      tabIndex={-1}
      aria-hidden="true"
    />
  );
}
