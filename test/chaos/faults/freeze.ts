import type { Fault } from "./fault.ts";

// Longer than a lease, so that the frozen one wakes up as a zombie.
const AT_LEAST_MS = 4_000;

/** C13 */
export const freeze: Fault = {
  id: "C13",
  title: "an engine frozen for longer than its lease",
  async act(world) {
    const { engine } = world.random.pick(world.cluster.members);
    await world.rest(world.random.between(200, 800));
    engine.freeze();
    world.books.count("C13 engines frozen");
    await world.rest(AT_LEAST_MS + world.random.between(0, 1_000 * world.scale));
  },
  async heal({ cluster }) {
    for (const { engine } of cluster.members) engine.thaw();
  },
};
