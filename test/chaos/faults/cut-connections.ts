import { type Fault, nothingToHeal } from "./fault.ts";

const TERMINATE = `
  select pg_terminate_backend(pid) as ended from (
    select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
    order by md5(pid::text || $1) limit 1) victim`;

/** C4 */
export const cutConnections: Fault = {
  id: "C4",
  title: "pg_terminate_backend, five times a second",
  async act(world) {
    for (let cut = 0; cut < 15 * world.scale; cut++) {
      const ended = await world.cluster.postgres.query(TERMINATE, [String(world.random.next())]);
      world.books.count("C4 connections cut", ended.length);
      await world.rest(200);
    }
  },
  heal: nothingToHeal,
};
