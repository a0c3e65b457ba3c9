import type { Database, TenantScope } from "./database.ts";

/** Tenants whose period is over, by their own clock. */
export function dueSubscriptions(db: Database, limit: number): Promise<string[]> {
  return db.call("engine_due_subscriptions", [limit]);
}

/** Opens the period the tenant is in, with the credits of its plan; false where the present one goes on. */
export function renewSubscription(db: Database, tenantId: string): Promise<boolean> {
  return db.call("engine_renew_subscription", [tenantId]);
}

export interface SubscriptionRow {
  readonly status: "trialing" | "active" | "past_due" | "cancelled";
  readonly period_start: Date;
  readonly period_end: Date;
  readonly code: string;
  readonly name: string;
  readonly voice_agent: boolean;
  /** Of each month; null = unlimited. */
  readonly sms_monthly: number | null;
  readonly whatsapp_monthly: number | null;
  readonly voice_minutes_monthly: number | null;
  readonly lookups_monthly: number | null;
  readonly verifications_monthly: number | null;
  readonly ai_monthly: number | null;
}

/** The tenant's, with what its plan gives; undefined for who has none. */
export async function readSubscription({ sql, tenantId }: TenantScope): Promise<SubscriptionRow | undefined> {
  return sql("subscriptions")
    .join("plans", "plans.id", "subscriptions.plan_id")
    .where("subscriptions.tenant_id", tenantId)
    .first(
      "subscriptions.status",
      "subscriptions.period_start",
      "subscriptions.period_end",
      "plans.code",
      "plans.name",
      "plans.sms_monthly",
      "plans.whatsapp_monthly",
      "plans.voice_minutes_monthly",
      "plans.lookups_monthly",
      "plans.verifications_monthly",
      "plans.ai_monthly",
      sql.raw("coalesce(subscriptions.voice_agent, plans.voice_agent) as voice_agent"),
    );
}
