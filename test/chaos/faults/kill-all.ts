import { type Fault, startEngines } from "./fault.ts";

/** C2 */
export const killAll: Fault = {
  id: "C2",
  title: "kill -9 of all engines at once",
  async act(world) {
    await world.rest(world.random.between(500, 1_500));
    await Promise.all(world.cluster.members.map(({ engine }) => engine.kill()));
    world.books.count("C2 engines killed", world.cluster.members.length);
    await world.rest(world.random.between(0, 1_000));
  },
  heal: startEngines,
};
