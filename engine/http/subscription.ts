import { Type } from "typebox";
import type { Database } from "../store/database.ts";
import { readSubscription, type SubscriptionRow } from "../store/subscriptions.ts";
import { At } from "./fields.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const Monthly = Type.Union([Type.Integer(), Type.Null()], { description: "Null: without limit." });

const SubscriptionSchema = Type.Object({
  status: Type.Enum(["trialing", "active", "past_due", "cancelled"], {
    description: "Credits are renewed while it is `trialing` or `active`.",
  }),
  periodStart: At,
  periodEnd: At,
  plan: Type.Object({
    code: Type.String(),
    name: Type.String(),
    voiceAgent: Type.Boolean({ description: "Of the plan, or added to it." }),
    monthly: Type.Object({
      sms: Monthly,
      whatsapp: Monthly,
      voice: Monthly,
      lookup: Monthly,
      verify: Monthly,
      ai: Monthly,
    }),
  }),
});

/** The plan a tenant is on, and the period it is in. */
export function subscriptionRoutes(db: Database): readonly Route[] {
  return [
    route({
      id: "readSubscription",
      method: "get",
      path: "/api/v1/subscription",
      tag: "Credits",
      summary: "Your plan, what it gives each month, and the period you are in",
      scope: "credits:read",
      responses: {
        200: {
          description: "Null: there is none.",
          schema: Type.Union([SubscriptionSchema, Type.Null()]),
        },
      },
      async handler({ caller }) {
        const row = await db.asTenant(caller.tenantId, readSubscription);
        return json(200, row ? subscriptionView(row) : null);
      },
    }),
  ];
}

function subscriptionView(row: SubscriptionRow) {
  return {
    status: row.status,
    periodStart: row.period_start,
    periodEnd: row.period_end,
    plan: { code: row.code, name: row.name, voiceAgent: row.voice_agent, monthly: monthlyOf(row) },
  };
}

function monthlyOf(row: SubscriptionRow) {
  return {
    sms: row.sms_monthly,
    whatsapp: row.whatsapp_monthly,
    voice: row.voice_minutes_monthly,
    lookup: row.lookups_monthly,
    verify: row.verifications_monthly,
    ai: row.ai_monthly,
  };
}
