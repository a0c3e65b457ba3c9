import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { keepInbound, keepResume, pruneInbox, readAnswer } from "../../engine/store/deliveries.ts";
import {
  type CommitItem,
  type CommitResult,
  claimRun,
  dueRuns,
  handBackRun,
  loadRun,
  loadWaiting,
  renewLeases,
  requestCancel,
} from "../../engine/store/runs.ts";
import {
  commitItem,
  commitRun,
  deliveryOf,
  leftEvent,
  messageIntent,
  newRunItem,
  OWNER,
  STATE,
  sleepItem,
} from "../support/commit-item.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { MAKE_DUE } from "../support/make-due.ts";
import { openAdmin, rowsOf, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";

let database: TestDatabase;
let db: Database;
let admin: pg.Client;
let of: TenantIds;
let count = 0;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection, enginePool: 4, apiPool: 1 });
  admin = await openAdmin(database.connection);
  of = await seedBareTenant(admin, "c");
  await admin.query(
    "insert into subscriptions (id, tenant_id, plan_id, status) values ($1, $2, 'pln_large', 'active')",
    [of.subscription, of.tenant],
  );
});

afterAll(async () => {
  await Promise.all([db.close(), admin.end()]);
  await database.drop();
});

describe("a new run", () => {
  test("is written with its delivery, its journal and a lease", async () => {
    const run = nextRun();
    const result = await commitRun(
      db,
      newRunItem(of, run, {
        delivery: deliveryOf(run),
        events: [leftEvent("start")],
        contactPhone: "+573000000009",
      }),
    );
    expect(result).toEqual({
      ok: true,
      epoch: 1,
      seq: 1,
      refused: [],
      cancel: false,
      queued: false,
      wakes: [],
    });
    expect(await loadRun(db, run)).toEqual({
      paused: false,
      parentRunId: null,
      parentStep: null,
      branch: null,
      depth: 0,
      lane: null,
      cancelRequested: false,
      id: run,
      tenantId: of.tenant,
      flowKey: of.flowKey,
      flowVersionId: of.version,
      status: "running",
      seq: 1,
      epoch: 1,
      state: STATE,
      owner: OWNER,
      numberId: null,
      triggerType: "test.trigger",
      contactPhone: "+573000000009",
      due: false,
      pending: null,
      effects: [],
    });
    expect(await journalOf(run)).toEqual([{ seq: 1, events: [leftEvent("start")] }]);
    expect(await readAnswer(db, `inb_${run}`)).toEqual({ answer: null, runId: run, tenant: of.tenant });
  });

  test("of a delivery that was handled before is not written; the stored answer comes back", async () => {
    const run = nextRun();
    const http = { status: 200, headers: {}, body: "<Response/>" };
    const delivery = { ...deliveryOf(run), fingerprint: "f1" };
    await commitRun(db, newRunItem(of, run, { delivery }));
    const duplicate = {
      ok: false,
      reason: "duplicate",
      deliveryId: delivery.id,
      runId: run,
      fingerprint: "f1",
    };
    const again = newRunItem(of, nextRun(), { delivery: { ...delivery, id: `${delivery.id}_2` } });
    expect(await commitRun(db, again)).toEqual({ ...duplicate, answer: null });
    await commitRun(db, commitItem(of, run, { seq: 1, answer: { deliveryId: delivery.id, http } }));
    const before = await rowsOf(admin, of.tenant);
    expect(await commitRun(db, again)).toEqual({ ...duplicate, answer: http });
    expect(await rowsOf(admin, of.tenant)).toEqual(before);
  });

  test("that ends at once has no lease, an end and an interaction with its cost", async () => {
    const run = nextRun();
    await commitRun(
      db,
      newRunItem(of, run, {
        status: "succeeded",
        interaction: { id: `int_${run}`, kind: "test", flowKey: of.flowKey, outcome: "completed" },
        charge: { stepKey: `${run}:charge:1`, meter: "sms", amount: 2 },
      }),
    );
    const { rows } = await admin.query(
      `select r.status, r.lease_owner, r.lease_until, r.ended_at is not null as ended, i.outcome, i.credits
       from runs r join interactions i on i.run_id = r.id where r.id = $1`,
      [run],
    );
    const expected = { status: "succeeded", lease_owner: null, lease_until: null, ended: true };
    expect(rows).toEqual([{ ...expected, outcome: "completed", credits: { sms: 2 } }]);
  });

  test("from two processes with one delivery is one run", async () => {
    for (let race = 0; race < 20; race++) {
      const delivery = deliveryOf(`race_new_${race}`);
      const runs = [nextRun(), nextRun()];
      const results = await Promise.all(
        runs.map((run, index) =>
          commitRun(db, newRunItem(of, run, { delivery: { ...delivery, id: `${delivery.id}_${index}` } })),
        ),
      );
      expect(results.map(reasonOf).sort()).toEqual(["duplicate", "ok"]);
      const { rows } = await admin.query("select id from runs where id = any ($1)", [runs]);
      expect(rows).toHaveLength(1);
    }
  });
});

