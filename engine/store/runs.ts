import type { DeliveryStatus, EffectState, OnDoubt } from "../core/effect-state.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { RunState, RunStatus, StepEvent } from "../core/run.ts";
import type { Database } from "./database.ts";

/** One checkpoint of a run. See `engine_commit` in migrations: fenced by (epoch, seq), all or nothing. */
export interface CommitItem {
  readonly tenant: string;
  readonly runId: string;
  /** `new` inserts the run; `waiting` takes it out of its wait; `leased` goes on as its owner. */
  readonly expect: "new" | "waiting" | "leased";
  readonly epoch: number;
  /** The sequence number the run has now. */
  readonly seq: number;
  readonly status: RunStatus;
  readonly state: RunState;
  readonly owner: string;
  readonly leaseMs: number;
  readonly events?: readonly JournalEvent[];
  readonly delivery?: DeliveryRow;
  /** A delivery that was kept for this wait. */
  readonly consumes?: string;
  /** All keys of the wait. */
  readonly waitKeys?: readonly string[];
  /** Those kept as rows; absent: the rows that are there still hold, and none of them is late. */
  readonly storedKeys?: readonly string[];
  /** Milliseconds from now, by the database's clock, to the deadline of the wait. */
  readonly wakeInMs?: number;
  /** 0: somebody waits for its answer; 1: normal; 2: bulk. */
  readonly priority?: number;
  /** Runs this one starts, queued. The same id again is the same child. */
  readonly children?: readonly ChildRow[];
  /** The step whose children the run waits for, with the wait key `children:<stepKey>`… */
  readonly childrenOf?: string;
  /** …and how many ended ones it has seen: where there are more, the result says `childEnded`. */
  readonly childrenSeen?: number;
  /** Of the effects the run sleeps on: the rank of the status it knows. Where a report has moved one on, the result has those of its step. */
  readonly seen?: Readonly<Record<string, number>>;
  /** The step whose open children are to be cancelled. The end of a run cancels all of its own. */
  readonly cancelChildrenOf?: string;
  readonly outcomes?: readonly OutcomeRow[];
  readonly intents?: readonly IntentRow[];
  readonly usage?: readonly { readonly effectId: string; readonly amount: number }[];
  /** Step that captures what the run has reserved so far. */
  readonly settle?: string;
  readonly charge?: { readonly stepKey: string; readonly meter: string; readonly amount: number };
  readonly answer?: { readonly deliveryId: string; readonly http: Json };
  readonly interaction?: JsonObject;
  readonly call?: JsonObject;
  readonly message?: JsonObject;
  // Only of a new run.
  readonly flowKey?: string;
  readonly flowVersionId?: string;
  readonly triggerType?: string;
  readonly contactPhone?: string | null;
  readonly numberId?: string | null;
  /** Runs of one lane go one after the other (`queue`), go to the one that is there (`resume`), or push it out. */
  readonly lane?: { readonly key: string; readonly policy: "queue" | "resume" | "replace" };
}

export interface ChildRow {
  readonly id: string;
  readonly flowKey: string;
  readonly flowVersionId: string;
  readonly triggerType: string;
  readonly parentStep: string;
  /** Which branch of its parent: a port, the index of an item, the flow it runs. */
  readonly branch: string;
  readonly state: RunState;
}

export interface JournalEvent extends StepEvent {
  readonly type: string;
  readonly at: string;
  readonly ms: number;
}

export interface DeliveryRow {
  readonly id: string;
  /** sha256 of source and the sender's own key. */
  readonly hash: string;
  readonly source: string;
  readonly fingerprint?: string;
}

export interface IntentRow {
  readonly id: string;
  readonly stepKey: string;
  readonly part: string;
  readonly kind: string;
  readonly provider: string;
  readonly channel?: string;
  readonly from?: string;
  readonly to?: string;
  readonly body?: string;
  readonly meter?: string;
  readonly amount?: number;
  readonly details?: JsonObject;
  /** Also keeps it as an outbound message. */
  readonly message?: JsonObject;
  readonly onDoubt?: OnDoubt;
  /** One in doubt is sent again: counted as a possible double in the same commit. */
  readonly resend?: true;
  readonly pace?: PaceRow;
}

