import { DateTime } from "luxon";
import { localMoment } from "../core/local-moment.ts";
import type { AllowanceRule, ChannelDefinition } from "../plugin-api.ts";
import type { TenantScope } from "../store/database.ts";
import { readUsage, type UsageRow } from "../store/number-usage.ts";
import { readVendorAccount } from "../store/numbers.ts";
import type { TenantDirectory } from "./directory.ts";

type Number = TenantDirectory["numbers"][number];

/** The rule in force at that moment; null where the vendor gives nothing away. */
export function ruleAt({ allowance = [] }: ChannelDefinition, at: Date): AllowanceRule | null {
  return allowance.findLast(({ from }) => Date.parse(from) <= at.getTime()) ?? null;
}

/** The month of an account that a moment is in, `YYYY-MM-01`. */
export function monthOf(at: Date, timezone: string): string {
  return `${localMoment(at, timezone).date.slice(0, 7)}-01`;
}

/** When the month after this one begins in that zone. */
export function endOfMonth(month: string, timezone: string): Date {
  return DateTime.fromISO(month, { zone: timezone }).plus({ months: 1 }).toJSDate();
}

/** Messages that used the allowance up, of those the vendor counts. */
export function usedOf(rows: readonly UsageRow[], rule: AllowanceRule): number {
  return rows
    .filter((row) => rule.categories.includes(row.category) && rule.usedBy.includes(row.pricing_type))
    .reduce((sum, { delivered }) => sum + delivered, 0);
}

/** When the vendor first billed a message it would have given away; null while it has not. */
export function exhaustedAt(rows: readonly UsageRow[], rule: AllowanceRule): Date | null {
  return (
    rows.find((row) => rule.categories.includes(row.category) && !rule.free.includes(row.pricing_type))
      ?.first_at ?? null
  );
}

/** Whether what the vendor does not bill costs no credits: the number's own word, else the tenant's. */
export function freeIsFree(
  number: Pick<Number, "free_messages">,
  settings: { freeMessages?: unknown },
): boolean {
  return (number.free_messages ?? settings.freeMessages) === "free";
}

/** The zone in which months of a number's account begin. */
export async function accountZone(
  scope: TenantScope,
  number: Pick<Number, "provider" | "account_ref">,
  fallback: string,
): Promise<string> {
  if (number.account_ref === null) return fallback;
  const account = await readVendorAccount(scope, number.provider, number.account_ref);
  return account?.timezone ?? fallback;
}

/** How many more messages of the month the vendor will probably give away. It alone knows: others may send from the number. */
export async function freeLeft(
  scope: TenantScope,
  number: Pick<Number, "id" | "provider" | "account_ref">,
  rule: AllowanceRule,
  moment: { readonly at: Date; readonly timezone: string },
): Promise<number> {
  const zone = await accountZone(scope, number, moment.timezone);
  const rows = await readUsage(scope, number.id, monthOf(moment.at, zone));
  return exhaustedAt(rows, rule) ? 0 : Math.max(0, rule.amount - usedOf(rows, rule));
}
