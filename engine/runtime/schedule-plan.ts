import { DateTime } from "luxon";
import { isTimeZone } from "../core/local-moment.ts";
import type { ScheduleFault, ScheduleRule } from "../core/schedule.ts";
import { AppError } from "../errors.ts";
import { type Cron, nextMoment, parseCron } from "./cron.ts";

/** When a schedule fires. */
export interface SchedulePlan {
  /** The first moment after this one; null: it never fires again. */
  next(after: Date): Date | null;
}

/**
 * Works a rule out. `timezone` is the tenant's, for rules without one.
 * @throws AppError SCHEDULE_INVALID, SCHEDULE_NEVER_FIRES; `details.param` names the parameter
 */
export function planOf(rule: ScheduleRule, timezone: string): SchedulePlan {
  const zone = rule.timezone ?? timezone;
  if (!isTimeZone(zone))
    throw invalid("timezone", `is "${zone}"; expected an IANA name such as Europe/Madrid`);
  const cron = parseCron(rule.cron, zone);
  const from = momentOf(rule, "startsAt", zone);
  const to = momentOf(rule, "endsAt", zone);
  const next = (after: Date): Date | null => {
    const moment = nextMoment(cron, earliest(after, from));
    return moment && (!to || moment <= to) ? moment : null;
  };
  if (to && from && !next(from)) throw neverBetween(cron, rule);
  return { next };
}

/** What keeps a rule from firing; null when it will. */
export function scheduleFault(rule: ScheduleRule): ScheduleFault | null {
  try {
    planOf(rule, "UTC");
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const {
      param = "cron",
      reason,
      field,
    } = error.details as Partial<ScheduleFault & { readonly field: string | null }>;
    const words = [field, reason].filter((word) => typeof word === "string").join(": ");
    const kind = error.code === "SCHEDULE_NEVER_FIRES" ? "never" : "invalid";
    return { kind, param, reason: words === "" ? "no month it names has that day" : words };
  }
}

/** A moment at the very start counts. */
function earliest(after: Date, from: Date | null): Date {
  return from && from > after ? new Date(from.getTime() - 1) : after;
}

function momentOf(rule: ScheduleRule, param: "startsAt" | "endsAt", zone: string): Date | null {
  const text = rule[param];
  if (text === null) return null;
  const moment = /^\d{4}-/.test(text.trim()) ? DateTime.fromISO(text.trim(), { zone }) : null;
  if (moment?.isValid) return moment.toJSDate();
  throw invalid(param, `is "${text}"; expected a date and time such as 2026-11-21T09:00`);
}

function invalid(param: ScheduleFault["param"], reason: string): AppError {
  return new AppError("SCHEDULE_INVALID", `The schedule cannot be read: "${param}" ${reason}.`, {
    param,
    reason,
  });
}

function neverBetween({ line }: Cron, { startsAt, endsAt }: ScheduleRule): AppError {
  const reason = `nothing between ${startsAt} and ${endsAt} fits`;
  return new AppError("SCHEDULE_NEVER_FIRES", `The schedule "${line}" never fires: ${reason}.`, {
    param: "endsAt",
    reason,
  });
}
