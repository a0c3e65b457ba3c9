import { randomBytes } from "node:crypto";
import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  DELIVERY_RANK,
  type DeliveryStatus,
  type EffectState,
  laterStatus,
  mayFollow,
} from "../../engine/core/effect-state.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { graphOf } from "../../engine/core/graph.ts";
import { AppError } from "../../engine/errors.ts";
import { effectId } from "../../engine/ids.ts";
import { createLog } from "../../engine/log.ts";
import type { EffectOutcome } from "../../engine/plugin-api.ts";
import { createRegistry } from "../../engine/registry.ts";
import { SYSTEM_CLOCK } from "../../engine/runtime/clock.ts";
import { createCommits } from "../../engine/runtime/commits.ts";
import { createDirectory } from "../../engine/runtime/directory.ts";
import { type Intent, performOnce, Suspended } from "../../engine/runtime/effects.ts";
import { createExchanges } from "../../engine/runtime/exchanges.ts";
import { NO_FAILPOINTS } from "../../engine/runtime/failpoints.ts";
import { createHotRuns } from "../../engine/runtime/hot-runs.ts";
import { createInputCheck } from "../../engine/runtime/input-schema.ts";
import { createLocalWakes } from "../../engine/runtime/local-wakes.ts";
import { createParamsReader } from "../../engine/runtime/params.ts";
import { createReports } from "../../engine/runtime/reports.ts";
import type { Runtime } from "../../engine/runtime/runtime.ts";
import { createSandbox } from "../../engine/runtime/sandbox/sandbox.ts";
import { createKeys } from "../../engine/runtime/sealing.ts";
import { createSecrets } from "../../engine/runtime/secrets.ts";
import { identityOf, Segment } from "../../engine/runtime/segment.ts";
import { createTemplates } from "../../engine/runtime/templates.ts";
import { createVersions } from "../../engine/runtime/versions.ts";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { giveUpDoubts, reportCall, reportStatuses } from "../../engine/store/effects.ts";
import { claimRun, loadRun } from "../../engine/store/runs.ts";
import { createValidator } from "../../engine/validator.ts";
import {
  commitItem,
  commitRun,
  messageIntent,
  newRunItem,
  OWNER,
  reportStatus,
  STATE,
  sleepItem,
} from "../support/commit-item.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";

const FLOW: Flow = {
  schemaVersion: 1,
  key: "f",
  name: "F",
  settings: { timezone: "UTC", locale: "es" },
  nodes: [],
  edges: [],
};
const GRACE_MS = 60_000;

let database: TestDatabase;
let db: Database;
let admin: pg.Client;
let of: TenantIds;
let runtime: Runtime;
let count = 0;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection, enginePool: 4, apiPool: 1 });
  admin = await openAdmin(database.connection);
  of = await seedBareTenant(admin, "e");
  await admin.query(
    "insert into subscriptions (id, tenant_id, plan_id, status) values ($1, $2, 'pln_large', 'active')",
    [of.subscription, of.tenant],
  );
  runtime = runtimeOn(db);
});

afterAll(async () => {
  await Promise.all([db.close(), admin.end()]);
  await database.drop();
});

