import { DELIVERY_RANK } from "../core/effect-state.ts";
import type { Graph } from "../core/graph.ts";
import type { RunState, RunStatus, Wait } from "../core/run.ts";
import type { Database } from "../store/database.ts";
import {
  type ChildRow,
  type CommitItem,
  type CommitResult,
  type DuplicateDelivery,
  type EffectRow,
  type JournalEvent,
  type LoadedRun,
  loadRun,
  type OutcomeRow,
} from "../store/runs.ts";
import type { Clock } from "./clock.ts";
import type { Commits } from "./commits.ts";
import type { CommitKind, Failpoints } from "./failpoints.ts";
import type { LocalWakes } from "./local-wakes.ts";

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
export type RunIdentity = Pick<
  LoadedRun,
  | "id"
  | "tenantId"
  | "flowKey"
  | "flowVersionId"
  | "numberId"
  | "triggerType"
  | "contactPhone"
  | "parentRunId"
  | "parentStep"
  | "branch"
  | "depth"
  | "lane"
>;

/** What the first commit of a segment carries besides the run: the delivery that caused it, and its record. */
export type Opening = Pick<CommitItem, "delivery" | "consumes" | "call" | "message" | "usage" | "lane">;

/** What a commit may carry on top of what was gathered since the last one. */
export type CommitExtras = Pick<
  CommitItem,
  | "waitKeys"
  | "wakeInMs"
  | "intents"
  | "settle"
  | "charge"
  | "answer"
  | "interaction"
  | "childrenOf"
  | "childrenSeen"
  | "seen"
>;

/** The tenant drives as many runs as it may: this one is stored as queued, and goes on when its turn comes. */
export class SegmentParked extends Error {
  override readonly name = "SegmentParked";
}

/** A new run whose lane is taken: nothing of it is stored. */
export class LaneBusy extends Error {
  override readonly name = "LaneBusy";
  /** The run that has the lane; null: one that is just being stored. */
  readonly runId: string | null;

  constructor(runId: string | null) {
    super("the lane is taken");
    this.runId = runId;
  }
}

export interface SegmentOptions {
  readonly db: Database;
  readonly commits: Commits;
  readonly localWakes: LocalWakes;
  readonly failpoints: Failpoints;
  readonly clock: Clock;
  readonly owner: string;
  readonly leaseMs: number;
  readonly run: RunIdentity;
  readonly graph: Graph;
  readonly state: RunState;
  readonly expect: CommitItem["expect"];
  readonly epoch: number;
  readonly seq: number;
  readonly opening?: Opening;
  /** The wait this segment takes the run out of. */
  readonly asleepIn?: Wait | null;
  readonly effects?: readonly EffectRow[];
  /** Of a new run that nobody waits for; absent: normal. */
  readonly priority?: Priority;
}

