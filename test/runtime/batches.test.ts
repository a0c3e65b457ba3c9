import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createCommits } from "../../engine/runtime/commits.ts";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import {
  type CommitItem,
  type CommitResult,
  commitRuns,
  type IntentRow,
  type OutcomeRow,
} from "../../engine/store/runs.ts";
import {
  commitItem,
  commitRun,
  deliveryOf,
  leftEvent,
  messageIntent,
  newRunItem,
  sleepItem,
} from "../support/commit-item.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";

let database: TestDatabase;
let db: Database;
let admin: pg.Client;
let worlds = 0;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection, enginePool: 6, apiPool: 1 });
  admin = await openAdmin(database.connection);
});
afterAll(async () => {
  await Promise.all([db.close(), admin.end()]);
  await database.drop();
});

// ------------------------------------------------------------------------------------------------ one item, many ways

const KINDS = [
  "step",
  "sleep",
  "end",
  "intent",
  "message",
  "paced",
  "too-dear",
  "accepted",
  "accepted-and-settled",
  "said-twice",
  "undelivered",
  "refused",
  "in-doubt",
  "given-up",
  "settle",
  "stale-seq",
  "stale-epoch",
  "start",
  "sent-again",
  "broken",
] as const;
type Kind = (typeof KINDS)[number];
interface Order {
  readonly tenant: 0 | 1;
  readonly kind: Kind;
}

/**
 * Two tenants, each with a run in our hands for every place of a batch, whose first message is under way, and a delivery that
 * was handled before.
 */
interface World {
  readonly name: string;
  readonly tenants: readonly TenantIds[];
}

const RUNS = 8;

async function newWorld(): Promise<World> {
  worlds += 1;
  const name = `w${worlds}`;
  const tenants: TenantIds[] = [];
  for (const side of ["a", "b"]) {
    const of = await seedBareTenant(admin, `${name}${side}`);
    await admin.query(
      "insert into subscriptions (id, tenant_id, plan_id, status) values ($1, $2, 'pln_small', 'active')",
      [of.subscription, of.tenant],
    );
    const old = newRunItem(of, `run_${of.tenant}_old`, { delivery: deliveryOf(`${of.tenant}_old`) });
    await commitRuns(db, [
      old,
      ...Array.from({ length: RUNS }, (_, place) => {
        const run = runOf(of, place);
        return newRunItem(of, run, { intents: [messageIntent(firstOf(run), messageFor(run, "first"))] });
      }),
    ]);
    tenants.push(of);
  }
  return { name, tenants };
}

function runOf(of: TenantIds, place: number): string {
  return `run_${of.tenant}_${place}`;
}

/** The message of a run that is under way when the batch comes. */
function firstOf(run: string): string {
  return `eff_${run}_first`;
}

function messageFor(run: string, name: string): Partial<IntentRow> {
  return { meter: "sms", amount: 1, message: { id: `msg_${run}_${name}` } };
}

/** What is committed at this place of a batch. */
function itemOf(world: World, { tenant, kind }: Order, place: number): CommitItem {
  const of = world.tenants[tenant];
  if (!of) throw new TypeError("no such tenant");
  const run = runOf(of, place);
  const events = [leftEvent(`step${place}`)];
  const next = (changes: Partial<CommitItem>) => commitItem(of, run, { seq: 1, events, ...changes });
  const intent = (amount: number) => [messageIntent(`eff_${run}`, { meter: "sms", amount })];
  const said = (state: OutcomeRow["state"], more: Partial<OutcomeRow> = {}): OutcomeRow => ({
    id: firstOf(run),
    state,
    outcome: { state },
    ...more,
  });
  const accepted = said("accepted", { ref: `SM_${run}`, status: "sent", rank: 1 });
  const failed = said("accepted", { ref: `SM_${run}`, status: "failed", rank: 9 });
  const doubt = said("in_doubt", { evidence: { error: "silence", lookedAt: "2026-11-21T10:00:00.000Z" } });
  const pace = { perSecond: 1, burst: 2, units: 1, pair: { everySeconds: 6, burst: 45 } };
  const fresh = (name: string) => ({ id: `inb_${of.tenant}_${place}`, hash: `hash-${name}`, source: "test" });
  const made: Record<Kind, () => CommitItem> = {
    step: () => next({}),
    sleep: () => sleepItem(of, run, 1, [`key_${run}`], { events }),
    end: () => next({ status: "succeeded" }),
    intent: () => next({ intents: intent(1) }),
    message: () => next({ intents: [messageIntent(`eff_${run}`, messageFor(run, "second"))] }),
    paced: () =>
      next({ intents: [messageIntent(`eff_${run}`, { ...messageFor(run, "second"), from: run, pace })] }),
    accepted: () => next({ outcomes: [accepted] }),
    "accepted-and-settled": () => next({ outcomes: [accepted], settle: `${run}:settle:1` }),
    "said-twice": () => next({ outcomes: [doubt, accepted] }),
    undelivered: () => next({ outcomes: [failed] }),
    refused: () => next({ outcomes: [said("refused")] }),
    "in-doubt": () => next({ outcomes: [doubt] }),
    "given-up": () => next({ outcomes: [said("unresolved")], status: "succeeded" }),
    settle: () => next({ settle: `${run}:settle:1` }),
    "too-dear": () => next({ intents: intent(1_000) }),
    "stale-seq": () => next({ seq: 0, delivery: fresh(`${run}_stale`) }),
    "stale-epoch": () => next({ epoch: 7 }),
    start: () => newRunItem(of, `${run}_new`, { delivery: fresh(`${run}_new`), events }),
    "sent-again": () => newRunItem(of, `${run}_again`, { delivery: fresh(`${of.tenant}_old`) }),
    broken: () => ({ ...next({}), status: "nonsense" as "running" }),
  };
  return made[kind]();
}