describe("performOnce", () => {
  test("[E1] commits the intent and holds its credits before it acts", async () => {
    const step = await openStep();
    let seen: unknown = null;
    await step.perform(async () => {
      seen = { effect: await effectRow(step.id), hold: await holdOf(step.id) };
      return step.accept();
    });
    expect(seen).toEqual({
      effect: { state: "sending", ref: null, status: null, attempts: 1, settled: false },
      hold: { state: "open", amount: 2 },
    });
  });

  test("[E1] does not act where the credits are not there, and writes nothing", async () => {
    const step = await openStep();
    const outcome = await step.perform(neverActs, { charge: { meter: "sms", amount: 100_000 } });
    expect(outcome).toEqual({ state: "insufficient_credits", meter: "sms" });
    expect(await effectRow(step.id)).toBeUndefined();
    expect(await holdOf(step.id)).toBeUndefined();
  });

  test("[E1] does not act once another has the run", async () => {
    const step = await openStep();
    await expireLease(step.run);
    await claimRun(db, step.run, "other", 60_000);
    await expect(step.perform(neverActs)).rejects.toMatchObject({ name: "SegmentLost" });
    expect(await effectRow(step.id)).toBeUndefined();
  });

  test("[E2] commits the outcome with the next commit of the run", async () => {
    const step = await openStep();
    const outcome = await step.perform(step.accept);
    expect(outcome).toMatchObject({ ...(await step.accept()), effectId: step.id });
    expect(await effectRow(step.id)).toMatchObject({ state: "sending" });
    await step.segment.commit("running");
    expect(await effectRow(step.id)).toMatchObject({
      state: "accepted",
      ref: refOf(step.id),
      status: "queued",
      settled: true,
    });
    await step.segment.commit("succeeded");
    expect(await holdOf(step.id)).toEqual({ state: "captured", amount: 2 });
  });

  test("[E2] a refusal releases the credits and marks the message as failed", async () => {
    const step = await openStep();
    const refused = {
      state: "refused",
      reason: "bad_recipient",
      vendorCode: "21211",
      message: "no",
    } as const;
    expect(await step.perform(async () => refused)).toEqual({ ...refused, effectId: step.id });
    await step.segment.commit("running");
    expect(await effectRow(step.id)).toMatchObject({ state: "refused", settled: true });
    expect(await holdOf(step.id)).toEqual({ state: "released", amount: 2 });
    expect(await messageOf(step.id)).toEqual({ status: "failed", error: refused });
  });

  test("[E3] an effect whose answer was lost is in doubt and is not done again", async () => {
    const step = await openStep();
    const lost = new AppError("EFFECT_IN_DOUBT", "no answer");
    await expect(step.perform(async () => Promise.reject(lost))).rejects.toBeInstanceOf(Suspended);
    await step.segment.commit("running");
    expect(await effectRow(step.id)).toMatchObject({ state: "in_doubt", settled: false });
    await expect(step.perform(neverActs)).rejects.toBeInstanceOf(Suspended);
  });

  test("[E3] an effect found under way after a crash is settled by evidence", async () => {
    const step = await crashedWhileSending();
    const found = await step.perform(neverActs, { find: step.accept });
    expect(found).toMatchObject({ state: "accepted", ref: refOf(step.id), effectId: step.id });
    await step.segment.commit("running");
    expect(await effectRow(step.id)).toMatchObject({ state: "accepted", ref: refOf(step.id), attempts: 1 });
  });

  test("[E3] evidence that cannot be had now leaves it in doubt", async () => {
    const step = await crashedWhileSending();
    const find = async () => Promise.reject(new AppError("VENDOR_UNAVAILABLE", "down"));
    await expect(step.perform(neverActs, { find })).rejects.toMatchObject({
      result: { kind: "again", keys: [`effect:${step.id}`] },
    });
  });

  test("[E3] without evidence past the grace it is unresolved, and its credits go back", async () => {
    const step = await crashedWhileSending();
    await admin.query("update effects set sent_at = now() - $2 * interval '1 ms' where id = $1", [
      step.id,
      GRACE_MS,
    ]);
    await step.segment.refreshEffects();
    const unresolved = { state: "unresolved", effectId: step.id };
    expect(await step.perform(neverActs, { find: async () => null })).toEqual(unresolved);
    await step.segment.commit("running");
    expect(await holdOf(step.id)).toEqual({ state: "released", amount: 2 });
    expect(await step.perform(neverActs)).toEqual(unresolved);
  });

  test("[E3] a report that comes while the run gives the effect up wins", async () => {
    const step = await crashedWhileSending();
    await admin.query("update effects set sent_at = now() - interval '1 hour' where id = $1", [step.id]);
    await step.segment.refreshEffects();
    const find = async () => {
      await report(step.id, "delivered");
      return null;
    };
    expect(await step.perform(neverActs, { find })).toMatchObject({ state: "unresolved" });
    await step.segment.commit("succeeded");
    expect(await effectRow(step.id)).toMatchObject({ state: "accepted", status: "delivered" });
    expect(await holdOf(step.id)).toEqual({ state: "captured", amount: 2 });
    expect(await messageOf(step.id)).toMatchObject({ status: "delivered" });
  });

  test("[E4] what the vendor surely did not do is tried again, with one hold", async () => {
    const step = await openStep();
    const down = new AppError("VENDOR_UNAVAILABLE", "down");
    await expect(step.perform(async () => Promise.reject(down))).rejects.toBe(down);
    await step.segment.commit("running");
    expect(await effectRow(step.id)).toMatchObject({ state: "retrying", attempts: 1, settled: false });
    expect(await step.perform(step.accept)).toMatchObject({ state: "accepted" });
    expect(await effectRow(step.id)).toMatchObject({ state: "sending", attempts: 2 });
    await step.segment.commit("succeeded");
    expect(await holdOf(step.id)).toEqual({ state: "captured", amount: 2 });
  });

  test("[E5] the same part of the same step answers from its row, with the latest status", async () => {
    const step = await openStep();
    await step.perform(async () => ({ ...(await step.accept()), data: { segments: 1 } }));
    await step.segment.commit("running");
    await report(step.id, "delivered");
    await step.segment.refreshEffects();
    expect(await step.perform(neverActs)).toMatchObject({
      state: "accepted",
      ref: refOf(step.id),
      status: "delivered",
      data: { segments: 1 },
      effectId: step.id,
    });
  });

  test("[E5] a refusal answers again as it did, whatever a late report says", async () => {
    const step = await openStep();
    const refused = { state: "refused", reason: "opted_out", vendorCode: "21610", message: "stop" } as const;
    await step.perform(async () => refused);
    await step.segment.commit("running");
    await report(step.id, "failed");
    await step.segment.refreshEffects();
    expect(await step.perform(neverActs)).toEqual({ ...refused, effectId: step.id });
  });
});

