import type { Segments } from "./at-path.ts";

/** Something both changed, each in another way. undefined is a side that took it away. The merged flow has mine, unless mine is nothing. */
export interface Conflict {
  readonly part:
    | "details"
    | "settings"
    | "variables"
    | "nodes"
    | "edges"
    | "notes"
    | "groups"
    | "canvas"
    | "document";
  /** Of the node, note or group; key of the variable; `node port` of a connection. */
  readonly id: string | null;
  /** Where in it; empty: all of it. */
  readonly path: Segments;
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
}
