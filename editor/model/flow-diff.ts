import type { Flow, FlowEdge, FlowNode } from "../../engine/core/flow.ts";
import type { Change } from "./changed-paths.ts";
import type { Group, Note } from "./edit-canvas.ts";

/** What became of one flow in another. */
export interface FlowDiff {
  /** Key, name, description. */
  readonly details: readonly Change[];
  readonly settings: readonly Change[];
  readonly variables: ListDiff<NonNullable<Flow["variables"]>[number]>;
  readonly nodes: {
    readonly added: readonly FlowNode[];
    readonly removed: readonly FlowNode[];
    /** In what they do or are called; each with the places in `data`, `type` or `version` that differ. */
    readonly changed: readonly NodeChange[];
    /** Only put somewhere else on the canvas, or that too. */
    readonly moved: readonly string[];
  };
  /** By where they leave and where they lead: an id says nothing to a person. */
  readonly edges: {
    readonly added: readonly FlowEdge[];
    readonly removed: readonly FlowEdge[];
  };
  readonly notes: ListDiff<Note>;
  readonly groups: ListDiff<Group>;
}

export interface NodeChange {
  readonly id: string;
  readonly before: FlowNode;
  readonly after: FlowNode;
  readonly changes: readonly Change[];
}

export interface ListDiff<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly { readonly before: T; readonly after: T }[];
}