describe("what to do in doubt", () => {
  test("[E8] `resend` sends again after its time, counted as a possible double before it leaves", async () => {
    const step = await crashedWhileSending({ onDoubt: "resend" });
    await makeOld(step.id);
    await step.segment.refreshEffects();
    let seen: unknown = null;
    const act = async () => {
      seen = await effectRow(step.id);
      return step.accept();
    };
    const find = async () => null;
    expect(await step.perform(act, { onDoubt: "resend", find })).toMatchObject({ state: "accepted" });
    expect(seen).toMatchObject({ state: "sending", attempts: 2 });
    expect(await policyOf(step.id)).toEqual({ on_doubt: "resend", resends: 1 });
    await step.segment.commit("succeeded");
    expect(await effectRow(step.id)).toMatchObject({ state: "accepted", attempts: 2 });
    expect(await holdOf(step.id)).toEqual({ state: "captured", amount: 2 });
  });

  test("[E8] evidence that comes first keeps it from being sent again", async () => {
    const step = await crashedWhileSending({ onDoubt: "resend" });
    await makeOld(step.id);
    await step.segment.refreshEffects();
    const find = async () => {
      await report(step.id, "sent");
      return null;
    };
    const found = await step.perform(neverActs, { onDoubt: "resend", find });
    expect(found).toMatchObject({ state: "accepted", status: "sent" });
    expect(await policyOf(step.id)).toEqual({ on_doubt: "resend", resends: 0 });
  });

  test("[E8] it is sent again twice at most, then it is unresolved", async () => {
    const step = await crashedWhileSending({ onDoubt: "resend" });
    const lost = async () => Promise.reject(new AppError("EFFECT_IN_DOUBT", "no answer"));
    for (let resends = 1; resends <= 2; resends++) {
      await makeOld(step.id);
      await step.segment.refreshEffects();
      await expect(step.perform(lost, { onDoubt: "resend" })).rejects.toBeInstanceOf(Suspended);
      await step.segment.commit("running");
      expect(await policyOf(step.id)).toEqual({ on_doubt: "resend", resends });
    }
    await makeOld(step.id);
    await step.segment.refreshEffects();
    expect(await step.perform(neverActs, { onDoubt: "resend" })).toMatchObject({ state: "unresolved" });
  });

  test("[E3] what was looked for, and why it is in doubt, is on record", async () => {
    const step = await crashedWhileSending();
    const find = async () => Promise.reject(new AppError("VENDOR_UNAVAILABLE", "down"));
    for (let times = 0; times < 2; times++) {
      await expect(step.perform(neverActs, { find })).rejects.toBeInstanceOf(Suspended);
      await step.segment.commit("running");
    }
    const { rows: found } = await admin.query("select evidence from effects where id = $1", [step.id]);
    expect(found[0].evidence).toMatchObject({
      lookedBy: "list-api",
      lookups: 2,
      lookupError: "down",
      lookedAt: expect.stringMatching(/^\d{4}-/),
    });
  });

  test("[E10] what an ended run left open is given up after the grace, and what was still to be sent is not sent", async () => {
    const [planned, lost] = [await openStep(), await openStep()];
    const pace = { perSecond: 0.1, burst: 1, units: 1 };
    await lost.perform(lost.accept, { from: "+1over", pace });
    await expect(planned.perform(neverActs, { from: "+1over", pace })).rejects.toBeInstanceOf(Suspended);
    for (const { id, run } of [planned, lost]) {
      await makeOld(id);
      await admin.query(
        "update runs set status = 'failed', ended_at = now(), lease_until = null, lease_owner = null where id = $1",
        [run],
      );
    }
    expect(await giveUpDoubts(db, GRACE_MS, 100)).toBeGreaterThanOrEqual(2);
    expect(await effectRow(planned.id)).toMatchObject({ state: "refused", settled: true });
    expect(await effectRow(lost.id)).toMatchObject({ state: "unresolved", settled: true });
    for (const { id } of [planned, lost]) expect(await holdOf(id)).toEqual({ state: "released", amount: 2 });
  });

  test("[E4] a retry that was settled meanwhile is not sent", async () => {
    const step = await openStep();
    const down = new AppError("VENDOR_UNAVAILABLE", "down");
    await expect(step.perform(async () => Promise.reject(down))).rejects.toBe(down);
    await step.segment.commit("running");
    await report(step.id, "delivered");
    expect(await step.perform(neverActs)).toMatchObject({ state: "accepted", status: "delivered" });
  });
});

