import type { Graph } from "../core/graph.ts";
import type { RunState, RunStatus } from "../core/run.ts";
import type { Database } from "../store/database.ts";
import {
  type CommitItem,
  type CommitResult,
  commitRun,
  type DuplicateDelivery,
  type EffectRow,
  type JournalEvent,
  type LoadedRun,
  loadRun,
  type OutcomeRow,
} from "../store/runs.ts";

/** Somebody else owns the run, or its delivery was handled before: this process stops and changes nothing. */
export class SegmentLost extends Error {
  override readonly name = "SegmentLost";
  readonly duplicate: DuplicateDelivery | null;

  constructor(duplicate: DuplicateDelivery | null) {
    super(duplicate ? "the delivery was handled before" : "another owner has the run");
    this.duplicate = duplicate;
  }
}

/** What identifies a run all its life. */
export interface RunIdentity {
  readonly id: string;
  readonly tenantId: string;
  readonly flowKey: string;
  readonly flowVersionId: string;
  readonly numberId: string | null;
  readonly triggerType: string;
  readonly contactPhone: string | null;
}

/** What the first commit of a segment carries besides the run: the delivery that caused it, and its record. */
export type Opening = Pick<CommitItem, "delivery" | "consumes" | "call" | "message" | "usage">;

/** What a commit may carry on top of what was gathered since the last one. */
export type CommitExtras = Pick<
  CommitItem,
  "waitKeys" | "wakeAt" | "intents" | "settle" | "charge" | "answer" | "interaction"
>;

export interface SegmentOptions {
  readonly db: Database;
  readonly owner: string;
  readonly leaseMs: number;
  readonly run: RunIdentity;
  readonly graph: Graph;
  readonly state: RunState;
  readonly expect: CommitItem["expect"];
  readonly epoch: number;
  readonly seq: number;
  readonly opening?: Opening;
  readonly effects?: readonly EffectRow[];
}

/**
 * One stretch of a run, from a wake to its next wait or end, in the hands of this process. It gathers what steps did and
 * writes it in as few commits as the steps' effects allow.
 */
export class Segment {
  readonly run: RunIdentity;
  readonly graph: Graph;
  state: RunState;
  /** Effects of the step the run stands at, by part. */
  effects: Map<string, EffectRow>;
  cancelRequested = false;
  readonly #db: Database;
  readonly #owner: string;
  readonly #leaseMs: number;
  #expect: CommitItem["expect"];
  #epoch: number;
  #seq: number;
  #opening: Opening;
  #events: JournalEvent[] = [];
  #outcomes: OutcomeRow[] = [];
  #stored = false;

  constructor(options: SegmentOptions) {
    this.#db = options.db;
    this.#owner = options.owner;
    this.#leaseMs = options.leaseMs;
    this.run = options.run;
    this.graph = options.graph;
    this.state = options.state;
    this.effects = byPart(options.effects ?? []);
    this.#expect = options.expect;
    this.#epoch = options.epoch;
    this.#seq = options.seq;
    this.#opening = options.opening ?? {};
  }

  /** True once anything of this segment, and with it its delivery, is committed. */
  get isStored(): boolean {
    return this.#stored;
  }

  /** True once this process holds the lease in the database. */
  get isLeased(): boolean {
    return this.#expect === "leased";
  }

  record(event: JournalEvent): void {
    this.#events.push(event);
  }

  recordOutcome(outcome: OutcomeRow): void {
    this.#outcomes.push(outcome);
  }

  /** The run sleeps; the next commit takes it out of its wait. */
  asleep(opening: Opening = {}): void {
    this.#expect = "waiting";
    this.#opening = opening;
  }

  /** @throws SegmentLost when the fence or the delivery says that this is somebody else's, or done */
  async commit(status: RunStatus, extras: CommitExtras = {}): Promise<Extract<CommitResult, { ok: true }>> {
    const { run } = this;
    const isNew = this.#expect === "new";
    const result = await commitRun(this.#db, {
      tenant: run.tenantId,
      runId: run.id,
      expect: this.#expect,
      epoch: this.#epoch,
      seq: this.#seq,
      status,
      state: this.state,
      owner: this.#owner,
      leaseMs: this.#leaseMs,
      events: this.#events,
      outcomes: this.#outcomes,
      ...this.#opening,
      ...extras,
      numberId: run.numberId,
      ...(isNew
        ? {
            flowKey: run.flowKey,
            flowVersionId: run.flowVersionId,
            triggerType: run.triggerType,
            contactPhone: run.contactPhone,
          }
        : {}),
    });
    if (!result.ok) throw new SegmentLost(result.reason === "duplicate" ? result : null);
    this.#events = [];
    this.#outcomes = [];
    this.#opening = {};
    this.#expect = "leased";
    this.#stored = true;
    this.#epoch = result.epoch;
    this.#seq = result.seq;
    this.cancelRequested ||= result.cancel;
    return result;
  }

  /** The run as its row holds it after the last commit, asleep. */
  snapshot(): LoadedRun {
    return {
      ...this.run,
      status: "waiting",
      seq: this.#seq,
      epoch: this.#epoch,
      owner: null,
      state: this.state,
      due: false,
      pending: null,
      effects: [],
    };
  }

  /** Reads again what callbacks may have changed about this step's effects. */
  async refreshEffects(): Promise<void> {
    const row = await loadRun(this.#db, this.run.id);
    this.effects = byPart(row?.effects ?? []);
  }
}

export function identityOf(row: LoadedRun): RunIdentity {
  const { id, tenantId, flowKey, flowVersionId, numberId, triggerType, contactPhone } = row;
  return { id, tenantId, flowKey, flowVersionId, numberId, triggerType, contactPhone };
}

function byPart(effects: readonly EffectRow[]): Map<string, EffectRow> {
  return new Map(effects.map((effect) => [effect.part, effect]));
}
