import type { ChannelDefinition } from "../plugin-api.ts";
import type { StatusResult } from "../store/effects.ts";
import { notePrices } from "../store/number-usage.ts";
import { noteAllowance } from "./account-notes.ts";
import { ruleAt } from "./allowances.ts";
import type { Ingress, Of } from "./ingress-request.ts";

/** What a status says of the price of its message is kept when the whole request is done. */
export function notePrice(
  ingress: Ingress,
  { status, pricing, at }: Of<"status">,
  result: Extract<StatusResult, { ok: true }>,
): void {
  const channel = channelWithAllowance(ingress);
  const reached = status === "delivered" || status === "read";
  if (!channel || !result.effectId || (pricing === undefined && !reached)) return;
  ingress.prices.push({
    tenant: result.tenant,
    effectId: result.effectId,
    meter: channel.meter,
    pricing: pricing ?? null,
    reached,
    at: at ?? ingress.runtime.clock.now().toISOString(),
  });
}

/** One call for each tenant, whatever the size of the batch. Said again by the vendor, it is counted once. */
export async function flushPrices(ingress: Ingress): Promise<void> {
  const { runtime, prices } = ingress;
  const channel = channelWithAllowance(ingress);
  const rule = channel && ruleAt(channel, runtime.clock.now());
  if (!rule) return;
  for (const [tenant, items] of Map.groupBy(prices, (price) => price.tenant)) {
    const { counted, faults } = await notePrices(runtime.db, { tenant, free: rule.free, items });
    for (const fault of faults) runtime.log.error({ tenant, ...fault }, "what a message costs was not kept");
    const from = { tenant, provider: ingress.hook.plugin, channel: channel.channel };
    for (const one of counted) await noteAllowance(runtime, from, one);
  }
}

function channelWithAllowance({ runtime, hook }: Ingress): ChannelDefinition | null {
  const channel = runtime.registry.channel(hook.plugin, "whatsapp");
  return channel?.allowance ? channel : null;
}
