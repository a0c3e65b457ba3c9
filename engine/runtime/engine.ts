import { startState, wake as wakeState } from "../core/advance.ts";
import type { JsonObject } from "../core/json.ts";
import type { WakeCause } from "../core/run.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { HttpAnswer } from "../plugin-api.ts";
import { keepForRun, keepResume } from "../store/deliveries.ts";
import {
  claimRun,
  type DeliveryRow,
  type DuplicateDelivery,
  type LoadedRun,
  loadRun,
  loadWaiting,
  requestCancel,
  requestPause,
} from "../store/runs.ts";
import { type Claims, createClaims } from "./claims.ts";
import { ahead, type Clock } from "./clock.ts";
import { type Lane, laneOf } from "./contact-policy.ts";
import { continueWith, recordWake, usageOf } from "./drive.ts";
import { asAnswer } from "./exchanges.ts";
import { createFlights, type Flights } from "./flights.ts";
import { giveUpPoison } from "./poison.ts";
import { type RetriedRun, type RetryOrder, retryRun } from "./retry-run.ts";
import type { Runtime } from "./runtime.ts";
import {
  identityOf,
  LaneBusy,
  type Opening,
  PRIORITY,
  type Priority,
  Segment,
  SegmentLost,
  SegmentParked,
} from "./segment.ts";
import type { Version } from "./versions.ts";

export interface StartRun {
  readonly tenantId: string;
  readonly version: Version;
  readonly triggerNodeId: string;
  readonly triggerType: string;
  readonly trigger: JsonObject;
  readonly contact: JsonObject;
  readonly contactPhone: string | null;
  readonly store: JsonObject | null;
  readonly numberId: string | null;
  readonly delivery: DeliveryRow;
  /** Who waits for the flow's answer: the path of a webhook, or `json`. Null: nobody. */
  readonly via: string | null;
  readonly opening?: Omit<Opening, "delivery" | "lane">;
  /** Bulk is always queued, and starts when nothing else of the tenant waits. Absent: normal. */
  readonly priority?: Priority;
  /** A message, as the event a run that waits for it would get. */
  readonly reply?: Reply;
}

export interface Reply {
  readonly key: string;
  readonly event: string;
  readonly output: JsonObject;
}

export interface ResumeRun extends Reply {
  readonly tenantId: string;
  readonly delivery: DeliveryRow;
  readonly via: string | null;
  readonly usage?: { readonly effectId: string; readonly amount: number };
  /** Keep the event for a wait that is still to be written. */
  readonly keep: boolean;
  /** The inbound message it is, to be put on record. */
  readonly message?: JsonObject;
  /** The run it is for, where its sender knows: it is kept for no other, and not for one that is over. */
  readonly runId?: string;
}

/** What became of a delivery. */
export type Taken =
  /** A run has it; `answered` settles when the flow has answered, or with null when that takes too long. */
  | {
      readonly kind: "taken";
      readonly runId: string;
      readonly deliveryId: string;
      readonly answered: () => Promise<HttpAnswer | null>;
    }
  | {
      readonly kind: "duplicate";
      readonly runId: string | null;
      readonly deliveryId: string;
      readonly fingerprint: string | null;
      readonly answered: () => Promise<HttpAnswer | null>;
    }
  /** Kept for a wait to come. */
  | { readonly kind: "kept"; readonly deliveryId: string }
  /** Nobody waits for it, and nobody will. */
  | { readonly kind: "ignored" };

