/**
 * Starts flows by the clock. Any number of processes may do so at once:
 *
 *   T4 a moment of a schedule is one delivery, named after flow, node and moment: a second start is a duplicate.
 *   T5 what was missed while nothing ran fires once, for its latest moment, if that is not too old.
 */
import { localMoment } from "../core/local-moment.ts";
import { SCHEDULE_TRIGGER } from "../core/schedule.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { advanceSchedule, claimSchedules, type DueSchedule } from "../store/schedules.ts";
import { deliveryHash } from "./delivery-hash.ts";
import type { Engine, Taken } from "./engine.ts";
import type { Runtime } from "./runtime.ts";
import { planOf, type SchedulePlan } from "./schedule-plan.ts";
import type { Version } from "./versions.ts";

const EVERY_MS = 1_000;
const LIMIT = 200;
// Longer than starting what was claimed takes. When it has passed, another process tries, and finds the deliveries taken.
const CLAIM_MS = 15_000;

export interface Scheduler {
  /** Fires what is due now; the timer does the same. */
  fire(): Promise<void>;
  /** Resolves when nothing is being fired any more. */
  stop(): Promise<void>;
}

export function startScheduler(runtime: Runtime, engine: Engine): Scheduler {
  let busy: Promise<void> | null = null;
  const fire = async () => {
    for (;;) {
      const due = await claimSchedules(runtime.db, LIMIT, CLAIM_MS);
      await Promise.all(due.map((schedule) => fireOne(runtime, engine, schedule)));
      if (due.length < LIMIT) return;
    }
  };
  const timer = setInterval(() => {
    busy ??= fire()
      .catch((error) => runtime.log.warn({ err: error }, "firing schedules failed; it is tried again"))
      .finally(() => {
        busy = null;
      });
  }, EVERY_MS);
  timer.unref();
  return {
    fire,
    async stop() {
      clearInterval(timer);
      await busy;
    },
  };
}

/** One that fails is claimed again when its claim has run out; the others go on. */
async function fireOne(runtime: Runtime, engine: Engine, schedule: DueSchedule): Promise<void> {
  try {
    const step = nextStep(runtime, schedule);
    if (step.fires) await start(runtime, engine, schedule, step.fires);
    const firedAt = step.fires?.toISOString() ?? null;
    const aheadMs = runtime.clock.offsetMs;
    await advanceSchedule(runtime.db, schedule, { next: step.next, fault: step.fault, firedAt, aheadMs });
  } catch (error) {
    const { flowKey, nodeId } = schedule;
    runtime.log.warn({ err: error, flowKey, nodeId }, "a schedule could not fire; it is tried again");
  }
}

interface NextStep {
  readonly fires: Date | null;
  readonly next: Date | null;
  readonly fault: string | null;
}

function nextStep(runtime: Runtime, schedule: DueSchedule): NextStep {
  const aheadMs = runtime.clock.offsetMs + schedule.clockOffsetMs;
  const now = new Date(Date.parse(schedule.now) + aheadMs);
  try {
    const plan = planOf(schedule, schedule.tenantTimezone);
    if (schedule.scheduledAt === null) {
      const since = new Date(Date.parse(schedule.since) + aheadMs);
      return { fires: null, next: plan.next(since), fault: null };
    }
    const fires = schedule.active ? latestMissed(plan, schedule, now) : null;
    return { fires, next: plan.next(now), fault: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { fires: null, next: null, fault: `${error.code}: ${error.message}` };
  }
}

/** [T5] */
function latestMissed(plan: SchedulePlan, schedule: DueSchedule, now: Date): Date | null {
  const oldest = now.getTime() - schedule.catchUpMinutes * 60_000;
  const first = Date.parse(schedule.scheduledAt ?? schedule.now);
  let latest = first >= oldest ? new Date(first) : null;
  let moment = plan.next(latest ?? new Date(oldest));
  while (moment && moment <= now) {
    latest = moment;
    moment = plan.next(moment);
  }
  return latest && latest <= now ? latest : null;
}

async function start(runtime: Runtime, engine: Engine, schedule: DueSchedule, at: Date): Promise<void> {
  const { tenantId, nodeId, lastAt } = schedule;
  const version = await runtime.versions.byId(tenantId, schedule.flowVersionId);
  if (!version) throw new TypeError(`flow version ${schedule.flowVersionId} is gone`);
  const timezone = schedule.timezone ?? schedule.tenantTimezone;
  await startAtMoment(engine, { tenantId, version, nodeId, timezone, lastAt }, at);
}

export interface Scheduled {
  readonly tenantId: string;
  readonly version: Version;
  readonly nodeId: string;
  readonly timezone: string;
  /** When it fired before, as the database writes it. */
  readonly lastAt: string | null;
}

/** [T4] */
export function startAtMoment(engine: Engine, scheduled: Scheduled, at: Date): Promise<Taken> {
  const { tenantId, version, nodeId, timezone, lastAt } = scheduled;
  const { date, time } = localMoment(at, timezone);
  const scheduledAt = at.toISOString();
  return engine.start({
    tenantId,
    version,
    triggerNodeId: nodeId,
    triggerType: SCHEDULE_TRIGGER,
    trigger: {
      scheduledAt,
      localTime: `${date}T${time}`,
      timezone,
      previousAt: lastAt === null ? null : new Date(lastAt).toISOString(),
    },
    contact: { id: null, phone: null, name: null },
    contactPhone: null,
    store: null,
    numberId: null,
    delivery: {
      id: newId("delivery"),
      source: "schedule",
      hash: deliveryHash("schedule", tenantId, `${version.flowKey} ${nodeId} ${scheduledAt}`),
    },
    via: null,
  });
}
