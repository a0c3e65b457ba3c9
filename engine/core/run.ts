import type { Json, JsonObject } from "./json.ts";

/**
 * The types that `advance`, the runtime and the store exchange. A run is plain data, exactly what its row holds; nothing
 * here changes it in place.
 */

export const RUN_STATUSES = ["queued", "running", "waiting", "succeeded", "failed", "cancelled"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Where a run stands. `visit` counts how often it has entered this node, from 1. */
export interface Cursor {
  readonly nodeId: string;
  readonly visit: number;
}

/** Why a step failed, as the flow's author reads it. */
export interface StepError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

/** The port of a wait's event, or of its timeout, that enters the step again instead of leaving it. */
export const REENTER = "";

/** What woke a step that its wait asked to be entered again for. The timeout's name is `timeout`. */
export interface Heard {
  readonly name: string;
  readonly output: JsonObject;
}

/**
 * The call a run speaks on: the one that started it, or one it placed itself.
 *
 *   { sid: "CA12", from: "+576015550100", to: "+573001112233", direction: "outbound" }
 */
export interface Line {
  /** The vendor's id of the call. */
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly direction: "inbound" | "outbound";
}

/**
 * What a sleeping run waits for. `keys` are what an outside event finds it by; `events` maps an event's name to the port
 * the run leaves by, `*` to the port of any other event. When `until` passes it leaves by `timeoutPort`.
 * A port that is `REENTER` enters the step again, with the event as `heard`.
 * A wait with `again: true` has no ports: any cause re-enters the same step with the same step key (a retry, or an
 * effect whose evidence is awaited).
 *
 *   { nodeId: "menu", keys: ["step:run_1:menu:1", "call:CA12"], until: "2026-11-21T10:00:08.000Z",
 *     events: { digits: "digits", hangup: "hung_up" }, timeoutPort: "timeout" }
 */
export interface Wait {
  readonly nodeId: string;
  readonly keys: readonly string[];
  readonly until: string;
  readonly again?: true;
  /** The step that is entered again hears which event it was, and what came with it. Only with `again`. */
  readonly hears?: true;
  /** The step whose children are awaited, and how many ended ones it has seen. Always with `again`. */
  readonly children?: { readonly of: string; readonly seen: number };
  /** The request at hand is answered when this wait begins; without it, it goes on waiting. */
  readonly answers?: true;
  readonly events: Readonly<Record<string, string>>;
  /** Events, or `timeout`, that lead back into the node instead of out of it [A16]. */
  readonly back?: WayBack;
  /** What an event adds to the output and to the run, by event name as looked up. */
  readonly eventData?: Readonly<Record<string, EventData>>;
  readonly timeoutPort: string;
}

/** Which causes enter the node again as a visit of its own, and what it keeps until then. */
export interface WayBack {
  readonly events: readonly string[];
  readonly memo: JsonObject;
}

/** What comes with one event of a wait, whoever tells it. */
export interface EventData {
  readonly output?: JsonObject;
  readonly set?: StateChange;
  /** What the step's effect of this part really used, where the event itself does not say. */
  readonly usage?: { readonly part: string; readonly amount: number };
}

/** What woke a sleeping run. Exactly one cause wins [A5]. */
export type WakeCause =
  | { readonly kind: "event"; readonly name: string; readonly output: JsonObject }
  | { readonly kind: "timeout" };

/** The part of a run that only the core reads and writes. JSON, stored whole in `runs.state`. */
export interface RunState {
  readonly cursor: Cursor | null;
  /** How often each node was entered. */
  readonly visits: Readonly<Record<string, number>>;
  /** Steps entered so far, held against `settings.maxSteps`. */
  readonly stepCount: number;
  /** Tries of the current step that failed. */
  readonly attempts: number;
  /** Last output of each node: `{{ steps.<id>.<name> }}`. */
  readonly steps: Readonly<Record<string, JsonObject>>;
  readonly vars: JsonObject;
  /** What the trigger gave: `{{ trigger.call.from }}`. */
  readonly trigger: JsonObject;
  readonly contact: JsonObject;
  readonly store: JsonObject | null;
  /** The call this run has placed and speaks on; absent: the one that started it, if any. */
  readonly line?: Line;
  /** The event the current step was entered again for. Gone with its next result, but for one that asks for more time. */
  readonly heard?: Heard;
  /** The moment the current segment started: what `now` is for all its steps [A8]. ISO 8601. */
  readonly segmentAt: string;
  readonly startedAt: string;
  readonly wait: Wait | null;
  /** What the current request is to be answered with, gathered step by step until a node waits or the run ends. */
  readonly reply: readonly Json[];
  /** The request that waits for `reply`, and who turns the reply into its language. */
  readonly exchange: Exchange | null;
  /** Set once the run is over. */
  readonly outcome: RunOutcome | null;
  /** While a node works in parts, one visit each: what it has done so far. Gone when the run leaves the node. */
  readonly repeat?: Repeat;
  /** The ended run this one takes up again, and at which node. */
  readonly retryOf?: { readonly runId: string; readonly nodeId: string };
  /** Loops the cursor is in, innermost last. */
  readonly frames?: readonly Frame[];
  /** Items that loops of this run were given so far. */
  readonly looped?: number;
  /** Branches that are under way, by the id of the join that waits for them. */
  readonly forks?: Readonly<Record<string, Fork>>;
  /** Nodes that end this run instead of being entered: there its parent goes on. */
  readonly endsAt?: readonly string[];
  /** What the current step asked to be told when it is entered again. */
  readonly memory?: JsonObject | null;
  /** The step whose children the current step waits for. */
  readonly awaits?: string | null;
  /** The step whose child speaks to whoever waits for this run's answer. */
  readonly lentTo?: string | null;
  /** How many flows called each other to get here. */
  readonly calls?: number;
}

/**
 * One loop over a list, in the run itself. `left` are the items still to come; the list is taken once, when the loop
 * begins, so that it stays the same whatever its items change.
 *
 *   { nodeId: "each_guest", left: ["Eva"], index: 1, count: 3, failed: 0, results: [{…}], stepCount: 4, … }
 */
export interface Frame {
  readonly nodeId: string;
  readonly left: readonly Json[];
  /** Of the item at hand, from 0. */
  readonly index: number;
  readonly count: number;
  readonly failed: number;
  /** What each item ended with; null where it is not collected. */
  readonly results: readonly JsonObject[] | null;
  /** Characters of JSON collected so far. */
  readonly size: number;
  /** False once results were left out because they grew too large. */
  readonly complete: boolean;
  /** An error in the body ends the item, not the run. */
  readonly keepGoing: boolean;
  /** Steps counted when the loop began: each item starts counting here again [A10]. */
  readonly stepCount: number;
}

/** Branches of a step that come together at a join. */
export interface Fork {
  /** The step that started them. */
  readonly step: string;
  /** Those that are runs of their own. */
  readonly started: readonly string[];
  /** Those with nothing in them: over before they began. */
  readonly empty: readonly string[];
  /** When they began, ISO 8601. */
  readonly at: string;
}

/** What a node that works in parts keeps from one visit to the next. */
export interface Repeat {
  /** Parts so far. */
  readonly count: number;
  /** What the node itself needs to go on; nobody else reads it. */
  readonly memo: Json;
  /** How far it has come, for people. */
  readonly progress: JsonObject;
}

/** A request under way: its row in the inbox, and the path of the webhook (or `api`) that speaks its language. */
export interface Exchange {
  readonly deliveryId: string;
  readonly via: string;
}

export interface Run {
  readonly id: string;
  readonly tenantId: string;
  readonly flowKey: string;
  readonly flowVersionId: string;
  readonly status: RunStatus;
  /** Checkpoints written so far; the next one carries seq + 1. */
  readonly seq: number;
  readonly state: RunState;
}

export interface RunOutcome {
  readonly status: "succeeded" | "failed" | "cancelled";
  /** A name the author chose (`core.end`), else `completed`, or the code of the error. */
  readonly name: string;
  readonly output: JsonObject;
  readonly error?: StepError & { readonly nodeId: string };
}

/** Changes a step may make to what later steps see. */
export interface StateChange {
  readonly vars?: JsonObject;
  readonly contact?: JsonObject;
  readonly store?: JsonObject | null;
  /** The call that the run speaks on from here. */
  readonly line?: Line;
  /** Outputs of steps that ran in a child. */
  readonly steps?: Readonly<Record<string, JsonObject>>;
}

/** A child as the step that starts it describes it. */
export type ChildStart =
  /** Begins behind this port of the step, which gives it `output`; everything else it knows is a copy. */
  | { readonly branch: string; readonly port: string; readonly output: JsonObject }
  /** A run of another flow's published version. */
  | { readonly branch: string; readonly flow: string; readonly input: JsonObject }
  | NewChild;

/** A child ready to be stored. Without `flow` it runs the flow of its parent. */
export interface NewChild {
  readonly branch: string;
  readonly state: RunState;
  readonly flow?: { readonly key: string; readonly versionId: string; readonly triggerType: string };
}

/** What running one node gave. Nodes make all but the last, which `perform` makes of whatever they throw. */
export type NodeResult =
  | {
      readonly kind: "next";
      readonly port: string;
      readonly output: JsonObject;
      readonly set?: StateChange;
      readonly reply?: readonly Json[];
    }
  | {
      readonly kind: "wait";
      readonly wait: Omit<Wait, "nodeId" | "again" | "hears" | "answers">;
      readonly set?: StateChange;
      readonly reply?: readonly Json[];
    }
  /** `memory` is what the step wants to know when it is entered again; absent: what it knew. */
  | {
      readonly kind: "again";
      readonly until: string;
      readonly keys: readonly string[];
      readonly hears?: true;
      readonly memory?: JsonObject;
    }
  /** A part is done: the same node again, as a visit of its own, with what it keeps. */
  | { readonly kind: "repeat"; readonly memo: Json; readonly progress: JsonObject }
  | {
      readonly kind: "end";
      readonly outcome: string;
      readonly output: JsonObject;
      readonly reply?: readonly Json[];
    }
  /** The branches behind these ports run side by side; this run goes on at their join. */
  | { readonly kind: "fork"; readonly branches: readonly string[] }
  /** What is behind `item` runs once for each, in this run; then it goes on behind `done`. */
  | {
      readonly kind: "each";
      readonly items: readonly Json[];
      readonly collect: boolean;
      readonly keepGoing: boolean;
    }
  /** Starts children, and sleeps until one of the step's children ends; then the step is entered again. */
  | {
      readonly kind: "children";
      readonly start: readonly ChildStart[];
      /** The step whose children they are; absent: this one. */
      readonly of?: string;
      /** How many of them were over when the step looked. */
      readonly seen: number;
      /** When to enter the step at the latest, ISO 8601; absent: when the run becomes too old. */
      readonly until?: string;
      readonly memory?: JsonObject;
    }
  | { readonly kind: "error"; readonly error: StepError };

/** What to do next with a run. */
export type Decision =
  | { readonly kind: "execute"; readonly nodeId: string; readonly stepKey: string; readonly attempt: number }
  | { readonly kind: "sleep"; readonly wait: Wait }
  | { readonly kind: "end"; readonly outcome: RunOutcome };

/** One line of a run's history. `ms` and `at` are added by the runtime. */
export interface StepEvent {
  readonly nodeId: string;
  readonly stepKey: string;
  readonly kind: "left" | "slept" | "again" | "repeated" | "failed" | "ended";
  readonly port?: string;
  readonly output?: JsonObject;
  readonly error?: StepError;
  readonly cause?: WakeCause["kind"];
}
