import type { Fault } from "./fault.ts";

/** C3 */
export const stopDatabase: Fault = {
  id: "C3",
  title: "PostgreSQL stopped at once, then killed",
  async act(world) {
    for (const signal of ["SIGQUIT", "SIGKILL"] as const) {
      await world.cluster.postgres.crash(signal);
      world.books.count(`C3 PostgreSQL ${signal}`);
      await world.rest(world.random.between(0, 1_500)).finally(() => world.cluster.postgres.restart());
      await world.rest(world.random.between(1_000, 2_000));
    }
  },
  // Done at once above: a database that is away would stop everything else, too.
  async heal() {},
};
