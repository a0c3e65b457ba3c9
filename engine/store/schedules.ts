import type { Flow } from "../core/flow.ts";
import { type ScheduleRule, schedulesOf } from "../core/schedule.ts";
import type { Database, TenantScope } from "./database.ts";

/** A schedule whose time has come. Moments are as the database writes them; `since` and `scheduledAt` are its fence. */
export interface DueSchedule extends ScheduleRule {
  readonly tenantId: string;
  readonly flowId: string;
  readonly nodeId: string;
  readonly flowKey: string;
  readonly flowVersionId: string;
  readonly since: string;
  /** By the tenant's clock; null: not worked out yet. */
  readonly scheduledAt: string | null;
  readonly lastAt: string | null;
  /** By the database's clock. */
  readonly now: string;
  readonly clockOffsetMs: number;
  readonly tenantTimezone: string;
  readonly active: boolean;
}

export interface ScheduleRow {
  readonly flow_key: string;
  readonly node_id: string;
  readonly cron: string;
  readonly timezone: string | null;
  readonly paused: boolean;
  readonly fault: string | null;
  readonly scheduled_at: Date | null;
  readonly last_at: Date | null;
}

/** Gives a flow the schedules of its new version. One that stays as it was keeps its next moment. */
export async function replaceSchedules(
  { sql, tenantId }: TenantScope,
  version: { readonly id: string; readonly flowId: string; readonly document: Flow },
): Promise<void> {
  const { id, flowId, document } = version;
  const rules = schedulesOf(document);
  await sql("schedules")
    .where({ "schedules.tenant_id": tenantId, "schedules.flow_id": flowId })
    .whereNotIn("schedules.node_id", [...rules.keys()])
    .delete();
  for (const [nodeId, rule] of rules) {
    await sql.raw(UPSERT, [
      tenantId,
      flowId,
      nodeId,
      document.key,
      id,
      rule.cron,
      rule.timezone,
      rule.startsAt,
      rule.endsAt,
      rule.catchUpMinutes,
    ]);
  }
}

const RULE = "s.cron, s.timezone, s.starts_at, s.ends_at";
const NEW_RULE = "excluded.cron, excluded.timezone, excluded.starts_at, excluded.ends_at";
const SAME = `(${RULE}) is not distinct from (${NEW_RULE})`;

const UPSERT = `
insert into schedules as s (tenant_id, flow_id, node_id, flow_key, flow_version_id, cron, timezone, starts_at, ends_at,
                            catch_up_minutes)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (tenant_id, flow_id, node_id) do update set flow_version_id = excluded.flow_version_id,
    catch_up_minutes = excluded.catch_up_minutes, cron = excluded.cron, timezone = excluded.timezone,
    starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    fault = case when ${SAME} then s.fault end,
    since = case when ${SAME} then s.since else now() end,
    scheduled_at = case when ${SAME} then s.scheduled_at end,
    next_at = case when ${SAME} then s.next_at else now() end,
    claimed_until = case when ${SAME} then s.claimed_until end`;

export function listSchedules({ sql, tenantId }: TenantScope, flowKey: string): Promise<ScheduleRow[]> {
  return sql("schedules")
    .where({ "schedules.tenant_id": tenantId, "schedules.flow_key": flowKey })
    .orderBy("schedules.node_id");
}

/** Moments that pass while it is paused are gone: it counts from the day it goes on. Undefined: there is none. */
export async function pauseSchedule(
  { sql, tenantId }: TenantScope,
  flowKey: string,
  nodeId: string,
  paused: boolean,
): Promise<ScheduleRow | undefined> {
  const place = {
    "schedules.tenant_id": tenantId,
    "schedules.flow_key": flowKey,
    "schedules.node_id": nodeId,
  };
  const afresh = { since: sql.fn.now(), scheduled_at: null, next_at: sql.fn.now(), claimed_until: null };
  await sql("schedules")
    .where({ ...place, "schedules.paused": !paused })
    .update({ paused, ...afresh });
  return sql("schedules").where(place).first();
}

/** Takes schedules that are due; nobody else gets them for `claimMs`. */
export function claimSchedules(
  db: Database,
  limit: number,
  claimMs: number,
): Promise<readonly DueSchedule[]> {
  return db.call("engine_claim_schedules", [limit, claimMs]);
}

/** False when it was changed since it was claimed. */
export function advanceSchedule(
  db: Database,
  schedule: DueSchedule,
  to: {
    readonly next: Date | null;
    readonly firedAt: string | null;
    readonly fault: string | null;
    /** How far this process's clock is ahead of the database's. */
    readonly aheadMs: number;
  },
): Promise<boolean> {
  const { tenantId, flowId, nodeId, since, scheduledAt: was } = schedule;
  return db.call("engine_advance_schedule", [{ tenantId, flowId, nodeId, since, was, ...to }]);
}