describe("a sender's pace", () => {
  const slow = { perSecond: 0.1, burst: 1, units: 1 };

  test("[E9] a slot that is near is waited for; the intent leaves when it has come", async () => {
    const pace = { perSecond: 5, burst: 1, units: 1 };
    const [first, second] = [await openStep(), await openStep()];
    await first.perform(first.accept, { from: "+1near", pace });
    let seen: unknown = null;
    await second.perform(
      async () => {
        seen = await effectRow(second.id);
        return second.accept();
      },
      { from: "+1near", pace },
    );
    expect(seen).toMatchObject({ state: "sending", attempts: 1 });
    const { rows: left } = await admin.query(
      "select extract(epoch from b.sent_at - a.sent_at) * 1000 as ms from effects a, effects b where a.id = $1 and b.id = $2",
      [first.id, second.id],
    );
    expect(Number(left[0].ms)).toBeGreaterThanOrEqual(199);
  });

  test("[E9] for one further away the run sleeps, and a crash loses nothing", async () => {
    const [first, second] = [await openStep(), await openStep()];
    await first.perform(first.accept, { from: "+1far", pace: slow });
    const asleep = await second.perform(neverActs, { from: "+1far", pace: slow }).catch((error) => error);
    expect(asleep).toBeInstanceOf(Suspended);
    const inMs = Date.parse(asleep.result.until) - Date.now();
    expect(inMs).toBeGreaterThan(1_500);
    expect(inMs).toBeLessThan(10_000);
    expect(await effectRow(second.id)).toMatchObject({ state: "planned", attempts: 1 });
    expect(await holdOf(second.id)).toEqual({ state: "open", amount: 2 });

    await expireLease(second.run);
    await claimRun(db, second.run, OWNER, 60_000);
    await admin.query("update effects set leave_at = now() where id = $1", [second.id]);
    const again = await takeStep(second.run);
    expect(await again.perform(again.accept, { from: "+1far", pace: slow })).toMatchObject({
      state: "accepted",
    });
    expect(await effectRow(second.id)).toMatchObject({ state: "sending", attempts: 1 });
  });

  test("[E9] a caller on the line does not wait long: nothing is written, and no slot is taken", async () => {
    const pace = { ...slow, maxWaitMs: 5_000 };
    const [first, second] = [await openStep(), await openStep()];
    await first.perform(first.accept, { from: "+1line", pace });
    const slots = () => admin.query("select next_free_at from sender_pace where sender = '+1line'");
    const before = (await slots()).rows;
    await expect(second.perform(neverActs, { from: "+1line", pace })).rejects.toMatchObject({
      code: "VENDOR_RATE_LIMITED",
      details: { retryAfterMs: expect.any(Number) },
    });
    expect(await effectRow(second.id)).toBeUndefined();
    expect(await holdOf(second.id)).toBeUndefined();
    expect((await slots()).rows).toEqual(before);
  });

  test("[E9] what is still planned when its run ends is not sent, and its credits go back", async () => {
    const [first, second] = [await openStep(), await openStep()];
    await first.perform(first.accept, { from: "+1end", pace: slow });
    await expect(second.perform(neverActs, { from: "+1end", pace: slow })).rejects.toBeInstanceOf(Suspended);
    await second.segment.commit("cancelled");
    expect(await effectRow(second.id)).toMatchObject({ state: "refused", settled: true });
    expect(await holdOf(second.id)).toEqual({ state: "released", amount: 2 });
    expect(await messageOf(second.id)).toMatchObject({ status: "failed" });
  });
});