export interface Engine {
  start(run: StartRun): Promise<Taken>;
  resume(resume: ResumeRun): Promise<Taken>;
  /**
   * Enters the step of a run again that sleeps on an effect of which a vendor has reported, as the report found it.
   * `repeated`: the vendor says it again, and whoever heard it first may have died of it.
   */
  hear(row: LoadedRun, repeated: boolean): Promise<void>;
  /** Takes an ended run up again, as a new one. @throws AppError NOT_FOUND, RUN_OPEN, NODE_UNKNOWN */
  retry(order: RetryOrder): Promise<Taken>;
  /** Drives a run on if it is its time: due, queued, or left behind. Harmless otherwise. */
  wake(runId: string): Promise<void>;
  /** Queued runs may be there: takes what this process has room for, now and as its runs come to rest. */
  claim(): void;
  /**
   * [T15] Lets the time a run waits for be over now. Resolves when it is out of its wait, here or elsewhere; one that does not
   * wait is left alone. @throws AppError NOT_FOUND, RUN_ENDED
   */
  wakeNow(tenantId: string, runId: string): Promise<void>;
  /** @throws AppError NOT_FOUND, RUN_ENDED */
  cancel(tenantId: string, runId: string): Promise<void>;
  /** [E13] Stops a run before its next step, or lets it go on. @throws AppError NOT_FOUND, RUN_ENDED */
  pause(tenantId: string, runId: string, paused: boolean): Promise<void>;
  readonly inFlight: number;
  /** Waits for what is in flight, at most `withinMs`; what is left goes on elsewhere when its lease runs out. */
  stop(withinMs: number): Promise<void>;
}

const TRIES = 5;
const TIMEOUT: WakeCause = { kind: "timeout" };

export function createEngine(runtime: Runtime): Engine {
  const flights: Flights = createFlights(runtime, (runId) => wake(runtime, flights, runId));
  const claims: Claims = createClaims(runtime, flights, (row) => takeOff(runtime, flights, row));
  runtime.localWakes.onAsk((runIds) => {
    const room = Math.max(0, runtime.settings.maxInFlight - flights.size);
    // A run that is just going to sleep here does not see what it was woken for: it is looked at when it sleeps.
    for (const runId of runIds.slice(0, room))
      void flights.afterLanding(runId).then(() => wake(runtime, flights, runId));
    if (runIds.length <= room) return;
    // What is queued is claimed by whoever has room; what waits is brought to another process, and is found anyway.
    runtime.announce();
    runtime.wakes.wake(runIds.slice(room)).catch(() => undefined);
  });
  return {
    start: (run) => start(runtime, flights, run).then((taken) => beforeAck(runtime, taken)),
    resume: (resumption) => resume(runtime, flights, resumption).then((taken) => beforeAck(runtime, taken)),
    async retry(order) {
      const run = await retryRun(runtime, order);
      return begin(runtime, flights, run, order.delivery);
    },
    hear: (row, repeated) => hear(runtime, flights, row, repeated),
    wake: (runId) => wake(runtime, flights, runId),
    claim: claims.ask,
    wakeNow: (tenantId, runId) => wakeNow(runtime, flights, tenantId, runId),
    cancel: (tenantId, runId) => cancel(runtime, flights, tenantId, runId),
    pause: (tenantId, runId, paused) => pause(runtime, flights, { tenantId, runId, paused }),
    get inFlight() {
      return flights.size;
    },
    async stop(withinMs) {
      flights.stop();
      const late = new Promise<void>((resolve) => setTimeout(resolve, withinMs).unref());
      await Promise.race([claims.settled().then(flights.landed), late]);
    },
  };
}

async function beforeAck(runtime: Runtime, taken: Taken): Promise<Taken> {
  await runtime.failpoints.reach("ack.before", "runId" in taken ? (taken.runId ?? "") : "");
  return taken;
}

/** A run that is nothing yet but its first state. */
async function begin(
  runtime: Runtime,
  flights: Flights,
  run: RetriedRun,
  delivery: DeliveryRow,
): Promise<Taken> {
  const segment = new Segment({
    ...ownership(runtime, await clockOf(runtime, run.identity.tenantId)),
    run: { ...run.identity, id: newId("run"), ...NO_ANCESTRY },
    graph: run.version.graph,
    state: run.state,
    expect: "new",
    epoch: 0,
    seq: 0,
    opening: { delivery },
  });
  try {
    return await launch(runtime, flights, segment, {
      deliveryId: delivery.id,
      waits: false,
      lane: null,
      queued: false,
    });
  } catch (error) {
    if (error instanceof SegmentLost && error.duplicate) return duplicate(runtime, error.duplicate);
    throw error;
  }
}

