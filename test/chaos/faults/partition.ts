import { PASS, type Wire } from "../tcp-proxy.ts";
import type { Fault, World } from "./fault.ts";

const WIRES: readonly Wire[] = [
  { kind: "cut" },
  { kind: "stall" },
  { kind: "drop", direction: "up" },
  { kind: "drop", direction: "down" },
  { kind: "latency", ms: 150 },
];
// Longer than a lease, so that somebody else takes the runs over.
const AT_LEAST_MS = 3_500;

/** C11 */
export const partition: Fault = {
  id: "C11",
  title: "an engine and the database cannot hear each other",
  async act(world) {
    const members = world.random.shuffle(world.cluster.members);
    for (const [index, wire] of world.random.shuffle(WIRES).entries()) {
      const member = members[index % members.length];
      if (!member) return;
      await member.wire.set(wire);
      world.books.count(`C11 ${wire.kind}${"direction" in wire ? ` ${wire.direction}` : ""}`);
      const lasts =
        wire.kind === "latency" ? 1_500 : AT_LEAST_MS + world.random.between(0, 500 * world.scale);
      await world.rest(lasts).finally(() => member.wire.set(PASS));
    }
  },
  async heal({ cluster }: World) {
    for (const { wire } of cluster.members) if (wire.wire.kind !== "pass") await wire.set(PASS);
  },
};
