import { PASS } from "../tcp-proxy.ts";
import type { VendorFault } from "../vendors.ts";
import type { Fault, World } from "./fault.ts";
import { orderUntilMet } from "./order-until-met.ts";

const KINDS: readonly VendorFault[] = [
  { kind: "status", status: 429, retryAfter: 1 },
  { kind: "status", status: 500 },
  { kind: "timeout-after-accept" },
  { kind: "reset-after-accept" },
  { kind: "reset-before" },
  { kind: "slow", ms: 4_000 },
];
const NOBODY_AT_LEAST_MS = 800;

/** C5 */
export const vendorTrouble: Fault = {
  id: "C5",
  title: "vendors: 429, 500, accepted without an answer, connection refused, slow",
  async act(world) {
    for (let round = 0; round < world.scale; round++) await orderUntilMet(world, KINDS);
    for (const wire of world.cluster.vendors.wires) await wire.set({ kind: "cut" });
    world.books.count("C5 vendors refuse connections");
    await world.rest(NOBODY_AT_LEAST_MS + world.random.between(0, 500));
  },
  heal: connectVendors,
};

async function connectVendors({ cluster }: World): Promise<void> {
  for (const wire of cluster.vendors.wires) if (wire.wire.kind !== "pass") await wire.set(PASS);
}