async function start(runtime: Runtime, flights: Flights, run: StartRun): Promise<Taken> {
  let plan: Plan = { lane: laneOf(run.version.graph, run), queued: run.priority === PRIORITY.bulk };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const segment = await newSegment(runtime, run, plan.lane);
    try {
      return await launch(runtime, flights, segment, {
        deliveryId: run.delivery.id,
        waits: run.via !== null,
        trigger: { nodeId: run.triggerNodeId, type: run.triggerType },
        ...plan,
      });
    } catch (error) {
      if (error instanceof SegmentLost && error.duplicate) return duplicate(runtime, error.duplicate);
      if (!(error instanceof LaneBusy)) throw error;
      const next = await giveWay(runtime, flights, run, { plan, busy: error.runId });
      if ("kind" in next) return next;
      plan = next;
    }
  }
  throw new AppError(
    "DATABASE_UNAVAILABLE",
    `The lane of ${run.contactPhone ?? "a contact"} in flow "${run.version.flowKey}" changed hands ${TRIES} times while a run was being stored.`,
  );
}

/** How a new run is stored. */
interface Plan {
  readonly lane: Lane | null;
  /** Leave it to whoever has room. */
  readonly queued: boolean;
}

/** Another run has the lane: where the delivery goes instead, or how to try again. */
async function giveWay(
  runtime: Runtime,
  flights: Flights,
  run: StartRun,
  { plan, busy }: { readonly plan: Plan; readonly busy: string | null },
): Promise<Taken | Plan> {
  const policy = plan.lane?.policy;
  if (policy === "queue") return { ...plan, queued: true };
  if (policy !== "resume" || busy === null) return plan;
  const { reply, tenantId, delivery, opening } = run;
  if (!reply) return { ...plan, lane: null };
  const { key, event, output } = reply;
  const message = opening?.message ? { message: opening.message } : {};
  const kept = await keepResume(runtime.db, {
    ...delivery,
    ...message,
    tenant: tenantId,
    key,
    runId: busy,
    event: { name: event, output, via: null },
  });
  if (kept.ok) return { kind: "kept", deliveryId: kept.deliveryId };
  if (kept.reason === "duplicate") return duplicate(runtime, kept);
  if (kept.reason === "ended") return plan;
  const taken = await resume(runtime, flights, {
    ...reply,
    ...message,
    tenantId,
    delivery,
    via: null,
    keep: false,
  });
  return taken.kind === "ignored" ? plan : taken;
}

async function newSegment(runtime: Runtime, run: StartRun, lane: Lane | null): Promise<Segment> {
  const { version, delivery, via } = run;
  const clock = await clockOf(runtime, run.tenantId);
  return new Segment({
    ...ownership(runtime, clock),
    run: {
      id: newId("run"),
      tenantId: run.tenantId,
      flowKey: version.flowKey,
      flowVersionId: version.id,
      numberId: run.numberId,
      triggerType: run.triggerType,
      contactPhone: run.contactPhone,
      ...NO_ANCESTRY,
      lane: lane?.key ?? null,
    },
    graph: version.graph,
    state: startState(version.graph, {
      triggerNodeId: run.triggerNodeId,
      trigger: run.trigger,
      contact: run.contact,
      store: run.store,
      exchange: via === null ? null : { deliveryId: delivery.id, via },
      now: clock.now().toISOString(),
    }),
    expect: "new",
    epoch: 0,
    seq: 0,
    opening: { ...run.opening, delivery, ...(lane ? { lane } : {}) },
    ...(run.priority === undefined ? {} : { priority: run.priority }),
  });
}

interface Launch {
  readonly deliveryId: string;
  /** Somebody waits for the answer. */
  readonly waits: boolean;
  readonly lane?: Lane | null;
  readonly queued?: boolean;
  /** Of a new run, what it begins with. */
  readonly trigger?: { readonly nodeId: string; readonly type: string };
}