type Told = CommitResult | "failed";

/** The same words for the same thing in every world. What is left of a tenant's credits depends on who came before. */
function comparable<T>(world: World, value: T): unknown {
  const words = JSON.stringify(value).replaceAll(world.name, "w");
  return JSON.parse(words, (key, entry) => (key === "remaining" ? "what is left" : entry));
}

async function alone(items: readonly CommitItem[]): Promise<Told[]> {
  const told: Told[] = [];
  for (const item of items) told.push(await commitRun(db, item).catch(() => "failed" as const));
  return told;
}

async function traces(world: World): Promise<unknown> {
  const { rows } = await admin.query(TRACES, [world.tenants.map(({ tenant }) => tenant)]);
  return comparable(world, rows);
}

const TRACES = `
  select 'run' as what, id, status, seq as number, lease_epoch as more from runs where tenant_id = any ($1)
  union all select 'journal', run_id, events::text, seq, 0 from journal where tenant_id = any ($1)
  union all select 'wait', run_id, key, seq, 0 from waits where tenant_id = any ($1)
  union all select 'effect', id, state, attempts, status_rank from effects where tenant_id = any ($1)
  union all select 'outcome', id, coalesce(outcome::text, '') || evidence::text, status_rank, 0 from effects where tenant_id = any ($1)
  union all select 'message', id, coalesce(provider_ref, '') || status, status_rank, units from messages where tenant_id = any ($1)
  union all select 'entry', ref, kind || coalesce(step_key, ''), amount, 0 from credit_entries where tenant_id = any ($1) and kind <> 'grant'
  union all select 'pace', sender, recipient, 0, 0 from sender_pace where tenant_id = any ($1)
  union all select 'hold', id, state, amount, 0 from credit_holds where tenant_id = any ($1)
  union all select 'delivery', key_hash, run_id, 0, 0 from inbox where tenant_id = any ($1)
  union all select 'account', tenant_id, meter, balance, held from credit_accounts where tenant_id = any ($1)
  order by 1, 2, 3, 4`;

const ORDERS = (kinds: readonly Kind[]) =>
  fc.array(fc.record({ tenant: fc.constantFrom(0 as const, 1 as const), kind: fc.constantFrom(...kinds) }), {
    minLength: 1,
    maxLength: RUNS,
  });

describe("[D2, D3, D4] many commits in one call", () => {
  test("[D16] are told, and leave, what each of them alone would", async () => {
    const sound = KINDS.filter((kind) => kind !== "broken");
    await fc.assert(
      fc.asyncProperty(ORDERS(sound), async (orders) => {
        const [together, apart] = [await newWorld(), await newWorld()];
        const inOne = await commitRuns(
          db,
          orders.map((order, place) => itemOf(together, order, place)),
        );
        const oneByOne = await alone(orders.map((order, place) => itemOf(apart, order, place)));
        expect(comparable(together, inOne)).toEqual(comparable(apart, oneByOne));
        expect(await traces(together)).toEqual(await traces(apart));
      }),
      { numRuns: 40 },
    );
  });

  test("go through the batcher beside broken ones, which alone are told that they failed", async () => {
    await fc.assert(
      fc.asyncProperty(ORDERS(KINDS), async (orders) => {
        const [together, apart] = [await newWorld(), await newWorld()];
        const { commit } = createCommits(db, { maxUnderWay: 1 });
        // Something is under way, so that the others gather.
        const first = commit(newRunItem(together.tenants[0] as TenantIds, `run_${together.name}_first`));
        const gathered = orders.map((order, place) =>
          commit(itemOf(together, order, place)).catch(() => "failed" as const),
        );
        const told = await Promise.all(gathered);
        await first;
        await commitRun(db, newRunItem(apart.tenants[0] as TenantIds, `run_${apart.name}_first`));
        const oneByOne = await alone(orders.map((order, place) => itemOf(apart, order, place)));
        expect(comparable(together, told)).toEqual(comparable(apart, oneByOne));
        expect(await traces(together)).toEqual(await traces(apart));
      }),
      { numRuns: 30 },
    );
  });

  test("[D4] the same delivery twice in one call starts one run, and the other is told which", async () => {
    const {
      tenants: [of],
    } = await newWorld();
    if (!of) throw new TypeError("no tenant");
    const item = (name: string) =>
      newRunItem(of, `run_${of.tenant}_${name}`, {
        delivery: { ...deliveryOf(`${of.tenant}_twin`), id: `inb_${of.tenant}_${name}` },
      });
    const results = await commitRuns(db, [item("one"), item("two"), item("three")]);
    const won = results.findIndex(({ ok }) => ok);
    const runId = `run_${of.tenant}_${["one", "two", "three"][won]}`;
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const others = results.filter(({ ok }) => !ok);
    for (const other of others) expect(other).toMatchObject({ reason: "duplicate", runId });
    const { rows } = await admin.query(
      "select id from runs where tenant_id = $1 and id like '%e' or id = $2",
      [of.tenant, runId],
    );
    expect(rows.filter(({ id }: { id: string }) => /_(one|two|three)$/.test(id))).toEqual([{ id: runId }]);
  });
});

