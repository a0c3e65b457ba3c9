/**
 * Named places at every commit and every send, where a test may stop a process or hold it still. Nothing here is ever
 * turned on from outside: only who starts the engine can hand in failpoints of its own, and by default nobody listens.
 *
 * A commit is called after the weightiest thing it carries, in this order: the first commit of a segment (T0) `start` or
 * `resume`; T1 `intent`; `settle`, money a step settles or charges; T2 `outcome`; else what it is for: `wait`, `end`, or
 * `lease`, which only takes the lease or is the last one before a run is handed back.
 */
export const COMMIT_KINDS = [
  "start",
  "resume",
  "intent",
  "settle",
  "outcome",
  "wait",
  "end",
  "lease",
] as const;
export type CommitKind = (typeof COMMIT_KINDS)[number];

export const FAILPOINTS = [
  ...COMMIT_KINDS.flatMap((kind) => [`${kind}.before`, `${kind}.after`] as const),
  /** The intent is committed, and the next thing is the first byte of the request to the vendor. */
  "request.before",
  /** The vendor has answered, and nobody but this process knows. */
  "request.after",
  /** The answer to a request is committed, and nobody has heard it. */
  "answer.before",
  /** The answer was given to whoever waits for it in this process. */
  "answer.after",
  /** What a delivery said is stored, and the sender has not been told. */
  "ack.before",
  /** A vendor's report is stored, and the run it is about has not been told. */
  "report.after",
  /** A run was taken over, and nothing has been done with it. */
  "claim.after",
  /** A commit has found an event, or a report, that came before its wait; the run is asleep, and the event not taken. */
  "pending.before",
  /** A stopping process has committed its last step, and the run still has its lease. */
  "hand-back.before",
] as const;
export type FailpointName = (typeof FAILPOINTS)[number];

export interface Failpoints {
  /** Called each time a run gets there. What it gives is waited for; what it throws goes to whoever drives the run. */
  reach(point: FailpointName, runId: string): void | Promise<void>;
}

/** Nobody listens. */
export const NO_FAILPOINTS: Failpoints = Object.freeze({ reach: () => undefined });