/**
 * Sets a segment going, here where there is room, else it is stored as queued. Where somebody waits for the answer, its
 * first commit is whatever the flow first needs; where nobody does, the delivery is stored first, so that it can be
 * acknowledged at once. So is a run with a lane: whether it has it must be known before anything else is done.
 */
async function launch(
  runtime: Runtime,
  flights: Flights,
  segment: Segment,
  { deliveryId, waits, lane, queued, trigger }: Launch,
): Promise<Taken> {
  const { id: runId, tenantId } = segment.run;
  const tell = () => trigger && runtime.watch({ kind: "started", runId, tenantId, ...trigger });
  const later = waits
    ? () => runtime.exchanges.wait(deliveryId, runtime.settings.answerWithinMs)
    : async () => null;
  const taken = (answered: () => Promise<HttpAnswer | null>): Taken => ({
    kind: "taken",
    runId,
    deliveryId,
    answered,
  });
  if (flights.isFull || queued) {
    await queueUp(runtime, segment);
    tell();
    return taken(later);
  }
  if ((!waits || lane) && !(await isLeased(runtime, segment))) return taken(later);
  tell();
  if (!waits) {
    void flights.fly(segment).catch(() => undefined);
    return taken(later);
  }
  const first = await firstAnswer(flights, segment, later());
  // Putting a caller on hold would promise an answer to something that is not stored.
  if (first === null && !segment.isStored)
    throw new AppError("DATABASE_UNAVAILABLE", "The database did not take the request in time.");
  return taken(async () => first);
}

/** Drives until the answer is there, or took too long. */
async function firstAnswer(
  flights: Flights,
  segment: Segment,
  answer: Promise<HttpAnswer | null>,
): Promise<HttpAnswer | null> {
  const flight = flights.fly(segment);
  // A flight that comes to rest without an answer has put the request on hold; only a failure ends the waiting. Losing a
  // run that is stored is none: whoever has it now answers, in this process or another.
  const failure = new Promise<never>((_, reject) => {
    flight.catch((error) => (isElsewhere(error, segment) ? undefined : reject(error)));
  });
  return Promise.race([answer, failure]);
}

/** Takes the lease; false when the run is stored and its turn comes later. */
async function isLeased(runtime: Runtime, segment: Segment): Promise<boolean> {
  try {
    await segment.commit("running");
    return true;
  } catch (error) {
    if (!(error instanceof SegmentParked)) throw error;
    runtime.announce();
    return false;
  }
}

/** Stored, and driven by somebody else or later: no failure. */
function isElsewhere(error: unknown, segment: Segment): boolean {
  return error instanceof SegmentParked || (error instanceof SegmentLost && segment.isStored);
}

function duplicate(runtime: Runtime, known: DuplicateDelivery): Taken {
  const { deliveryId, runId, fingerprint, answer } = known;
  const answered = async () =>
    answer === null ? runtime.exchanges.wait(deliveryId, runtime.settings.answerWithinMs) : asAnswer(answer);
  return { kind: "duplicate", runId, deliveryId, fingerprint, answered };
}

async function resume(runtime: Runtime, flights: Flights, resumption: ResumeRun): Promise<Taken> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const hot = attempt === 0 ? runtime.hotRuns.find(resumption.key) : null;
    const row = hot ?? (await loadWaiting(runtime.db, resumption.tenantId, resumption.key));
    if (row) runtime.hotRuns.forget(row);
    const taken =
      row && !row.pending
        ? await continueRun(runtime, flights, resumption, row)
        : await keep(runtime, resumption, row !== null);
    if (taken?.kind === "kept" && row) void wake(runtime, flights, row.id);
    if (taken) return taken;
  }
  throw new AppError(
    "DATABASE_UNAVAILABLE",
    `The wait "${resumption.key}" changed hands ${TRIES} times while an event for it was being stored.`,
  );
}

