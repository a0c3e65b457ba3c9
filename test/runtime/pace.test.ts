import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { prunePaces } from "../../engine/store/effects.ts";
import { commitRuns, type PaceRow } from "../../engine/store/runs.ts";
import { messageIntent, newRunItem } from "../support/commit-item.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";

let database: TestDatabase;
let first: Database;
let second: Database;
let admin: pg.Client;
let of: TenantIds;
let count = 0;

beforeAll(async () => {
  database = await cloneDatabase();
  first = openDatabase({ connection: database.connection, enginePool: 4, apiPool: 1 });
  second = openDatabase({ connection: database.connection, enginePool: 4, apiPool: 1 });
  admin = await openAdmin(database.connection);
  of = await seedBareTenant(admin, "p");
});
afterAll(async () => {
  await Promise.all([first.close(), second.close(), admin.end()]);
  await database.drop();
});

/** Commits one batch of new runs with one intent each. Gives how each intent is held. */
async function sendAll(db: Database, from: string, pace: PaceRow, to: readonly string[]) {
  const items = to.map((recipient) => {
    count += 1;
    const intent = messageIntent(`eff_pace${count}`, { from, to: recipient, pace });
    return newRunItem(of, `run_pace${count}`, { intents: [intent] });
  });
  const results = await commitRuns(db, items);
  return results.map((result, index) => {
    const id = items[index]?.intents?.[0]?.id ?? "";
    return result.ok ? (result.held?.[id] ?? null) : null;
  });
}

/** When the intents of a sender leave, in milliseconds from the first, in order. */
async function departures(from: string): Promise<number[]> {
  const { rows } = await admin.query(
    `select extract(epoch from coalesce(leave_at, sent_at) - min(coalesce(leave_at, sent_at)) over ()) * 1000 as ms
     from effects where sender = $1 order by 1`,
    [from],
  );
  return rows.map((row: { ms: string }) => Number(row.ms));
}

/** In any period leave no more than the burst and what the rate allows for its length. */
function expectPaced(moments: readonly number[], { burst, perSecond }: PaceRow): void {
  for (const [i, from] of moments.entries())
    for (const [j, to] of moments.entries())
      if (j >= i) expect(j - i + 1).toBeLessThanOrEqual(burst + ((to - from) * perSecond) / 1000 + 0.1);
}

const anybody = (n: number) => Array.from({ length: n }, (_, index) => `+57300000${1000 + index}`);

describe("[E9] the slots of a sender", () => {
  test("are never more than its pace, whichever process takes them", async () => {
    const pace = { perSecond: 20, burst: 5, units: 1 };
    const batches = [1, 4, 9, 16, 2, 8, 13, 7].map((n, index) =>
      sendAll(index % 2 === 0 ? first : second, "+1both", pace, anybody(n)),
    );
    await Promise.all(batches);
    const moments = await departures("+1both");
    expect(moments).toHaveLength(60);
    expectPaced(moments, pace);
    // and no fewer, either: the last leaves as soon as it may
    expect(moments.at(-1)).toBeLessThanOrEqual((60 - 5) * 50 + 1);
  });

  test("are given in the order of asking", async () => {
    const pace = { perSecond: 2, burst: 1, units: 1 };
    const held = await sendAll(first, "+1order", pace, anybody(4));
    const waits = held.map((why) => (why && "inMs" in why ? why.inMs : 0));
    expect(waits[0]).toBe(0);
    expect(waits.slice(1).every((ms, index) => Math.abs(ms - 500 * (index + 1)) < 100)).toBe(true);
  });

  test("a message of several segments takes several", async () => {
    const pace = { perSecond: 1, burst: 3, units: 3 };
    const held = await sendAll(first, "+1long", pace, anybody(3));
    const waits = held.map((why) => Math.round((why && "inMs" in why ? why.inMs : 0) / 1000));
    expect(waits).toEqual([0, 3, 6]);
  });

  test("one longer than the burst leaves all the same", async () => {
    const held = await sendAll(first, "+1huge", { perSecond: 1, burst: 3, units: 9 }, anybody(1));
    expect(held).toEqual([null]);
  });

  test("one recipient has a limit of its own, with messages borrowed from its future", async () => {
    const pace = { perSecond: 1000, burst: 500, units: 1, pair: { everySeconds: 6, burst: 3 } };
    const [ana, luis] = ["+573000000001", "+573000000002"];
    const held = await sendAll(first, "+1pair", pace, [ana, ana, ana, ana, luis, ana]);
    const waits = held.map((why) => Math.round((why && "inMs" in why ? why.inMs : 0) / 1000));
    expect(waits).toEqual([0, 0, 0, 6, 0, 12]);
  });

  test("another sender, and another channel of the same number, have their own", async () => {
    const pace = { perSecond: 0.1, burst: 1, units: 1 };
    expect(await sendAll(first, "+1own", pace, anybody(1))).toEqual([null]);
    expect(await sendAll(first, "+1other", pace, anybody(1))).toEqual([null]);
    const intent = messageIntent("eff_pace_wa", { from: "+1own", channel: "whatsapp", pace });
    const [result] = await commitRuns(first, [newRunItem(of, "run_pace_wa", { intents: [intent] })]);
    expect(result).toMatchObject({ ok: true, refused: [] });
    expect(result).not.toHaveProperty("held");
  });

  test("what cannot wait takes none and writes nothing", async () => {
    const pace = { perSecond: 0.1, burst: 1, units: 1, maxWaitMs: 1_000 };
    await sendAll(first, "+1late", pace, anybody(1));
    const [held] = await sendAll(second, "+1late", pace, anybody(1));
    expect(held).toEqual({ late: true, inMs: expect.any(Number) });
    expect(await departures("+1late")).toHaveLength(1);
  });

  test("are forgotten when they say nothing any more", async () => {
    await admin.query(
      "update sender_pace set next_free_at = now() - interval '11 minutes' where sender = '+1long'",
    );
    expect(await prunePaces(first, 100)).toBe(1);
    const { rows } = await admin.query(
      "select sender from sender_pace where sender in ('+1long', '+1order')",
    );
    expect(rows).toEqual([{ sender: "+1order" }]);
  });
});