// ------------------------------------------------------------------------------------------------ the batcher itself

describe("the batcher", () => {
  /** A database that answers when it is told to, and keeps what it was asked. */
  function slowDatabase() {
    const calls: {
      readonly items: readonly CommitItem[];
      readonly answer: () => void;
      readonly fail: (error: Error) => void;
    }[] = [];
    const fake: Pick<Database, "call"> = {
      call: <T>(_name: string, [json]: readonly unknown[]) =>
        new Promise<T>((resolve, reject) => {
          const items: CommitItem[] = JSON.parse(String(json));
          const results = items.map(({ seq }) => ({ ok: true, seq: seq + 1 }));
          calls.push({ items, answer: () => resolve(results as T), fail: reject });
        }),
    };
    return { calls, db: fake as Database };
  }

  const of = { tenant: "ten_x", flowKey: "f", version: "ver_x" } as TenantIds;
  const item = (run: number, seq = 0) => commitItem(of, `run_${run}`, { seq });
  const runsOf = (items: readonly CommitItem[] | undefined) => items?.map(({ runId }) => runId);

  test("sends a commit at once where nobody is under way", () => {
    const { calls, db } = slowDatabase();
    void createCommits(db).commit(item(1));
    expect(calls.map(({ items }) => runsOf(items))).toEqual([["run_1"]]);
  });

  test("gathers while others are under way, and sends what has gathered when one comes back", async () => {
    const { calls, db } = slowDatabase();
    const { commit } = createCommits(db, { maxUnderWay: 1 });
    const results = [1, 2, 3, 4].map((run) => commit(item(run, run)));
    expect(calls).toHaveLength(1);
    calls[0]?.answer();
    await vi.waitUntil(() => calls.length === 2);
    expect(runsOf(calls[1]?.items)).toEqual(["run_2", "run_3", "run_4"]);
    calls[1]?.answer();
    expect(await Promise.all(results)).toEqual([2, 3, 4, 5].map((seq) => ({ ok: true, seq })));
  });

  test("lets the oldest wait no longer than its time", () => {
    vi.useFakeTimers();
    try {
      const { calls, db } = slowDatabase();
      const { commit } = createCommits(db, { maxUnderWay: 1 });
      for (const run of [1, 2, 3]) void commit(item(run));
      expect(calls).toHaveLength(1);
      vi.advanceTimersByTime(3);
      expect(calls.map(({ items }) => runsOf(items))).toEqual([["run_1"], ["run_2", "run_3"]]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("sends no more than 64 in one call, and a full batch without waiting", () => {
    const { calls, db } = slowDatabase();
    const { commit } = createCommits(db, { maxUnderWay: 1 });
    for (let run = 0; run < 1 + 64; run++) void commit(item(run));
    expect(calls.map(({ items }) => items.length)).toEqual([1, 64]);
  });

  test("never puts two commits of one run in one call, and keeps their order", async () => {
    const { calls, db } = slowDatabase();
    const { commit } = createCommits(db, { maxUnderWay: 1 });
    void commit(item(0));
    for (const [run, seq] of [
      [1, 1],
      [1, 2],
      [2, 1],
      [1, 3],
    ] as const)
      void commit(item(run, seq));
    for (let batch = 0; batch < 4; batch++) {
      await vi.waitUntil(() => calls.length > batch);
      calls[batch]?.answer();
    }
    const sent = calls.map(({ items }) => items.map(({ runId, seq }) => `${runId}:${seq}`));
    expect(sent).toEqual([["run_0:0"], ["run_1:1", "run_2:1"], ["run_1:2"], ["run_1:3"]]);
  });

  test("tries the items of a call that fails one by one, and only the bad one fails", async () => {
    const { calls, db } = slowDatabase();
    const { commit } = createCommits(db, { maxUnderWay: 1 });
    void commit(item(0));
    const told = [1, 2, 3].map((run) =>
      commit(item(run)).then(
        () => "kept",
        (error: Error) => error.message,
      ),
    );
    calls[0]?.answer();
    await vi.waitUntil(() => calls.length === 2);
    calls[1]?.fail(new Error("the batch"));
    await vi.waitUntil(() => calls.length === 5);
    for (const { items, answer, fail } of calls.slice(2))
      if (items[0]?.runId === "run_2") fail(new Error("a bad item"));
      else answer();
    expect(await Promise.all(told)).toEqual(["kept", "a bad item", "kept"]);
  });
});
