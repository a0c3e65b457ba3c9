import { type Fault, startEngines, type World } from "./fault.ts";

/** C1 */
export const killWorker: Fault = {
  id: "C1",
  title: "kill -9 of a random engine every 0.5–2 s",
  async act(world) {
    for (let kill = 0; kill < 3 * world.scale; kill++) {
      await world.rest(world.random.between(500, 2_000));
      const { engine } = world.random.pick(world.cluster.members);
      const downMs = world.random.between(0, 500);
      // An engine that is still starting is killed as well: that, too, happens.
      await engine.kill();
      world.books.count("C1 engines killed");
      await world.rest(downMs);
      void engine.start();
    }
    await allUp(world);
  },
  heal: startEngines,
};

async function allUp({ cluster, rest }: World): Promise<void> {
  while (cluster.members.some(({ engine }) => !engine.isUp)) await rest(50);
}
