/** What is drawn over the canvas: a run, a simulation, or how many came by. */
export interface Overlay {
  readonly kind: "simulation" | "run" | "traffic" | "diff";
  /** By node id. */
  readonly nodes: ReadonlyMap<string, NodeMark>;
  /** How often each edge was taken, by edge id. */
  readonly edges: ReadonlyMap<string, number>;
}

export interface NodeMark {
  /** Absent: it was not reached. */
  readonly state: "running" | "waiting" | "done" | "failed" | null;
  /** Its places in the order of steps, from 1. */
  readonly order: readonly number[];
  readonly ms: number | null;
  /** Credits used, all meters together. */
  readonly credits: number | null;
  /** Runs that came by, or are waiting here now. */
  readonly count: number | null;
  /** Runs that stand here now, beside those that came by. */
  readonly standing?: number;
  /** What went in and came out, the last time it was reached. */
  readonly last?: { readonly params: unknown; readonly output: unknown };
  /** Against the version it is compared with. */
  readonly change?: "added" | "changed";
}