/** Null when somebody else woke the run meanwhile. */
async function continueRun(
  runtime: Runtime,
  flights: Flights,
  resumption: ResumeRun,
  row: LoadedRun,
): Promise<Taken | null> {
  const { delivery, via, usage, event, output, message } = resumption;
  const version = await runtime.versions.byId(row.tenantId, row.flowVersionId);
  if (!version) throw new TypeError(`flow version ${row.flowVersionId} is gone`);
  const clock = await clockOf(runtime, row.tenantId);
  const applied = wakeState(
    version.graph,
    row.id,
    row.state,
    { kind: "event", name: event, output },
    clock.now().toISOString(),
  );
  if (!applied) return { kind: "ignored" };
  const exchange = via === null ? applied.state.exchange : { deliveryId: delivery.id, via };
  const segment = new Segment({
    ...ownership(runtime, clock),
    run: identityOf(row),
    graph: version.graph,
    state: { ...applied.state, exchange },
    expect: "waiting",
    asleepIn: row.state.wait,
    epoch: row.epoch,
    seq: row.seq,
    opening: {
      delivery,
      ...(usage ? { usage: [usage] } : usageOf(applied)),
      ...(message ? { message } : {}),
    },
    effects: applied.event.kind === "again" ? row.effects : [],
  });
  recordWake(runtime, segment, applied.event);
  try {
    return await launch(runtime, flights, segment, { deliveryId: delivery.id, waits: via !== null });
  } catch (error) {
    if (!(error instanceof SegmentLost)) throw error;
    return error.duplicate ? duplicate(runtime, error.duplicate) : null;
  }
}

/** Keeps it for a wait to come, or behind older events for the wait that is there: they are heard in their order. */
async function keep(runtime: Runtime, resumption: ResumeRun, isAwaited: boolean): Promise<Taken | null> {
  if (!resumption.keep && !isAwaited) return { kind: "ignored" };
  if (resumption.runId !== undefined) return keepFor(runtime, resumption, resumption.runId);
  const { tenantId, key, event, output, delivery, via, usage, message } = resumption;
  const kept = await keepResume(runtime.db, {
    ...delivery,
    tenant: tenantId,
    key,
    runId: null,
    event: { name: event, output, via },
    ...(usage ? { usage } : {}),
    ...(message ? { message } : {}),
  });
  if (kept.ok) return { kind: "kept", deliveryId: kept.deliveryId };
  return kept.reason === "duplicate" ? duplicate(runtime, kept) : null;
}

/** Its sender names the run: it is kept for no other, and not for one that is over. */
async function keepFor(runtime: Runtime, resumption: ResumeRun, runId: string): Promise<Taken | null> {
  const { tenantId, key, event, output, delivery, via, message } = resumption;
  const kept = await keepForRun(runtime.db, {
    ...delivery,
    tenant: tenantId,
    key,
    runId,
    event: { name: event, output, via },
    ...(message ? { message } : {}),
  });
  if (kept.ok) return { kind: "kept", deliveryId: kept.deliveryId };
  if (kept.reason === "ended") return { kind: "ignored" };
  return kept.reason === "duplicate" ? duplicate(runtime, kept) : null;
}

async function wake(runtime: Runtime, flights: Flights, runId: string): Promise<void> {
  if (flights.has(runId) || runtime.settings.stopping.aborted) return;
  try {
    const segment = await takeOver(runtime, runId);
    if (segment) await flights.fly(segment);
  } catch (error) {
    if (error instanceof SegmentLost || error instanceof SegmentParked) return;
    runtime.log.warn({ err: error, runId }, "a wake failed; the sweeper will ask again");
  }
}

/** Resolves when the run is out of its wait, here or elsewhere: until then the report would have to come again. */
async function hear(runtime: Runtime, flights: Flights, row: LoadedRun, repeated: boolean): Promise<void> {
  const segment = await segmentOf(runtime, row, "waiting");
  const cause = { kind: "event", name: "status", output: {} } as const;
  if (!applyWake(runtime, segment, cause)) return;
  // Leased, it is seen and counted when that happens again [T12].
  await leaveWait(runtime, flights, segment, { leased: repeated });
}