/** Who goes first among the queued runs of a tenant. */
export const PRIORITY = { awaited: 0, normal: 1, bulk: 2 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

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
  /** [E13] */
  pauseRequested = false;
  /** The time this run lives in. */
  readonly clock: Clock;
  readonly #db: Database;
  readonly #commits: Commits;
  readonly #localWakes: LocalWakes;
  readonly #failpoints: Failpoints;
  readonly #owner: string;
  readonly #leaseMs: number;
  #expect: CommitItem["expect"];
  #epoch: number;
  #seq: number;
  #opening: Opening;
  readonly #priority: Priority;
  #events: JournalEvent[] = [];
  #outcomes: OutcomeRow[] = [];
  #children: ChildRow[] = [];
  #cancels: string | null = null;
  #isStored = false;
  readonly #stored = Promise.withResolvers<void>();
  /** The wait whose rows are in the database while the run is asleep there. */
  #rows: Wait | null;

  constructor(options: SegmentOptions) {
    this.clock = options.clock;
    this.#db = options.db;
    this.#commits = options.commits;
    this.#localWakes = options.localWakes;
    this.#failpoints = options.failpoints;
    this.#owner = options.owner;
    this.#leaseMs = options.leaseMs;
    this.run = options.run;
    this.graph = options.graph;
    this.state = options.state;
    this.effects = this.#inRunTime(options.effects ?? []);
    this.#expect = options.expect;
    this.#epoch = options.epoch;
    this.#seq = options.seq;
    this.#opening = options.opening ?? {};
    this.#priority = options.priority ?? PRIORITY.normal;
    this.#rows = options.asleepIn ?? null;
  }

  /** True once anything of this segment, and with it its delivery, is committed. */
  get isStored(): boolean {
    return this.#isStored;
  }

  /** Resolves with the first commit of this segment. */
  get stored(): Promise<void> {
    return this.#stored.promise;
  }

  /** [W2] Takes the lease, where this process does not hold it. */
  async lease(): Promise<void> {
    if (!this.isLeased) await this.commit("running");
  }

  /** True once this process holds the lease in the database. */
  get isLeased(): boolean {
    return this.#expect === "leased";
  }

  /** How many lines of history are not committed yet. */
  get unsaved(): number {
    return this.#events.length;
  }

  record(event: JournalEvent): void {
    this.#events.push(event);
  }

  recordOutcome(outcome: OutcomeRow): void {
    this.#outcomes.push(outcome);
  }

  /** Runs that are stored, queued, with the next commit. */
  startChildren(children: readonly ChildRow[]): void {
    this.#children.push(...children);
  }

  /** The next commit cancels the children of this step that are still open. */
  cancelChildren(step: string): void {
    this.#cancels = step;
  }

  /** The run sleeps; the next commit takes it out of its wait. */
  asleep(opening: Opening = {}): void {
    this.#expect = "waiting";
    this.#rows = this.state.wait;
    this.#opening = opening;
  }

  /** @throws SegmentParked when the tenant may drive no more runs; LaneBusy; SegmentLost when the fence or the delivery says that this is somebody else's, or done */
  async commit(status: RunStatus, extras: CommitExtras = {}): Promise<Extract<CommitResult, { ok: true }>> {
    const { run } = this;
    const isNew = this.#expect === "new";
    const kind = this.#kindOf(status, extras);
    await this.#failpoints.reach(`${kind}.before`, run.id);
    // Acts that go on meanwhile may add to them.
    const outcomes = [...this.#outcomes];
    const result = await this.#commits.commit({
      tenant: run.tenantId,
      runId: run.id,
      expect: this.#expect,
      epoch: this.#epoch,
      seq: this.#seq,
      status,
      state: this.state,
      owner: this.#owner,
      leaseMs: this.#leaseMs,
      ...(this.#events.length > 0 ? { events: this.#events } : {}),
      ...(outcomes.length > 0 ? { outcomes } : {}),
      ...(this.#children.length > 0 ? { children: this.#children } : {}),
      ...(this.#cancels === null ? {} : { cancelChildrenOf: this.#cancels }),
      ...this.#opening,
      ...extras,
      ...this.#rowsOfWait(status, extras),
      numberId: run.numberId,
      ...this.#precedence(isNew),
      ...(isNew
        ? {
            flowKey: run.flowKey,
            flowVersionId: run.flowVersionId,
            triggerType: run.triggerType,
            contactPhone: run.contactPhone,
          }
        : {}),
    });
    if (!result.ok) {
      if (result.reason === "busy") throw new LaneBusy(result.runId);
      throw new SegmentLost(result.reason === "duplicate" ? result : null);
    }
    await this.#failpoints.reach(`${kind}.after`, run.id);
    this.#events = [];
    this.#outcomes = this.#outcomes.slice(outcomes.length);
    this.#children = [];
    this.#cancels = null;
    this.#opening = {};
    this.#expect = "leased";
    this.#rows = null;
    this.#stored.resolve();
    this.#isStored = true;
    this.#epoch = result.epoch;
    this.#seq = result.seq;
    this.cancelRequested ||= result.cancel;
    this.pauseRequested = result.pause === true;
    this.#localWakes.ask(result.wakes);
    if (result.queued && status !== "queued")
      throw new SegmentParked("the tenant drives as many runs as it may");
    return result;
  }

  /** A run keeps the priority it has, until somebody waits for its answer. */
  #precedence(isNew: boolean): Pick<CommitItem, "priority"> {
    if (this.state.exchange) return { priority: PRIORITY.awaited };
    return isNew ? { priority: this.#priority } : {};
  }

  #kindOf(status: RunStatus, { intents, settle, charge }: CommitExtras): CommitKind {
    if (this.#expect === "new") return "start";
    if (this.#expect === "waiting") return "resume";
    if (intents) return "intent";
    if (settle || charge) return "settle";
    if (this.#outcomes.length > 0) return "outcome";
    if (status === "waiting") return "wait";
    return status === "running" ? "lease" : "end";
  }

  /** The run as its row holds it after the last commit, asleep. */
  snapshot(): LoadedRun {
    return {
      ...this.run,
      status: "waiting",
      cancelRequested: this.cancelRequested,
      paused: this.pauseRequested,
      seq: this.#seq,
      epoch: this.#epoch,
      owner: null,
      state: this.state,
      due: false,
      pending: null,
      effects: [],
    };
  }

  /** What the run knows of the effects among these keys. */
  seenOf(keys: readonly string[]): Pick<CommitItem, "seen"> {
    const effects = [...this.effects.values()].filter(({ id }) => keys.includes(`effect:${id}`));
    if (effects.length === 0) return {};
    return {
      seen: Object.fromEntries(
        effects.map(({ id, status }) => [id, status === null ? -1 : DELIVERY_RANK[status]]),
      ),
    };
  }

  /** Reads again what callbacks may have changed about this step's effects. */
  async refreshEffects(): Promise<void> {
    this.see((await loadRun(this.#db, this.run.id))?.effects ?? []);
  }

  /** Takes what the database says about this step's effects. */
  see(effects: readonly EffectRow[]): void {
    this.effects = this.#inRunTime(effects);
  }

  /** Rows are written anew where the wait has other keys, or an earlier deadline, than the one whose rows are there. */
  #rowsOfWait(status: RunStatus, { waitKeys = [] }: CommitExtras): Pick<CommitItem, "storedKeys"> {
    const { wait } = this.state;
    if (status !== "waiting" || !wait) return {};
    const storedKeys = keysToStore(this.run.id, waitKeys);
    const rows = this.#rows;
    if (!rows || wait.until < rows.until) return { storedKeys };
    const before = keysToStore(this.run.id, rows.keys);
    const same = before.length === storedKeys.length && storedKeys.every((key) => before.includes(key));
    return same ? {} : { storedKeys };
  }

  /** By part; the database has noted when they were sent by its own clock. */
  #inRunTime(effects: readonly EffectRow[]): Map<string, EffectRow> {
    const { offsetMs } = this.clock;
    const moment = (at: string) => new Date(Date.parse(at) + offsetMs).toISOString();
    return new Map(
      effects.map((effect) => [
        effect.part,
        { ...effect, sentAt: moment(effect.sentAt), firstAt: moment(effect.firstAt) },
      ]),
    );
  }
}

/** A key that names its own step is found by the run it names; a wait needs one row at least, for its deadline. */
function keysToStore(runId: string, keys: readonly string[]): readonly string[] {
  const foreign = keys.filter((key) => !key.startsWith("step:"));
  return foreign.length > 0 ? foreign : [`run:${runId}`];
}

export function identityOf(row: LoadedRun): RunIdentity {
  const { id, tenantId, flowKey, flowVersionId, numberId, triggerType, contactPhone } = row;
  const { parentRunId, parentStep, branch, depth, lane } = row;
  const ancestry = { parentRunId, parentStep, branch, depth, lane };
  return { id, tenantId, flowKey, flowVersionId, numberId, triggerType, contactPhone, ...ancestry };
}