const STATUSES = Object.keys(DELIVERY_RANK) as DeliveryStatus[];

/** What may happen to an effect after its intent: a report of the vendor, or what its run says. */
type Happening = { readonly report: DeliveryStatus } | { readonly says: EffectState };
const happenings = fc.array(
  fc.oneof(
    fc.record({ report: fc.constantFrom(...STATUSES) }),
    fc.record({
      says: fc.constantFrom<EffectState>("accepted", "refused", "retrying", "in_doubt", "unresolved"),
    }),
  ),
  { minLength: 1, maxLength: 7 },
);

interface Model {
  readonly state: EffectState;
  readonly status: DeliveryStatus | null;
}

function modelAfter(model: Model, happening: Happening): Model {
  const { state, status } = model;
  if ("says" in happening) {
    const next = happening.says;
    if (!mayFollow(state, next)) return model;
    return { state: next, status: next === "accepted" ? (status ?? "queued") : status };
  }
  const { report } = happening;
  if (status !== null) return { state: "accepted", status: laterStatus(status, report) };
  return state === "refused" && report === "failed" ? model : { state: "accepted", status: report };
}

function messageStatusOf({ state, status }: Model): string {
  if (state === "accepted") return status ?? "queued";
  return state === "refused" ? "failed" : state === "unresolved" ? "unknown" : "queued";
}

describe("[E6] effect, message and money", () => {
  test("agree with the model after whatever happens, in any order", async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (list) => {
        const run = nextRun();
        const id = `eff_${run}`;
        const intents = [messageIntent(id, { message: { id: `msg_${run}` }, meter: "sms", amount: 1 })];
        await commitRun(db, newRunItem(of, run, { intents }));
        let model: Model = { state: "sending", status: null };
        let seq = 1;
        for (const happening of list) {
          if ("report" in happening) await report(id, happening.report);
          else {
            const outcomes = [outcomeOf(id, happening.says)];
            await commitRun(db, commitItem(of, run, { seq, outcomes }));
            seq += 1;
          }
          model = modelAfter(model, happening);
          expect(await effectRow(id)).toMatchObject(model);
          expect(await messageOf(id)).toMatchObject({ status: messageStatusOf(model) });
        }
        await commitRun(db, commitItem(of, run, { seq, status: "succeeded" }));
        const ended = model.state === "retrying" ? "refused" : model.state;
        const spent = await spentOn(id);
        expect(spent).toBe(ended === "accepted" && isPaid(list, model) ? 1 : 0);
      }),
      { numRuns: 80, seed: 5 },
    );
  });
});