/** An event that came, a cancellation and a deadline that has passed have been there first. */
async function wakeNow(runtime: Runtime, flights: Flights, tenantId: string, runId: string): Promise<void> {
  const row = await openRun(runtime, tenantId, runId);
  if (row.status !== "waiting") return;
  if (row.pending || row.cancelRequested || row.due) return wake(runtime, flights, runId);
  const segment = await segmentOf(runtime, row, "waiting");
  if (applyWake(runtime, segment, TIMEOUT)) await leaveWait(runtime, flights, segment, { leased: false });
}

/** Resolves when the run is out of its wait, here or elsewhere. */
async function leaveWait(
  runtime: Runtime,
  flights: Flights,
  segment: Segment,
  { leased }: { readonly leased: boolean },
): Promise<void> {
  try {
    if (flights.isFull) return await queueUp(runtime, segment);
    if (leased && !(await isLeased(runtime, segment))) return;
    await Promise.race([segment.stored, flights.fly(segment)]);
  } catch (error) {
    if (!(error instanceof SegmentLost || error instanceof SegmentParked)) throw error;
  }
}

/** False where what happened is nothing to this wait. */
function applyWake(runtime: Runtime, segment: Segment, cause: WakeCause): boolean {
  const { graph, run, state, clock } = segment;
  const applied = wakeState(graph, run.id, state, cause, clock.now().toISOString());
  if (!applied) return false;
  segment.state = applied.state;
  if (cause.kind === "timeout" && applied.event.kind !== "again") segment.effects = new Map();
  recordWake(runtime, segment, applied.event);
  return true;
}

/** Leaves a run to whoever has room. */
async function queueUp(runtime: Runtime, segment: Segment): Promise<void> {
  await segment.commit("queued");
  runtime.announce();
}

/** Drives a run this process has claimed. */
async function takeOff(runtime: Runtime, flights: Flights, row: LoadedRun): Promise<void> {
  try {
    const segment = await segmentOf(runtime, row, "leased");
    segment.cancelRequested = row.cancelRequested;
    void flights.fly(segment).catch(() => undefined);
  } catch (error) {
    runtime.log.warn({ err: error, runId: row.id }, "a claimed run did not start; its lease runs out");
  }
}

/** The run in our hands, or null when it is not its time. */
async function takeOver(runtime: Runtime, runId: string): Promise<Segment | null> {
  const seen = await loadRun(runtime.db, runId);
  if (!seen) return null;
  if (seen.status === "waiting" && seen.cancelRequested) return cancelled(runtime, seen);
  if (seen.status === "waiting")
    return seen.pending ? handedOver(runtime, seen) : seen.due ? timedOut(runtime, seen) : null;
  if (seen.status !== "queued" && seen.status !== "running") return null;
  const { owner, leaseMs } = runtime.settings;
  if (!(await claimRun(runtime.db, runId, owner, leaseMs))) return null;
  await runtime.failpoints.reach("claim.after", runId);
  const row = await loadRun(runtime.db, runId);
  if (seen.status === "running")
    runtime.log.info({ runId, from: seen.owner }, "a run left behind goes on here");
  if (!row) return null;
  const segment = await segmentOf(runtime, row, "leased");
  segment.cancelRequested = row.cancelRequested;
  if (seen.status === "running") await giveUpPoison(runtime, segment);
  return segment;
}

/** An event was kept for this run's wait, and whoever was to hand it over is gone. */
async function handedOver(runtime: Runtime, row: LoadedRun): Promise<Segment> {
  const segment = await segmentOf(runtime, row, "waiting");
  if (row.pending) await continueWith(runtime, segment, row.pending);
  // Whoever had it may have died of it: leased, it is seen and counted when that happens again [T12].
  if (!segment.state.wait) await segment.commit("running");
  return segment;
}

/** Somebody asked for its end while nobody drove it. */
async function cancelled(runtime: Runtime, row: LoadedRun): Promise<Segment> {
  const segment = await segmentOf(runtime, row, "waiting");
  segment.cancelRequested = true;
  return segment;
}