/** A commit with something in every part, so that a lost fence would show. */
function everything(run: string): Partial<CommitItem> {
  return {
    delivery: deliveryOf(`fence_${run}`),
    events: [leftEvent("menu")],
    outcomes: [{ id: `eff_${run}`, state: "accepted", ref: "SM9", status: "queued", rank: 0, outcome: {} }],
    intents: [messageIntent(`eff_${run}_2`, { meter: "sms", amount: 1, message: { id: `msg_${run}_2` } })],
    usage: [{ effectId: `eff_${run}`, amount: 3 }],
    charge: { stepKey: `${run}:charge:1`, meter: "sms", amount: 1 },
    settle: `${run}:settle:1`,
    answer: { deliveryId: `inb_${run}`, http: { status: 200 } },
    message: {
      id: `msg_${run}`,
      channel: "sms",
      from: "+1",
      to: "+2",
      body: "x",
      provider: "t",
      ref: run,
      simulated: false,
    },
    call: { id: `cal_${run}`, provider: "t", ref: run, from: "+1", to: "+2", simulated: false },
    interaction: { id: `int_${run}`, kind: "test", flowKey: of.flowKey, outcome: "x" },
    waitKeys: [`wait_${run}`],
    storedKeys: [`wait_${run}`],
    wakeInMs: 86_400_000,
  };
}