/** The slots an intent needs of its sender. */
export interface PaceRow {
  readonly perSecond: number;
  readonly burst: number;
  readonly units: number;
  /** Towards one recipient. */
  readonly pair?: { readonly everySeconds: number; readonly burst: number };
  /** Where its slot is further away than this, nothing is written. */
  readonly maxWaitMs?: number;
}

/** Why an intent may not leave now. */
export type Held =
  /** Written; it may leave in `inMs`, after another commit of the same intent. */
  | { readonly planned: true; readonly inMs: number }
  /** Not written: it would have to wait longer than it can. */
  | { readonly late: true; readonly inMs: number }
  /** Its row says that it is settled, or not to be sent. */
  | { readonly stale: true };

export interface OutcomeRow {
  readonly id: string;
  readonly state: EffectState;
  readonly ref?: string;
  readonly status?: DeliveryStatus;
  readonly rank?: number;
  readonly outcome?: JsonObject;
  /** What is known of one in doubt: `error`, `lookedAt`, `lookedBy`. */
  readonly evidence?: JsonObject;
}

export type CommitResult =
  | {
      readonly ok: true;
      readonly epoch: number;
      readonly seq: number;
      /** Intents whose credits could not be reserved; they were not written. */
      readonly refused: readonly string[];
      /** Intents that may not leave now, by id. */
      readonly held?: Readonly<Record<string, Held>>;
      readonly cancel: boolean;
      /** It is to stop before its next step, until it is told to go on. */
      readonly pause?: true;
      /** The tenant has as many runs in flight as it may: stored as queued, without the lease that was asked for. */
      readonly queued: boolean;
      /** Runs somebody should look at now: children, the parent, the next in the lane. */
      readonly wakes: readonly string[];
      /** A child ended that the waiting run has not seen. */
      readonly childEnded?: true;
      /** The effects of its step, of which a report has moved on one that it sleeps on. */
      readonly moved?: readonly EffectRow[];
      readonly charged?: boolean;
      readonly settlement?: SettlementRow;
      readonly pending?: PendingDelivery;
    }
  | { readonly ok: false; readonly reason: "fence" }
  /** Its lane is taken, by this run; null: by one that is just being stored. */
  | { readonly ok: false; readonly reason: "busy"; readonly runId: string | null }
  | DuplicateDelivery;

export interface DuplicateDelivery {
  readonly ok: false;
  readonly reason: "duplicate";
  readonly deliveryId: string;
  readonly runId: string | null;
  readonly answer: Json | null;
  readonly fingerprint: string | null;
}

export interface PendingDelivery {
  readonly id: string;
  readonly event: PendingEvent;
}

export interface PendingEvent {
  readonly name: string;
  readonly output: JsonObject;
  /** Who waits for the answer to it, as in `Exchange.via`. */
  readonly via: string | null;
}

export interface SettlementRow {
  readonly charged: Readonly<Record<string, number>>;
  readonly remaining: Readonly<Record<string, number | null>>;
}

/** An effect of the step a run stands at. */
export interface EffectRow {
  readonly id: string;
  readonly part: string;
  readonly state: EffectState;
  readonly status: DeliveryStatus | null;
  readonly ref: string | null;
  readonly outcome: JsonObject | null;
  readonly sentAt: string;
  readonly provider: string;
  readonly channel: string | null;
  readonly to: string | null;
  readonly from: string | null;
  readonly body: string | null;
  readonly attempts: number;
  /** Sends that may have doubled an earlier one. */
  readonly resends: number;
  /** When it was first written. */
  readonly firstAt: string;
  /** Of a planned one: until its slot, as of when the row was read. */
  readonly leaveInMs: number | null;
}

