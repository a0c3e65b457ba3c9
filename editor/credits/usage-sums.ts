import type { Answer } from "../api/client.ts";

export type UsageSum = Answer<"summarizeUsage">["items"][number];

export type UsageBy = "day" | "meter" | "module";

/** All that was used under one key: a day, a channel or a module. */
export interface UsageGroup {
  /** Null: what belongs to no module. */
  readonly key: string | null;
  readonly parts: readonly UsageSum[];
  readonly uses: number;
  readonly units: number;
  /** Null: nothing in it has a price. */
  readonly money: number | null;
}

export function usageGroups(sums: readonly UsageSum[], by: UsageBy): readonly UsageGroup[] {
  const groups = [...Map.groupBy(sums, ({ key, channel }) => (by === "meter" ? channel : key))].map(
    ([key, parts]) => ({ key, parts, ...totalOf(parts) }),
  );
  if (by === "day") return groups.toSorted((a, b) => (String(a.key) < String(b.key) ? -1 : 1));
  return groups.toSorted((a, b) => (b.money ?? 0) - (a.money ?? 0) || b.units - a.units);
}

export function totalOf(sums: readonly UsageSum[]): Omit<UsageGroup, "key" | "parts"> {
  const priced = sums.flatMap(({ money }) => (money === null ? [] : [money]));
  return {
    uses: sums.reduce((sum, { uses }) => sum + uses, 0),
    units: sums.reduce((sum, { units }) => sum + units, 0),
    money: priced.length === 0 ? null : priced.reduce((sum, money) => sum + money, 0),
  };
}

/** Days from the first to the last, those without use included: a gap in time is to be seen. */
export function withEmptyDays(groups: readonly UsageGroup[], days: readonly string[]): readonly UsageGroup[] {
  const byDay = new Map(groups.map((group) => [group.key, group]));
  return days.map((day) => byDay.get(day) ?? { key: day, parts: [], uses: 0, units: 0, money: null });
}

/** The last so many days up to today, as the API writes them. */
export function lastDays(count: number, today: Date): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(today);
    day.setUTCDate(day.getUTCDate() - (count - 1 - index));
    return day.toISOString().slice(0, 10);
  });
}