describe("the fence", () => {
  test.each<[string, Partial<CommitItem> & Pick<CommitItem, "seq">]>([
    ["an old seq", { seq: 1 }],
    ["a seq to come", { seq: 3 }],
    ["an old epoch", { seq: 2, epoch: 0 }],
    ["an epoch to come", { seq: 2, epoch: 2 }],
    ["a wait that is over", { seq: 2, expect: "waiting" }],
    ["an old seq, going to sleep", { seq: 1, status: "waiting" }],
    ["an old seq, ending", { seq: 1, status: "succeeded" }],
    ["an old epoch, ending", { seq: 2, epoch: 0, status: "failed" }],
  ])("%s changes nothing, row for row", async (_title, changes) => {
    const run = nextRun();
    const intents = [messageIntent(`eff_${run}`, { meter: "sms", amount: 1 })];
    await commitRun(db, newRunItem(of, run, { delivery: deliveryOf(run), intents }));
    await commitRun(db, commitItem(of, run, { seq: 1 }));
    const before = await rowsOf(admin, of.tenant);
    const result = await commitRun(db, commitItem(of, run, { ...everything(run), ...changes }));
    expect(result).toEqual({ ok: false, reason: "fence" });
    expect(await rowsOf(admin, of.tenant)).toEqual(before);
    // The same parts under the right fence are all written: the test above can fail.
    const right = await commitRun(
      db,
      commitItem(of, run, { ...everything(run), seq: 2, status: "succeeded" }),
    );
    expect(reasonOf(right)).toBe("ok");
  });

  test.each<[string, CommitItem["status"], CommitItem["expect"]]>([
    ["a run that waits", "waiting", "leased"],
    ["a run that is over", "succeeded", "leased"],
    ["a run that is over, as if it waited", "failed", "waiting"],
    ["a run nobody has started", "queued", "leased"],
  ])("%s takes no commit of another kind", async (_title, status, expectation) => {
    const run = nextRun();
    const wait = { waitKeys: [`key_${run}`], wakeAt: "2030-01-01T00:00:00Z" };
    await commitRun(db, newRunItem(of, run, { status, ...(status === "waiting" ? wait : {}) }));
    const before = await rowsOf(admin, of.tenant);
    const item = commitItem(of, run, { ...everything(run), seq: 1, expect: expectation });
    expect(await commitRun(db, item)).toEqual({ ok: false, reason: "fence" });
    expect(await rowsOf(admin, of.tenant)).toEqual(before);
  });

  test("a run that is not there changes nothing", async () => {
    const before = await rowsOf(admin, of.tenant);
    const item = commitItem(of, "run_nowhere", { ...everything("run_nowhere"), seq: 1 });
    expect(await commitRun(db, item)).toEqual({ ok: false, reason: "fence" });
    expect(await rowsOf(admin, of.tenant)).toEqual(before);
  });

  test("a delivery whose commit was fenced off can come again", async () => {
    const run = nextRun();
    await commitRun(db, newRunItem(of, run));
    const delivery = deliveryOf(`again_${run}`);
    expect(reasonOf(await commitRun(db, commitItem(of, run, { seq: 9, delivery })))).toBe("fence");
    expect(reasonOf(await commitRun(db, commitItem(of, run, { seq: 1, delivery })))).toBe("ok");
  });
});

describe("a wake", () => {
  test("takes the run out of its wait: a new epoch, and no waits are left", async () => {
    const run = await sleepingRun(["b", "a"]);
    expect(await waitsOf(run)).toEqual([
      { key: `a_${run}`, deadline: true },
      { key: `b_${run}`, deadline: true },
    ]);
    expect((await loadWaiting(db, of.tenant, `b_${run}`))?.id).toBe(run);
    const result = await commitRun(
      db,
      commitItem(of, run, { expect: "waiting", seq: 2, events: [leftEvent("menu")] }),
    );
    expect(result).toMatchObject({ ok: true, epoch: 2, seq: 3 });
    expect(await waitsOf(run)).toEqual([]);
    expect(await loadWaiting(db, of.tenant, `b_${run}`)).toBeNull();
    expect(await loadRun(db, run)).toMatchObject({ status: "running", owner: OWNER, epoch: 2, seq: 3 });
  });

  test("from a wait to the next leaves only the next", async () => {
    const run = await sleepingRun(["first"]);
    const result = await commitRun(db, sleepItem(of, run, 2, [`second_${run}`], { expect: "waiting" }));
    expect(result).toMatchObject({ ok: true, epoch: 2 });
    expect(await waitsOf(run)).toEqual([{ key: `second_${run}`, deadline: true }]);
  });

  test("by two at once has one winner; the other's delivery is not used up", async () => {
    for (let race = 0; race < 20; race++) {
      const run = await sleepingRun(["key"]);
      const deliveries = [deliveryOf(`${run}_x`), deliveryOf(`${run}_y`)];
      const results = await Promise.all(
        deliveries.map((delivery) =>
          commitRun(
            db,
            commitItem(of, run, { expect: "waiting", seq: 2, delivery, events: [leftEvent("menu")] }),
          ),
        ),
      );
      expect(results.map(reasonOf).sort()).toEqual(["fence", "ok"]);
      expect(await journalOf(run)).toHaveLength(1);
      const kept = await admin.query("select id from inbox where run_id = $1", [run]);
      expect(kept.rows).toEqual([{ id: deliveries[results.findIndex((result) => result.ok)]?.id }]);
    }
  });

  test("finds the youngest of several runs that wait for the same", async () => {
    const older = nextRun();
    const younger = nextRun();
    for (const run of [younger, older]) {
      await commitRun(db, newRunItem(of, run));
      await commitRun(db, sleepItem(of, run, 1, ["same"]));
    }
    expect((await loadWaiting(db, of.tenant, "same"))?.id).toBe(younger);
  });
});

