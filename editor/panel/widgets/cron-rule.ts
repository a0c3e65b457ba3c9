/** A schedule in the ways people say one; `custom` is everything else a cron line can say. */
export type CronRule =
  | { readonly kind: "minutes"; readonly every: number }
  | { readonly kind: "hourly"; readonly minute: number }
  | { readonly kind: "weekly"; readonly days: readonly Weekday[]; readonly time: string }
  | { readonly kind: "monthly"; readonly day: number | "last"; readonly time: string }
  | { readonly kind: "custom"; readonly cron: string };

export type CronKind = CronRule["kind"];

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const PLACES: ReadonlyMap<string, number> = new Map(WEEKDAYS.map((day, index) => [day, index]));

export const MINUTE_STEPS = [5, 10, 15, 20, 30] as const;

export function cronRuleOf(cron: string): CronRule {
  const fields = cron.trim().toLowerCase().split(/\s+/);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  if (fields.length !== 5 || month !== "*") return { kind: "custom", cron };
  return (
    everyDayRule({ minute, hour, day, weekday }) ??
    timedRule({ minute, hour, day, weekday }) ?? { kind: "custom", cron }
  );
}

export function cronOf(rule: CronRule): string {
  switch (rule.kind) {
    case "minutes":
      return `*/${rule.every} * * * *`;
    case "hourly":
      return `${rule.minute} * * * *`;
    case "weekly":
      return `${clockFields(rule.time)} * * ${weekdaysField(rule.days)}`;
    case "monthly":
      return `${clockFields(rule.time)} ${rule.day === "last" ? "L" : rule.day} * *`;
    case "custom":
      return rule.cron;
  }
}

/** Another way of saying when, keeping what both have: the time, say. */
export function changedKind(rule: CronRule, kind: CronKind): CronRule {
  const time = "time" in rule ? rule.time : "09:00";
  switch (kind) {
    case "minutes":
      return { kind, every: 15 };
    case "hourly":
      return { kind, minute: 0 };
    case "weekly":
      return { kind, days: WEEKDAYS, time };
    case "monthly":
      return { kind, day: 1, time };
    case "custom":
      return { kind, cron: cronOf(rule) };
  }
}

interface Fields {
  readonly minute: string;
  readonly hour: string;
  readonly day: string;
  readonly weekday: string;
}

function everyDayRule({ minute, hour, day, weekday }: Fields): CronRule | null {
  if (hour !== "*" || day !== "*" || weekday !== "*") return null;
  const step = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (step !== undefined && MINUTE_STEPS.some((each) => each === Number(step)))
    return { kind: "minutes", every: Number(step) };
  return isNumber(minute, 59) ? { kind: "hourly", minute: Number(minute) } : null;
}

function timedRule({ minute, hour, day, weekday }: Fields): CronRule | null {
  if (!isNumber(minute, 59) || !isNumber(hour, 23)) return null;
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (weekday === "*" && (day === "l" || (isNumber(day, 31) && day !== "0")))
    return { kind: "monthly", day: day === "l" ? "last" : Number(day), time };
  const days = day === "*" ? weekdaysOf(weekday) : null;
  return days === null ? null : { kind: "weekly", days, time };
}

function isNumber(text: string, most: number): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) <= most;
}

function weekdaysOf(field: string): readonly Weekday[] | null {
  if (field === "*") return WEEKDAYS;
  const parts = field.split(",").map(weekdayRange);
  if (parts.includes(null)) return null;
  const named = new Set(parts.flatMap((part) => part ?? []));
  return WEEKDAYS.filter((day) => named.has(day));
}

function weekdayRange(part: string): readonly Weekday[] | null {
  const [from, to = from] = part.split("-").map(weekdayIndex);
  if (from === undefined || to === undefined || from < 0 || to < from) return null;
  return WEEKDAYS.slice(from, to + 1);
}

/** Sunday is 0 and 7 in cron, and the last day here. */
function weekdayIndex(text: string): number {
  if (/^[0-7]$/.test(text)) return (Number(text) + 6) % 7;
  return PLACES.get(text) ?? -1;
}

function weekdaysField(days: readonly Weekday[]): string {
  const indexes = WEEKDAYS.flatMap((day, index) => (days.includes(day) ? [index] : []));
  if (indexes.length === 0 || indexes.length === WEEKDAYS.length) return "*";
  const [first = 0, last = 0] = [indexes[0], indexes.at(-1)];
  const isRange = indexes.length > 2 && last - first === indexes.length - 1;
  return isRange ? `${WEEKDAYS[first]}-${WEEKDAYS[last]}` : indexes.map((index) => WEEKDAYS[index]).join(",");
}

function clockFields(time: string): string {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return `${minute} ${hour}`;
}