describe("engine_effect_status", () => {
  test("moves only upward, as the core says, in any order and however often", async () => {
    const reports = fc.array(fc.constantFrom(...STATUSES), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(reports, async (statuses) => {
        const id = await acceptedEffect();
        let expected: DeliveryStatus = "queued";
        for (const status of statuses) {
          const later = laterStatus(expected, status);
          expect(await report(id, status)).toMatchObject({ ok: true, changed: later !== expected });
          expected = later;
        }
        expect(await effectRow(id)).toMatchObject({ state: "accepted", status: expected });
        expect(await messageOf(id)).toMatchObject({ status: expected });
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  test.each<[string, DeliveryStatus, DeliveryStatus]>([
    ["a report that comes twice", "delivered", "delivered"],
    ["a report out of order", "delivered", "sent"],
    ["a failure after it was delivered", "delivered", "failed"],
    ["a failure after it was read", "read", "failed"],
    ["a delivery after it failed", "failed", "delivered"],
  ])("%s changes no row", async (_title, first, second) => {
    const id = await acceptedEffect();
    expect(await report(id, first)).toMatchObject({
      changed: true,
      effectId: id,
      tenant: of.tenant,
    });
    const before = await rows(id);
    expect(await report(id, second)).toMatchObject({ ok: true, changed: false, tenant: of.tenant });
    expect(await rows(id)).toEqual(before);
  });

  test("[D10] brings along the run that sleeps on the effect, unless that knows the status itself", async () => {
    const id = await acceptedEffect();
    const run = id.replace("eff_", "");
    await commitRun(db, sleepOn(run, id, 0));
    expect(await report(id, "queued")).toMatchObject({ changed: false });
    expect(await report(id, "queued")).not.toHaveProperty("run");
    expect(await report(id, "sent")).toMatchObject({ changed: true, run: { id: run, status: "waiting" } });
    // Whoever stored it was gone before the run was told: the vendor says it again.
    expect(await report(id, "sent")).toMatchObject({ changed: false, run: { id: run } });
    await commitRun(db, commitItem(of, run, { expect: "waiting", epoch: 1, seq: 3 }));
    expect(await report(id, "delivered")).not.toHaveProperty("run");
  });

  test("[D10] that came while the run was awake is found by the commit that puts it to sleep", async () => {
    const id = await acceptedEffect();
    const run = id.replace("eff_", "");
    expect(await report(id, "sent")).not.toHaveProperty("run");
    expect(await commitRun(db, sleepOn(run, id, 0))).toMatchObject({ ok: true, moved: expect.any(Array) });
    const knowing = { ...sleepOn(run, id, 1), expect: "waiting", seq: 3 } as const;
    expect(await commitRun(db, knowing)).not.toHaveProperty("moved");
  });

  test("is one of many in one call, each told what it would be told alone", async () => {
    const [one, two, three] = [await acceptedEffect(), await acceptedEffect(), await acceptedEffect()];
    const of = (id: string, status: DeliveryStatus) =>
      ({ effectId: id, ref: refOf(id), status, failure: null }) as const;
    const results = await reportStatuses(db, [
      of(two, "delivered"),
      of("eff_nobody", "sent"),
      { ...of(one, "sent"), effectId: null },
      of(three, "queued"),
    ]);
    expect(results).toMatchObject([
      { ok: true, changed: true, effectId: two },
      { ok: false, reason: "unknown" },
      { ok: true, changed: true, effectId: one },
      { ok: true, changed: false, effectId: three },
    ]);
    const statuses = await Promise.all([one, two, three].map(messageOf));
    expect(statuses).toMatchObject([{ status: "sent" }, { status: "delivered" }, { status: "queued" }]);
  });

  test("that comes before the vendor's answer settles the effect; the answer adds only what it lacks", async () => {
    const step = await openStep();
    const outcome = await step.perform(async () => {
      await report(step.id, "delivered");
      return { ...(await step.accept()), data: { segments: 1 } };
    });
    expect(outcome.state).toBe("accepted");
    await step.segment.commit("running");
    expect(await effectRow(step.id)).toMatchObject({
      state: "accepted",
      status: "delivered",
      ref: refOf(step.id),
    });
    expect(await messageOf(step.id)).toMatchObject({ status: "delivered" });
    await step.segment.refreshEffects();
    expect(await step.perform(neverActs)).toMatchObject({ status: "delivered", data: { segments: 1 } });
  });

  test("keeps why it failed", async () => {
    const id = await acceptedEffect();
    const failure = { reason: "bad_recipient", vendorCode: "30003", message: "unreachable" };
    await reportStatus(db, { effectId: id, ref: refOf(id), status: "failed", failure });
    const { rows: found } = await admin.query(
      "select outcome -> 'failure' as failure from effects where id = $1",
      [id],
    );
    expect(found).toEqual([{ failure }]);
    expect(await messageOf(id)).toEqual({ status: "failed", error: failure });
  });

  test("finds the effect by the vendor's reference where it has no id", async () => {
    const id = await acceptedEffect();
    const found = await reportStatus(db, { effectId: null, ref: refOf(id), status: "sent", failure: null });
    expect(found).toMatchObject({ ok: true, changed: true, effectId: id });
  });

  test("of an effect that is not ours is unknown", async () => {
    const unknown = { ok: false, reason: "unknown" };
    expect(await report("eff_nobody", "sent")).toEqual(unknown);
    const byRef = { effectId: null, ref: "SM_nobody", status: "sent", failure: null } as const;
    expect(await reportStatus(db, byRef)).toEqual(unknown);
  });

  test("at the same time as others ends with the highest", async () => {
    for (let race = 0; race < 20; race++) {
      const id = await acceptedEffect();
      const results = await Promise.all([
        report(id, "sent"),
        report(id, "read"),
        report(id, "delivered"),
        report(id, "read"),
      ]);
      expect(results.filter((result) => result.ok && result.changed).length).toBeGreaterThan(0);
      expect(await effectRow(id)).toMatchObject({ status: "read" });
    }
  });
});

describe("engine_call_status", () => {
  test("follows the call to its end and not beyond", async () => {
    const run = nextRun();
    const call = {
      id: `cal_${run}`,
      provider: "twilio",
      ref: `CA_${run}`,
      from: "+1",
      to: "+2",
      simulated: false,
    };
    await commitRun(db, newRunItem(of, run, { call }));
    const say = (status: string, durationSeconds: number | null = null) =>
      reportCall(db, { provider: "twilio", sid: `CA_${run}`, status, durationSeconds });
    expect(await say("completed", 61)).toMatchObject({
      ok: true,
      changed: true,
      over: true,
      runId: run,
      runOpen: true,
    });
    expect(await say("completed", 61)).toMatchObject({ changed: false });
    expect(await say("in-progress")).toMatchObject({ changed: false });
    const { rows: found } = await admin.query(
      "select status, duration_seconds, ended_at is not null as ended from calls where run_id = $1",
      [run],
    );
    expect(found).toEqual([{ status: "completed", duration_seconds: 61, ended: true }]);
    const foreign = { provider: "other", sid: `CA_${run}`, status: "completed", durationSeconds: null };
    expect(await reportCall(db, foreign)).toEqual({ ok: false, reason: "unknown" });
  });
});

// ------------------------------------------------------------------------------------------------ making and looking

function runtimeOn(database: Database): Runtime {
  const validator = createValidator();
  const registry = createRegistry([], validator.compile);
  const keys = createKeys(randomBytes(32));
  const templates = createTemplates();
  return {
    db: database,
    registry,
    validator,
    keys,
    templates,
    params: createParamsReader({ validator, templates }),
    checkInput: createInputCheck(validator),
    hotRuns: createHotRuns(),
    payloads: { take: () => true, flush: async () => undefined, stop: async () => undefined },
    versions: createVersions(database),
    directory: createDirectory(database),
    modules: [],
    secrets: createSecrets({ db: database, keys, registry, operator: {} }),
    exchanges: createExchanges(database, registry),
    wakes: {
      wake: async () => undefined,
      onWake: async () => undefined,
      isReachable: async () => true,
      stop: async () => undefined,
    },
    localWakes: createLocalWakes(),
    announce: () => undefined,
    commits: createCommits(database),
    reports: createReports(database),
    failpoints: NO_FAILPOINTS,
    clock: SYSTEM_CLOCK,
    fetch: async () => Promise.reject(new TypeError("nothing is fetched here")),
    download: async () => Promise.reject(new TypeError("nothing is fetched here")),
    sandbox: createSandbox(),
    log: createLog("silent"),
    watch: () => undefined,
    settings: {
      owner: OWNER,
      publicUrl: "http://127.0.0.1",
      leaseMs: 60_000,
      maxInFlight: 10,
      answerWithinMs: 1_000,
      doubtGraceMs: GRACE_MS,
      simulatedProviders: [],
      mediaDays: 90,
      listDays: 30,
      stopping: new AbortController().signal,
    },
  };
}

/** A run that stands at its step `menu`, in our hands. */
async function openStep(run = nextRun()) {
  await commitRun(db, newRunItem(of, run));
  return takeStep(run);
}

async function takeStep(run: string) {
  const row = await loadRun(db, run);
  if (!row) throw new Error(`there is no run ${run}`);
  const { state, epoch, seq, effects } = row;
  const { commits, localWakes, failpoints, clock } = runtime;
  const ownership = { db, commits, localWakes, failpoints, clock, owner: OWNER, leaseMs: 60_000 };
  const segment = new Segment({
    ...ownership,
    expect: "leased",
    graph: graphOf(FLOW),
    run: identityOf(row),
    state,
    epoch,
    seq,
    effects,
  });
  const step = { stepKey: `${run}:menu:1`, signal: new AbortController().signal };
  const id = effectId(step.stepKey, "send");
  const message = { id: `msg_${run}` };
  const intent: Intent = {
    kind: "message",
    provider: "twilio",
    channel: "sms",
    from: "+573000000001",
    to: "+573000000002",
    body: "hola",
    charge: { meter: "sms", amount: 2 },
    message,
  };
  const perform = (act: () => Promise<EffectOutcome>, changes: Partial<Intent> = {}) =>
    performOnce(runtime, segment, step, "send", { ...intent, ...changes }, act);
  const accept = async () => ({ state: "accepted", ref: refOf(id), status: "queued" }) as const;
  return { run, segment, id, perform, accept };
}

/** The first process dies after the intent was committed; this one takes the run over. */
async function crashedWhileSending(changes: Partial<Intent> = {}) {
  const dead = await openStep();
  await dead.perform(dead.accept, changes);
  await expireLease(dead.run);
  expect(await claimRun(db, dead.run, OWNER, 60_000)).toBe(true);
  expect(await effectRow(dead.id)).toMatchObject({ state: "in_doubt" });
  return takeStep(dead.run);
}

async function acceptedEffect(): Promise<string> {
  const run = nextRun();
  const id = `eff_${run}`;
  const ref = refOf(id);
  const intents = [messageIntent(id, { message: { id: `msg_${run}` } })];
  await commitRun(db, newRunItem(of, run, { intents }));
  const outcome = {
    id,
    state: "accepted",
    ref,
    status: "queued",
    rank: 0,
    outcome: { state: "accepted", ref, status: "queued" },
  } as const;
  await commitRun(db, commitItem(of, run, { seq: 1, outcomes: [outcome] }));
  return id;
}

/** The run goes to sleep on its effect, of which it has seen a status of this rank. */
function sleepOn(run: string, id: string, rank: number) {
  const keys = [`effect:${id}`];
  const wait = {
    nodeId: "menu",
    keys,
    until: STATE.segmentAt,
    again: true,
    events: {},
    timeoutPort: "",
  } as const;
  return sleepItem(of, run, 2, keys, { state: { ...STATE, wait }, seen: { [id]: rank } });
}

function nextRun(): string {
  count += 1;
  return `run_e${count}`;
}

/** What the vendor calls it. */
function refOf(id: string): string {
  return `SM_${id}`;
}

async function neverActs(): Promise<never> {
  throw new TypeError("it must not be done again");
}

function report(id: string, status: DeliveryStatus) {
  const failure = status === "failed" ? { reason: "other", vendorCode: "1", message: "failed" } : null;
  return reportStatus(db, { effectId: id, ref: refOf(id), status, failure });
}

async function expireLease(run: string): Promise<void> {
  await admin.query("update runs set lease_until = now() - interval '1 ms' where id = $1", [run]);
}

async function makeOld(id: string): Promise<void> {
  await admin.query("update effects set sent_at = now() - interval '1 hour' where id = $1", [id]);
}

async function policyOf(id: string) {
  return (await admin.query("select on_doubt, resends from effects where id = $1", [id])).rows[0];
}

function outcomeOf(id: string, state: EffectState) {
  if (state !== "accepted") return { id, state };
  const ref = refOf(id);
  return { id, state, ref, status: "queued", rank: 0, outcome: { state, ref } } as const;
}

async function spentOn(id: string): Promise<number> {
  const sql = "select coalesce(-sum(amount), 0)::integer as spent from credit_entries where ref = $1";
  return (await admin.query(sql, [id])).rows[0].spent;
}

/** What was reported as failed before it was settled for money is not charged. */
function isPaid(list: readonly Happening[], model: Model): boolean {
  if (model.status !== "failed") return true;
  // Given up and released, then known to have been taken: charged at once, and a later failure gives nothing back.
  let before: Model = { state: "sending", status: null };
  for (const happening of list) {
    const after = modelAfter(before, happening);
    const released = before.state === "refused" || before.state === "unresolved";
    if (released && after.state === "accepted" && after.status !== "failed") return true;
    before = after;
  }
  return false;
}

async function effectRow(id: string) {
  const sql =
    "select state, ref, status, attempts, settled_at is not null as settled from effects where id = $1";
  return (await admin.query(sql, [id])).rows[0];
}

async function holdOf(id: string) {
  return (await admin.query("select state, amount from credit_holds where id = $1", [id])).rows[0];
}

async function messageOf(id: string) {
  return (await admin.query("select status, error from messages where effect_id = $1", [id])).rows[0];
}

async function rows(id: string) {
  const effects = await admin.query("select * from effects where id = $1", [id]);
  const messages = await admin.query("select * from messages where effect_id = $1", [id]);
  return [effects.rows, messages.rows];
}
