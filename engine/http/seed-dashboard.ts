/** What an older panel asks about each number of its clients. A key opens one client, so it is about that one's numbers. */
import { Type } from "typebox";
import { freeLeft, ruleAt } from "../runtime/allowances.ts";
import { ahead } from "../runtime/clock.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { countMessages } from "../store/conversations.ts";
import { activityOfNumbers, type NumberActivity } from "../store/dashboard.ts";
import type { TenantScope } from "../store/database.ts";
import { readNumber } from "../store/numbers.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const MONTH_MS = 30 * 86_400_000;

const NumberMetrics = Type.Object({
  client_name: Type.String(),
  phone_number: Type.String(),
  conversations_today: Type.Integer({ description: "With something written in it today." }),
  free_messages_remaining: Type.Union([Type.Integer(), Type.Null()], {
    description: "Of this month, by our count; null where the vendor gives none away.",
  }),
  ai_responses_sent: Type.Integer({ description: "Messages sent today by flows that asked a model." }),
  conversion_rate: Type.Union([Type.Number(), Type.Null()], {
    description:
      "Share of the interactions of thirty days that reached a goal, 0 to 1; null where there were none.",
  }),
});

export function seedDashboardRoute(runtime: Runtime): Route {
  return route({
    id: "readDashboardAlias",
    method: "get",
    path: "/api/dashboard/metrics",
    tag: "Aliases",
    summary: "Each WhatsApp number of the client whose key it is, and how it is doing",
    scope: "interactions:read",
    responses: { 200: { description: "All of them.", schema: Type.Array(NumberMetrics) } },
    async handler({ caller: { tenantId } }) {
      const { tenant } = await runtime.directory.of(tenantId);
      const { timezone } = tenant;
      const now = ahead(runtime.clock, tenant.clock_offset_ms).now();
      await countMessages(runtime.db, tenantId);
      const items = await runtime.db.asTenant(tenantId, async (scope) => {
        const since = new Date(now.getTime() - MONTH_MS);
        const metrics: object[] = [];
        for (const one of await activityOfNumbers(scope, { now, timezone, since }))
          metrics.push(await metricsOf(runtime, scope, one, { at: now, timezone }));
        return metrics;
      });
      return json(
        200,
        items.map((item) => ({ client_name: tenant.name, ...item })),
      );
    },
  });
}

async function metricsOf(
  runtime: Runtime,
  scope: TenantScope,
  { id, interactions, converted, ...today }: NumberActivity,
  moment: { readonly at: Date; readonly timezone: string },
) {
  const number = await readNumber(scope, id);
  const channel = number && runtime.registry.channel(number.provider, "whatsapp");
  const rule = channel && ruleAt(channel, moment.at);
  return {
    phone_number: number?.e164 ?? "",
    conversations_today: today.conversations_today,
    free_messages_remaining: number && rule ? await freeLeft(scope, number, rule, moment) : null,
    ai_responses_sent: today.ai_messages_today,
    conversion_rate: interactions === 0 ? null : converted / interactions,
  };
}
