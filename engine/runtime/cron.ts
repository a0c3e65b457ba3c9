/**
 * When a cron line fires. The rules where clocks change:
 *
 *   T1 a time of day that a change of clocks leaves out fires once, at the first moment after the gap.
 *   T2 a time of day that comes twice fires once, the first time.
 *   T3 a line for every hour means every hour that passes, so it fires in both hours of the same name.
 */
import { type CronExpression, CronExpressionParser } from "cron-parser";
import { DateTime } from "luxon";
import { AppError } from "../errors.ts";

/** A line that was read, in its zone. */
export interface Cron {
  readonly line: string;
  readonly timezone: string;
  /** T3 applies. */
  readonly everyHour: boolean;
}

const FIELDS = ["minute", "hour", "day of the month", "month", "day of the week"] as const;
// Of five fields, each valid by itself: the parser then only objects to a day that no month has.
const NO_SUCH_DAY = /day of month/i;

/**
 * Reads a cron line of five fields. @throws AppError SCHEDULE_INVALID naming the field, SCHEDULE_NEVER_FIRES for a day that
 * never comes
 */
export function parseCron(line: string, timezone: string): Cron {
  const fields = line.trim().split(/\s+/);
  if (line.trim() === "" || fields.length !== FIELDS.length)
    throw invalid(line, `has ${line.trim() === "" ? 0 : fields.length} fields; expected five`, null);
  for (const [index, field] of fields.entries()) refuseField(line, field, index);
  const expression = parsed(fields.join(" "));
  return { line: fields.join(" "), timezone, everyHour: expression.fields.hour.values.length === 24 };
}

/** The first moment after `after` at which it fires; null when there is none. */
export function nextMoment(cron: Cron, after: Date): Date | null {
  return cron.everyHour ? nextHourly(cron, after) : nextByWallClock(cron, after);
}

/** [T3] */
function nextHourly({ line, timezone }: Cron, after: Date): Date | null {
  return following(CronExpressionParser.parse(line, { tz: timezone, currentDate: after }));
}

// No zone has ever changed its clocks by more.
const LARGEST_CHANGE_HOURS = 3;

/** [T1, T2] Walks the dial of the zone's clock, and asks of each time when it is. */
function nextByWallClock({ line, timezone }: Cron, after: Date): Date | null {
  const wall = DateTime.fromJSDate(after, { zone: timezone }).setZone("utc", { keepLocalTime: true });
  const currentDate = wall.minus({ hours: LARGEST_CHANGE_HOURS }).toJSDate();
  const dial = CronExpressionParser.parse(line, { tz: "UTC", currentDate });
  for (;;) {
    const time = following(dial);
    if (!time) return null;
    const moment = momentOf(time, timezone);
    if (moment > after) return moment;
  }
}

/** When the zone's clock first shows this time, or, where it jumps over it, the moment it has jumped. */
function momentOf(wall: Date, timezone: string): Date {
  const shown = DateTime.fromJSDate(wall, { zone: "utc" });
  const found = shown.setZone(timezone, { keepLocalTime: true });
  if (found.hour !== shown.hour || found.minute !== shown.minute) return endOfGap(found);
  const [first = found] = found.getPossibleOffsets().toSorted((a, b) => a.toMillis() - b.toMillis());
  return first.toJSDate();
}

/** [T1] Clocks change on the minute. */
function endOfGap(after: DateTime): Date {
  let moment = after.startOf("minute");
  while (moment.minus({ minutes: 1 }).offset === after.offset) moment = moment.minus({ minutes: 1 });
  return moment.toJSDate();
}

function following(expression: CronExpression): Date | null {
  try {
    return expression.next().toDate();
  } catch {
    // The parser gives up after so many years without a day that fits.
    return null;
  }
}

function refuseField(line: string, field: string, index: number): void {
  const alone = FIELDS.map((_, place) => (place === index ? field : "*")).join(" ");
  // Its random minute ("H") would be another one on every process.
  if (/(^|,)h/i.test(field)) throw invalid(line, `"${field}" is not a value`, FIELDS[index] ?? null);
  try {
    CronExpressionParser.parse(alone, { tz: "UTC" });
  } catch (error) {
    throw invalid(line, `"${field}" is wrong: ${(error as Error).message}`, FIELDS[index] ?? null);
  }
}

function parsed(line: string): CronExpression {
  try {
    return CronExpressionParser.parse(line, { tz: "UTC" });
  } catch (error) {
    const { message } = error as Error;
    if (!NO_SUCH_DAY.test(message)) throw invalid(line, message, null);
    throw new AppError(
      "SCHEDULE_NEVER_FIRES",
      `The schedule "${line}" never fires: no month it names has that day.`,
      { cron: line },
    );
  }
}

function invalid(line: string, reason: string, field: string | null): AppError {
  const where = field === null ? "" : ` in the field ${field}`;
  return new AppError(
    "SCHEDULE_INVALID",
    `The schedule "${line}" cannot be read${where}: ${reason}. Expected minute, hour, day of the month, month and day of the week, such as 30 8 * * mon-fri.`,
    { cron: line, field, reason },
  );
}
