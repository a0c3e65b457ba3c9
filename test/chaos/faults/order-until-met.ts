import { nameOf, type VendorFault } from "../vendors.ts";
import type { World } from "./fault.ts";

// A person who was to meet a fault may never get that far: whoever comes next meets it.
const TRIES = 8;
const TIME_TO_MEET_MS = 1_500;

/** Orders these faults again and again until each was met, a few times at most. */
export async function orderUntilMet(world: World, faults: readonly VendorFault[]): Promise<void> {
  const met = (fault: VendorFault) => world.books.counts.get(nameOf(fault)) ?? 0;
  const before = new Map(faults.map((fault) => [fault, met(fault)]));
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const missing = faults.filter((fault) => met(fault) === before.get(fault));
    if (missing.length === 0) return;
    world.load.orderFaults(world.random.shuffle(missing));
    while (world.load.faultsAhead > 0) await world.rest(100);
    await world.rest(TIME_TO_MEET_MS);
  }
}