/** A run as `engine_load` gives it: all that driving it needs. */
export interface LoadedRun {
  readonly id: string;
  readonly tenantId: string;
  readonly flowKey: string;
  readonly flowVersionId: string;
  readonly status: RunStatus;
  readonly seq: number;
  readonly epoch: number;
  readonly owner: string | null;
  readonly state: RunState;
  readonly numberId: string | null;
  readonly triggerType: string;
  readonly contactPhone: string | null;
  readonly parentRunId: string | null;
  readonly parentStep: string | null;
  readonly branch: string | null;
  readonly depth: number;
  readonly lane: string | null;
  readonly cancelRequested: boolean;
  readonly paused: boolean;
  /** It waits, and its deadline has passed by the database's clock. */
  readonly due: boolean;
  /** An event that is kept for what it waits for. */
  readonly pending: PendingDelivery | null;
  readonly effects: readonly EffectRow[];
}

/** One transaction for all of them, one result for each, in order. A run may occur once. */
export function commitRuns(db: Database, items: readonly CommitItem[]): Promise<readonly CommitResult[]> {
  return db.call("engine_commit", [JSON.stringify(items)]);
}

export function loadRun(db: Database, runId: string): Promise<LoadedRun | null> {
  return db.call("engine_load", [runId]);
}

export function loadWaiting(db: Database, tenantId: string, key: string): Promise<LoadedRun | null> {
  return db.call("engine_load_waiting", [tenantId, key]);
}

export function tenantOfRun(db: Database, runId: string): Promise<string | null> {
  return db.call("engine_tenant_of_run", [runId]);
}

/** Takes a run that is queued and whose turn it is, or whose lease has run out. */
export function claimRun(db: Database, runId: string, owner: string, leaseMs: number): Promise<boolean> {
  return db.call("engine_claim", [runId, owner, leaseMs]);
}

/** Queued runs taken by one process, leased and ready to drive. */
export interface ClaimedRuns {
  readonly runs: readonly LoadedRun[];
  /** The tenant the next claim goes on behind. */
  readonly after: string;
  /** Bulk is among them. */
  readonly bulk: boolean;
  /** Queued runs are left, of whatever tenant. */
  readonly more: boolean;
}

/** Takes up to `limit` queued runs, the tenants in turn, each within its cap. */
export function claimNext(
  db: Database,
  claim: { readonly owner: string; readonly leaseMs: number; readonly limit: number; readonly after: string },
): Promise<ClaimedRuns> {
  return db.call("engine_claim_next", [claim.owner, claim.leaseMs, claim.limit, claim.after]);
}

export function dueRuns(
  db: Database,
  limit: number,
): Promise<{ run_id: string; why: "lease" | "wait" | "cancel" | "event" }[]> {
  return db.rows("engine_due", [limit]);
}

export async function renewLeases(
  db: Database,
  owner: string,
  runIds: readonly string[],
  leaseMs: number,
): Promise<void> {
  await db.call("engine_renew", [owner, runIds, leaseMs]);
}

export async function handBackRun(db: Database, owner: string, runId: string): Promise<void> {
  await db.call("engine_hand_back", [owner, runId]);
}

/**
 * Counts that a leased run was taken over without progress since the last time. Beyond `limit` its row is a dead letter.
 * `failure`: what stopped whoever drove it last, where that is known.
 */
export function countTakeover(
  db: Database,
  runId: string,
  limit: number,
): Promise<{ readonly count: number; readonly failure: string | null }> {
  return db.call("engine_count_takeover", [runId, limit]);
}

/** Leaves word of what stopped the driving of a run. */
export async function noteFailure(
  db: Database,
  owner: string,
  runId: string,
  message: string,
): Promise<void> {
  await db.call("engine_note_failure", [runId, owner, message]);
}

/** Lets time pass in a sandbox. False where the tenant is none. */
export function skipTime(db: Database, tenantId: string, ms: number): Promise<boolean> {
  return db.call("engine_skip_time", [tenantId, ms]);
}

/** Pauses a run, or lets it go on: one that stands still is due from then on. False when there is no such run or it is over. */
export function requestPause(
  db: Database,
  tenantId: string,
  runId: string,
  paused: boolean,
): Promise<boolean> {
  return db.call("engine_request_pause", [tenantId, runId, paused]);
}

/** Whoever drives the run learns of it. False when there is no such run or it is over. */
export function requestCancel(db: Database, tenantId: string, runId: string): Promise<boolean> {
  return db.call("engine_request_cancel", [tenantId, runId]);
}