describe("a resume that comes before its wait", () => {
  test("is kept, handed back when the wait is written, and not again once it is used", async () => {
    const { run, key } = await leasedRun();
    expect(await keepResume(db, resumeOf(key))).toEqual({ ok: true, deliveryId: `inb_${key}` });
    const slept = await commitRun(db, sleepItem(of, run, 1, [key]));
    expect(slept).toMatchObject({ ok: true, pending: { id: `inb_${key}`, event: resumeOf(key).event } });
    const woken = await commitRun(
      db,
      commitItem(of, run, { expect: "waiting", seq: 2, consumes: `inb_${key}` }),
    );
    expect(woken).toMatchObject({ ok: true, epoch: 2 });
    const again = await commitRun(db, sleepItem(of, run, 3, [key], { epoch: 2 }));
    expect(again).not.toHaveProperty("pending");
    expect(again.ok).toBe(true);
  });

  test("is handed to one run only, the first that waits for it", async () => {
    const { run, key } = await leasedRun();
    const other = nextRun();
    await commitRun(db, newRunItem(of, other));
    await keepResume(db, resumeOf(key));
    expect(await commitRun(db, sleepItem(of, run, 1, [key]))).toHaveProperty("pending");
    expect(await commitRun(db, sleepItem(of, other, 1, [key]))).not.toHaveProperty("pending");
  });

  test("is handed back in the order of arrival, one at a time", async () => {
    const { run, key } = await leasedRun();
    const second = { ...resumeOf(key), id: `inb_${key}_2`, hash: `${key}_2` };
    await keepResume(db, resumeOf(key));
    await keepResume(db, second);
    const first = await commitRun(db, sleepItem(of, run, 1, [key, `other_${key}`]));
    expect(first).toMatchObject({ pending: { id: `inb_${key}` } });
    const next = sleepItem(of, run, 2, [key], { expect: "waiting", consumes: `inb_${key}` });
    expect(await commitRun(db, next)).toMatchObject({ pending: { id: second.id } });
  });

  test("is told to wake the run when the wait is there after all", async () => {
    const run = await sleepingRun(["key"]);
    expect(await keepResume(db, resumeOf(`key_${run}`))).toEqual({ ok: false, reason: "wait" });
    expect(await readAnswer(db, `inb_key_${run}`)).toBeNull();
  });

  test("is kept once", async () => {
    const { key } = await leasedRun();
    await keepResume(db, resumeOf(key));
    expect(await keepResume(db, { ...resumeOf(key), id: `${resumeOf(key).id}_2` })).toMatchObject({
      ok: false,
      reason: "duplicate",
      deliveryId: `inb_${key}`,
    });
  });

  test("at the same moment as its wait is never lost and never both, in 200 races", async () => {
    const run = nextRun();
    let at = { seq: 1, epoch: 1 };
    await commitRun(db, newRunItem(of, run));
    for (let race = 0; race < 200; race++) {
      const key = `race_${race}_${run}`;
      const slept = await raceForKey(run, key, at, race % 2 === 0);
      const cause = slept.pending ? { consumes: slept.pending.id } : { delivery: deliveryOf(key) };
      at = succeeded(
        await commitRun(db, commitItem(of, run, { expect: "waiting", seq: slept.seq, ...cause })),
      );
    }
  });

  test("with a call's minutes does not block a run that sleeps with credits in hand", async () => {
    for (let race = 0; race < 20; race++) {
      const { run, key } = await leasedRun();
      const effectId = `eff_${run}`;
      const dial = messageIntent(effectId, { kind: "dial", meter: "voice", amount: 1 });
      await commitRun(db, commitItem(of, run, { seq: 1, intents: [dial] }));
      const [slept, kept] = await Promise.all([
        commitRun(db, sleepItem(of, run, 2, [key], { outcomes: [{ id: effectId, state: "refused" }] })),
        keepResume(db, { ...resumeOf(key), usage: { effectId, amount: 1 } }),
      ]);
      expect("pending" in succeeded(slept)).toBe(kept.ok);
    }
  });
});