async function timedOut(runtime: Runtime, row: LoadedRun): Promise<Segment | null> {
  const segment = await segmentOf(runtime, row, "waiting");
  if (!applyWake(runtime, segment, TIMEOUT)) return null;
  if (isOverdue(row, segment.clock)) await segment.commit("running");
  return segment;
}

const OVERDUE_MS = 30_000;

/** Somebody should have woken it, and may have died of it: leased, it is seen and counted when that happens again [T12]. */
function isOverdue({ state }: LoadedRun, clock: Clock): boolean {
  return state.wait !== null && Date.parse(state.wait.until) + OVERDUE_MS < clock.now().getTime();
}

async function segmentOf(runtime: Runtime, row: LoadedRun, expect: "waiting" | "leased"): Promise<Segment> {
  const version = await runtime.versions.byId(row.tenantId, row.flowVersionId);
  if (!version) throw new TypeError(`flow version ${row.flowVersionId} is gone`);
  const segment = new Segment({
    ...ownership(runtime, await clockOf(runtime, row.tenantId)),
    run: identityOf(row),
    graph: version.graph,
    state: row.state,
    expect,
    asleepIn: row.state.wait,
    epoch: row.epoch,
    seq: row.seq,
    effects: row.effects,
  });
  segment.pauseRequested = row.paused;
  return segment;
}

async function cancel(runtime: Runtime, flights: Flights, tenantId: string, runId: string): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const row = await openRun(runtime, tenantId, runId);
    // Whoever drives it sees the request with its next commit.
    await requestCancel(runtime.db, tenantId, runId);
    if (row.status === "running" || (await cancelIdle(runtime, flights, row))) return;
  }
}

/** @throws AppError NOT_FOUND, RUN_ENDED */
async function openRun(runtime: Runtime, tenantId: string, runId: string): Promise<LoadedRun> {
  const row = await loadRun(runtime.db, runId);
  if (!row || row.tenantId !== tenantId) throw new AppError("NOT_FOUND", `There is no run ${runId}.`);
  if (!row.state.outcome) return row;
  const message = `Run ${runId} is over (${row.status}); it can be neither cancelled, paused nor woken.`;
  throw new AppError("RUN_ENDED", message, { status: row.status });
}

/** Whoever drives it learns of it with its next commit; one that stands still is due when it may go on. */
async function pause(
  runtime: Runtime,
  flights: Flights,
  {
    tenantId,
    runId,
    paused,
  }: { readonly tenantId: string; readonly runId: string; readonly paused: boolean },
): Promise<void> {
  await openRun(runtime, tenantId, runId);
  await requestPause(runtime.db, tenantId, runId, paused);
  if (!paused) void wake(runtime, flights, runId);
}

/** Cancels a run that nobody drives; false when somebody has taken it meanwhile. */
async function cancelIdle(runtime: Runtime, flights: Flights, row: LoadedRun): Promise<boolean> {
  const { owner, leaseMs } = runtime.settings;
  const queued = row.status === "queued";
  if (queued && !(await claimRun(runtime.db, row.id, owner, leaseMs))) return false;
  const fresh = queued ? await loadRun(runtime.db, row.id) : row;
  if (!fresh) return false;
  const segment = await segmentOf(runtime, fresh, queued ? "leased" : "waiting");
  segment.cancelRequested = true;
  try {
    await flights.fly(segment);
    return true;
  } catch (error) {
    if (error instanceof SegmentLost) return false;
    throw error;
  }
}

function ownership(runtime: Runtime, clock: Clock) {
  const { db, commits, localWakes, failpoints, settings } = runtime;
  return { db, commits, localWakes, failpoints, clock, owner: settings.owner, leaseMs: settings.leaseMs };
}

/** The time a tenant lives in. */
async function clockOf(runtime: Runtime, tenantId: string): Promise<Clock> {
  const { tenant } = await runtime.directory.of(tenantId);
  return ahead(runtime.clock, tenant.clock_offset_ms);
}

// A run that nobody but a trigger started.
const NO_ANCESTRY = { parentRunId: null, parentStep: null, branch: null, depth: 0, lane: null } as const;
