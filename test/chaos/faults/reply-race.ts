import { codeOf, phoneOf } from "../load-plan.ts";
import { type Fault, nothingToHeal, type World } from "./fault.ts";

const RACES = 12;
// An engine looks again this long after the moment the database knows: the middle of the race.
const TIMER_SLACK_MS = 15;
const AROUND_MS = 12;
const WAITING = `select state #>> '{wait,until}' as until from runs
  where status = 'waiting' and state #>> '{wait,timeoutPort}' = 'timeout' and state #>> '{trigger,message,sid}' = $1`;

/** C8 */
export const replyRace: Fault = {
  id: "C8",
  title: "replies that come while their timer runs out",
  async act(world) {
    const first = world.books.counts.get("C8 races") ?? 0;
    const races = Array.from({ length: RACES * world.scale }, (_, index) => race(world, first + index));
    world.books.count("C8 races", races.length);
    await Promise.all(races);
  },
  heal: nothingToHeal,
};

async function race(world: World, index: number): Promise<void> {
  const { cluster, load, random, seed } = world;
  const tenant = random.pick(cluster.tenants);
  const offsetMs = random.between(-AROUND_MS, AROUND_MS);
  const person = { tenantId: tenant.id, phone: phoneOf(index, "race") } as const;
  const sid = `SM${codeOf(seed, "race", index)}`;
  const reply = { key: `SM${codeOf(seed, "race reply", index)}`, kind: "reply", ...person } as const;
  if (!(await load.write({ key: sid, kind: "chat", ...person }, tenant.phone, "hola"))) return;
  const until = await deadlineOf(world, sid);
  if (until === null) return;
  await world.rest(Math.max(0, until - Date.now() + TIMER_SLACK_MS + offsetMs));
  world.books.count("C8 replies near the timer");
  await load.write(reply, tenant.phone, "justo");
}

/** Milliseconds since 1970; null when the run has not come to its wait in time. */
async function deadlineOf({ cluster, rest }: World, sid: string): Promise<number | null> {
  for (let look = 0; look < 100; look++) {
    const [row] = await cluster.postgres.query<{ until: string }>(WAITING, [sid]);
    if (row) return Date.parse(row.until);
    await rest(50);
  }
  return null;
}
