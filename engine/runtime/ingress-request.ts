import { newId } from "../ids.ts";
import type { Delivery } from "../plugin-api.ts";
import type { RegisteredWebhook } from "../registry.ts";
import type { PriceReport } from "../store/number-usage.ts";
import { type NumberRoute, routeNumber } from "../store/routing.ts";
import type { DeliveryRow } from "../store/runs.ts";
import { deliveryHash } from "./delivery-hash.ts";
import type { Engine } from "./engine.ts";
import type { Runtime } from "./runtime.ts";

export type Of<K extends Delivery["kind"]> = Extract<Delivery, { kind: K }>;

/** One request being handled: which plugin's webhook, and whose account signed it. */
export interface Ingress {
  readonly runtime: Runtime;
  readonly engine: Engine;
  readonly hook: RegisteredWebhook;
  /** [H4] Tenants of the account that signed; null: the operator's, which may touch all. */
  tenants: ReadonlySet<string> | null;
  /** What the request says messages cost, kept together when all else is done. */
  readonly prices: (PriceReport & { readonly tenant: string })[];
}

export function tenantsOf(ingress: Ingress): readonly string[] | null {
  return ingress.tenants === null ? null : [...ingress.tenants];
}

/** [H4] Whose a number of ours is, for the account that signed. */
export function routeOf(
  ingress: Ingress,
  e164: string,
  providerId: string | null,
): Promise<NumberRoute | null> {
  const { runtime, hook } = ingress;
  return routeNumber(runtime.db, hook.plugin, { e164, providerId }, tenantsOf(ingress));
}

/** [H4] */
export function mayTouch(ingress: Ingress, tenantId: string): boolean {
  return ingress.tenants === null || ingress.tenants.has(tenantId);
}

export function deliveryRow(ingress: Ingress, dedupeKey: string, tenantId: string): DeliveryRow {
  const source = ingress.hook.plugin;
  return { id: newId("delivery"), source, hash: deliveryHash(source, tenantId, dedupeKey) };
}

export function isSimulated(ingress: Ingress): boolean {
  return ingress.runtime.settings.simulatedProviders.includes(ingress.hook.plugin);
}