/** A wait is written and its event kept at the same time; one of the two sees the other. */
async function raceForKey(run: string, key: string, at: { seq: number; epoch: number }, sleepFirst: boolean) {
  const keep = () => keepResume(db, resumeOf(key));
  const sleep = () => commitRun(db, sleepItem(of, run, at.seq, [`a_${key}`, key], { epoch: at.epoch }));
  const sleeping = sleepFirst ? sleep() : null;
  const keeping = keep();
  const slept = succeeded(await (sleeping ?? sleep()));
  const kept = await keeping;
  if (!kept.ok) expect(kept.reason).toBe("wait");
  expect(slept.pending?.id ?? null).toBe(kept.ok ? `inb_${key}` : null);
  return slept;
}

describe("engine_claim", () => {
  test("takes a queued run, once", async () => {
    const run = nextRun();
    await commitRun(db, newRunItem(of, run, { status: "queued" }));
    const claims = await Promise.all(["p1", "p2", "p3"].map((owner) => claimRun(db, run, owner, 60_000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await loadRun(db, run)).toMatchObject({ status: "running", epoch: 2, seq: 1 });
  });

  test("takes a run whose lease has run out; its effects under way are in doubt, and its owner is fenced off", async () => {
    const run = nextRun();
    const parts = ["sending", "accepted", "refused", "retrying", "unresolved"] as const;
    const intents = parts.map((part) => messageIntent(`eff_${run}_${part}`));
    await commitRun(db, newRunItem(of, run, { intents }));
    const outcomes = parts.slice(1).map((state) => ({ id: `eff_${run}_${state}`, state }));
    await commitRun(db, commitItem(of, run, { seq: 1, outcomes }));
    await expireLease(run);
    expect(await claimRun(db, run, "other", 60_000)).toBe(true);
    const { rows } = await admin.query("select part, state from effects where run_id = $1 order by part", [
      run,
    ]);
    expect(rows).toEqual(
      parts
        .map((part) => ({ part: `eff_${run}_${part}`, state: part === "sending" ? "in_doubt" : part }))
        .sort((one, other) => (one.part < other.part ? -1 : 1)),
    );
    expect(reasonOf(await commitRun(db, commitItem(of, run, { seq: 2 })))).toBe("fence");
    expect(reasonOf(await commitRun(db, commitItem(of, run, { seq: 2, epoch: 2, owner: "other" })))).toBe(
      "ok",
    );
  });

  test("takes no run that is leased, waits, is over or is not there", async () => {
    const leased = nextRun();
    await commitRun(db, newRunItem(of, leased));
    const over = nextRun();
    await commitRun(db, newRunItem(of, over, { status: "failed" }));
    const waiting = await sleepingRun(["key"]);
    const before = await rowsOf(admin, of.tenant);
    for (const run of [leased, over, waiting, "run_nowhere"]) {
      expect(await claimRun(db, run, "other", 60_000)).toBe(false);
    }
    expect(await rowsOf(admin, of.tenant)).toEqual(before);
  });
});

describe("leases", () => {
  test("are renewed for their owner's running runs only", async () => {
    const mine = nextRun();
    const others = nextRun();
    const queued = nextRun();
    await commitRun(db, newRunItem(of, mine));
    await commitRun(db, newRunItem(of, others, { owner: "other" }));
    await commitRun(db, newRunItem(of, queued, { status: "queued" }));
    await renewLeases(db, OWNER, [mine, others, queued], 3_600_000);
    const { rows } = await admin.query(
      "select id from runs where id = any ($1) and lease_until > now() + interval '30 minutes'",
      [[mine, others, queued]],
    );
    expect(rows).toEqual([{ id: mine }]);
  });

  test("are handed back by their owner only", async () => {
    const run = nextRun();
    await commitRun(db, newRunItem(of, run));
    await handBackRun(db, "other", run);
    expect(await claimRun(db, run, "other", 60_000)).toBe(false);
    await handBackRun(db, OWNER, run);
    expect(await claimRun(db, run, "other", 60_000)).toBe(true);
  });
});

describe("engine_due", () => {
  test("lists exactly the leases that ran out, the waits that are due and what is to be cancelled in its sleep", async () => {
    const running = nextRun();
    const expired = nextRun();
    const queued = nextRun();
    const over = nextRun();
    await commitRun(db, newRunItem(of, running));
    await commitRun(db, newRunItem(of, expired));
    await expireLease(expired);
    await commitRun(db, newRunItem(of, queued, { status: "queued" }));
    await commitRun(db, newRunItem(of, over, { status: "succeeded" }));
    const asleep = await sleepingRun(["x", "y"]);
    const due = await sleepingRun(["x", "y"]);
    await admin.query(MAKE_DUE, [due]);
    const unwanted = await sleepingRun(["x", "y"]);
    await requestCancel(db, of.tenant, unwanted);
    await requestCancel(db, of.tenant, running);
    const mine = new Set([running, expired, queued, over, asleep, due, unwanted]);
    const listed = (await dueRuns(db, 1000)).filter((row) => mine.has(row.run_id));
    expect(listed).toEqual([
      { run_id: expired, why: "lease" },
      { run_id: due, why: "wait" },
      { run_id: unwanted, why: "cancel" },
    ]);
    expect(await loadRun(db, due)).toMatchObject({ due: true });
    expect(await loadRun(db, asleep)).toMatchObject({ due: false });
    // What was handed out comes up again later only.
    expect((await dueRuns(db, 1000)).filter((row) => row.run_id === due)).toEqual([]);
    await admin.query(MAKE_DUE, [due]);
    const kinds = (await dueRuns(db, 1)).map(({ why }) => why);
    expect(kinds.slice(0, 3)).toEqual(["lease", "wait", "cancel"]);
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});

describe("a request to cancel", () => {
  test("reaches the owner with its next commit, and not the one that ends the run", async () => {
    const run = nextRun();
    await commitRun(db, newRunItem(of, run));
    expect(await requestCancel(db, of.tenant, run)).toBe(true);
    expect(await commitRun(db, commitItem(of, run, { seq: 1 }))).toMatchObject({ cancel: true });
    expect(await commitRun(db, commitItem(of, run, { seq: 2, status: "cancelled" }))).toMatchObject({
      cancel: false,
    });
    expect(await requestCancel(db, of.tenant, run)).toBe(false);
    expect(await requestCancel(db, of.tenant, "run_nowhere")).toBe(false);
  });
});

describe("engine_load", () => {
  test("gives the effects of the step the run stands at, and no other", async () => {
    const run = nextRun();
    const here = messageIntent(`eff_${run}_here`, { stepKey: `${run}:menu:1`, part: "send" });
    const earlier = messageIntent(`eff_${run}_earlier`, { stepKey: `${run}:menu:0`, part: "send" });
    await commitRun(db, newRunItem(of, run, { intents: [here, earlier] }));
    const { effects } = (await loadRun(db, run)) ?? { effects: [] };
    expect(effects.map(({ sentAt, firstAt, ...effect }) => effect)).toEqual([
      {
        id: here.id,
        part: "send",
        state: "sending",
        status: null,
        ref: null,
        outcome: null,
        provider: "twilio",
        channel: "sms",
        to: "+573000000002",
        from: "+573000000001",
        body: "hello",
        attempts: 1,
        resends: 0,
        leaveInMs: null,
      },
    ]);
    expect(await loadRun(db, "run_nowhere")).toBeNull();
  });
});

describe("an inbound message that starts no flow", () => {
  test("is kept once", async () => {
    const message = {
      id: "msg_in",
      channel: "sms",
      from: "+1",
      to: "+2",
      body: "hola",
      provider: "t",
      ref: "SM1",
      simulated: false,
    };
    expect(await keepInbound(db, of.tenant, deliveryOf("in"), message)).toBe(true);
    const again = { ...message, id: "msg_in_2" };
    expect(await keepInbound(db, of.tenant, { ...deliveryOf("in"), id: "inb_in_2" }, again)).toBe(false);
    const { rows } = await admin.query(
      "select id, direction, status, body from messages where provider_ref = 'SM1'",
    );
    expect(rows).toEqual([{ id: "msg_in", direction: "inbound", status: "received", body: "hola" }]);
  });
});

describe("old deliveries", () => {
  test("are forgotten after 14 days, at most so many at a time", async () => {
    for (const name of ["old1", "old2", "old3", "young"]) {
      const message = {
        id: `msg_${name}`,
        channel: "sms",
        from: "+1",
        to: "+2",
        body: "",
        provider: "t",
        ref: name,
        simulated: false,
      };
      await keepInbound(db, of.tenant, deliveryOf(name), message);
    }
    await admin.query("update inbox set received_at = now() - interval '15 days' where id like 'inb\\_old_'");
    await admin.query("update inbox set received_at = now() - interval '13 days' where id = 'inb_young'");
    expect([await pruneInbox(db, 2), await pruneInbox(db, 2), await pruneInbox(db, 2)]).toEqual([2, 1, 0]);
    expect(await readAnswer(db, "inb_old1")).toBeNull();
    expect(await readAnswer(db, "inb_young")).not.toBeNull();
  });
});

// ------------------------------------------------------------------------------------------------ making and looking

// Ids that sort by age, as real ones do.
function nextRun(): string {
  count += 1;
  return `run_${String(count).padStart(6, "0")}`;
}

async function leasedRun(): Promise<{ run: string; key: string }> {
  const run = nextRun();
  await commitRun(db, newRunItem(of, run));
  return { run, key: `key_${run}` };
}

async function sleepingRun(keys: readonly string[]): Promise<string> {
  const run = nextRun();
  await commitRun(db, newRunItem(of, run));
  await commitRun(
    db,
    sleepItem(
      of,
      run,
      1,
      keys.map((key) => `${key}_${run}`),
    ),
  );
  return run;
}

function resumeOf(key: string) {
  const event = { name: "digits", output: { digits: "1" }, via: null };
  return { ...deliveryOf(key), tenant: of.tenant, key, event, runId: null };
}

function succeeded(result: CommitResult): Extract<CommitResult, { ok: true }> {
  if (!result.ok) throw new Error(`the commit was lost: ${result.reason}`);
  return result;
}

function reasonOf(result: CommitResult): string {
  return result.ok ? "ok" : result.reason;
}

async function expireLease(run: string): Promise<void> {
  await admin.query("update runs set lease_until = now() - interval '1 ms' where id = $1", [run]);
}

async function journalOf(run: string): Promise<{ seq: number; events: unknown }[]> {
  const { rows } = await admin.query("select seq, events from journal where run_id = $1 order by seq", [run]);
  return rows;
}

async function waitsOf(run: string): Promise<{ key: string; deadline: boolean }[]> {
  const { rows } = await admin.query(
    "select key, wake_at is not null as deadline from waits where run_id = $1 order by key",
    [run],
  );
  return rows;
}
