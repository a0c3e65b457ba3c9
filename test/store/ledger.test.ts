import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { giveUpDoubts } from "../../engine/store/effects.ts";
import type { CommitItem, CommitResult } from "../../engine/store/runs.ts";
import { commitItem, commitRun, messageIntent, newRunItem, reportStatus } from "../support/commit-item.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";

const METERS = ["sms", "voice", "ai"] as const;
type Meter = (typeof METERS)[number];
const PLANS = {
  pln_small: { sms: 50, voice: 10 },
  pln_large: { sms: 200, voice: 60 },
  pln_open: { sms: null, voice: null },
  pln_none: { sms: 0, voice: 0 },
} as const;
type Plan = keyof typeof PLANS;

let database: TestDatabase;
let db: Database;
let admin: pg.Client;
let count = 0;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection, enginePool: 20, apiPool: 1 });
  admin = await openAdmin(database.connection);
});

afterAll(async () => {
  await Promise.all([db.close(), admin.end()]);
  await database.drop();
});

// ------------------------------------------------------------------------------------------------ the reference model

type EffectState = "sending" | "accepted" | "refused" | "retrying" | "in_doubt" | "unresolved";

interface Hold {
  readonly run: string;
  readonly meter: Meter;
  readonly amount: number;
  readonly kind: string;
  effect: EffectState;
  state: "open" | "captured" | "released";
  captured: number | null;
  topUp: boolean;
}

/** The ledger in plain words: what each call means for balances and holds. */
class Model {
  readonly accounts = new Map<string, { balance: number | null; held: number }>();
  readonly holds = new Map<string, Hold>();
  readonly charges = new Set<string>();
  #plan: Plan | null = null;

  #account(meter: string) {
    const account = this.accounts.get(meter) ?? { balance: 0, held: 0 };
    this.accounts.set(meter, account);
    return account;
  }

  left(meter: string): number {
    const { balance, held } = this.#account(meter);
    return balance === null ? Number.POSITIVE_INFINITY : balance - held;
  }

  #spend(meter: string, amount: number): void {
    const account = this.#account(meter);
    if (account.balance !== null) account.balance -= amount;
  }

  hold(id: string, hold: Pick<Hold, "run" | "meter" | "amount" | "kind">): boolean {
    if (this.left(hold.meter) < hold.amount) return false;
    this.#account(hold.meter).held += hold.amount;
    this.holds.set(id, { ...hold, effect: "sending", state: "open", captured: null, topUp: false });
    return true;
  }

  capture(id: string, amount: number | null): void {
    const hold = this.holds.get(id);
    if (!hold || hold.state === "released") return;
    if (hold.state === "captured") {
      this.#topUp(hold, amount ?? 0);
      return;
    }
    const used = Math.min(amount ?? hold.amount, this.left(hold.meter) + hold.amount);
    this.#account(hold.meter).held -= hold.amount;
    this.#spend(hold.meter, used);
    hold.state = "captured";
    hold.captured = used;
  }

  /** Real use that turns out larger than what was captured is charged once. */
  #topUp(hold: Hold, amount: number): void {
    const more = Math.min(amount - (hold.captured ?? 0), this.left(hold.meter));
    if (more <= 0 || hold.topUp) return;
    this.#spend(hold.meter, more);
    hold.topUp = true;
  }

  release(id: string): void {
    const hold = this.holds.get(id);
    if (hold?.state !== "open") return;
    this.#account(hold.meter).held -= hold.amount;
    hold.state = "released";
  }

  charge(meter: Meter, amount: number, ref: string): boolean {
    if (this.charges.has(`${meter} ${ref}`)) return true;
    if (!this.accounts.has(meter) || this.left(meter) < amount) return false;
    this.#spend(meter, amount);
    this.charges.add(`${meter} ${ref}`);
    return true;
  }

  outcome(id: string, state: EffectState): void {
    const hold = this.holds.get(id);
    if (!hold || hold.effect === "accepted") return;
    hold.effect = state;
    if (state === "refused" || state === "unresolved") this.release(id);
  }

  /** What the vendor took is captured, what it refused released; what is in doubt stays held. */
  settle(run: string, over: boolean): void {
    for (const [id, hold] of this.holds) {
      if (hold.run !== run || hold.state !== "open") continue;
      if (hold.effect === "accepted" && (over || hold.kind !== "dial")) this.capture(id, null);
      if (hold.effect === "retrying" && over) this.release(id);
    }
  }

  /** The vendor says that it has it. What was given up, or outlived its run, is paid for now. */
  report(id: string, current: string): void {
    const hold = this.holds.get(id);
    if (!hold || hold.effect === "accepted" || hold.effect === "refused") return;
    hold.effect = "accepted";
    if (hold.state === "released") this.charge(hold.meter, hold.amount, id);
    else if (hold.run !== current) this.capture(id, null);
  }

  /** Nobody looks for the effects of a run that is over: in the end they count as not done. */
  giveUp(current: string): void {
    for (const [id, hold] of this.holds) {
      const open = hold.effect === "sending" || hold.effect === "in_doubt";
      if (open && hold.run !== current) this.outcome(id, "unresolved");
    }
  }

  plan(plan: Plan): void {
    if (plan === this.#plan) return;
    this.#plan = plan;
    for (const [meter, monthly] of Object.entries(PLANS[plan])) {
      const account = this.#account(meter);
      account.balance = monthly === null ? null : Math.max(monthly, account.balance ?? account.held);
    }
  }
}

// ------------------------------------------------------------------------------------------------ what may be called

type Op =
  | {
      readonly op: "intent";
      readonly meter: Meter;
      readonly amount: number;
      readonly kind: "message" | "dial";
    }
  | { readonly op: "outcome"; readonly effect: number; readonly state: EffectState }
  | { readonly op: "usage"; readonly effect: number; readonly amount: number }
  | { readonly op: "capture"; readonly effect: number; readonly amount: number | null }
  | { readonly op: "release"; readonly effect: number }
  | { readonly op: "charge"; readonly meter: Meter; readonly amount: number; readonly step: number }
  | { readonly op: "settle"; readonly step: number }
  | { readonly op: "deduct"; readonly amount: number }
  | { readonly op: "plan"; readonly plan: Plan }
  | { readonly op: "report"; readonly effect: number }
  | { readonly op: "give-up" }
  | { readonly op: "end" }
  | { readonly op: "again" };

function anOp(): fc.Arbitrary<Op> {
  const effect = fc.nat(5);
  const meter = fc.constantFrom(...METERS);
  const amount = fc.integer({ min: 1, max: 40 });
  const state = fc.constantFrom<EffectState>(
    "accepted",
    "accepted",
    "refused",
    "retrying",
    "in_doubt",
    "unresolved",
  );
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant("intent" as const),
        meter,
        amount,
        kind: fc.constantFrom("message" as const, "dial" as const),
      }),
    },
    { weight: 3, arbitrary: fc.record({ op: fc.constant("outcome" as const), effect, state }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant("usage" as const), effect, amount }) },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant("capture" as const), effect, amount: fc.option(amount) }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant("release" as const), effect }) },
    {
      weight: 2,
      arbitrary: fc.record({ op: fc.constant("charge" as const), meter, amount, step: fc.nat(3) }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant("settle" as const), step: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant("deduct" as const), amount }) },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant("plan" as const),
        plan: fc.constantFrom<Plan>("pln_small", "pln_large", "pln_open", "pln_none"),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ op: "end" as const }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant("report" as const), effect }) },
    { weight: 1, arbitrary: fc.constant({ op: "give-up" as const }) },
    { weight: 3, arbitrary: fc.constant({ op: "again" as const }) },
  );
}

/** Does the same to the database and to the model. */
class Ledger {
  readonly model = new Model();
  readonly of: TenantIds;
  #seq = 0;
  #runs = 0;
  #effects: string[] = [];
  #last: Op | null = null;

  constructor(of: TenantIds) {
    this.of = of;
  }

  get #run(): string {
    return `run_${this.of.tenant}_${this.#runs}`;
  }

  async open(): Promise<void> {
    this.#runs += 1;
    this.#seq = 1;
    await commitRun(db, newRunItem(this.of, this.#run));
  }

  async apply(op: Op): Promise<void> {
    if (op.op === "again") return this.#last ? this.#repeat(this.#last) : undefined;
    this.#last = op;
    return this.#do(op);
  }

  /** The same call again. An intent is only repeated for what is to be tried again, which holds nothing more. */
  #repeat(op: Op): Promise<void> {
    return op.op === "intent" ? this.#retry() : this.#do(op);
  }

  async #retry(): Promise<void> {
    const id = this.#effects.at(-1) ?? "";
    if (this.model.holds.get(id)?.effect !== "retrying") return;
    await this.#commit({ intents: [messageIntent(id, { meter: "sms", amount: 1 })] });
    this.model.outcome(id, "sending");
  }

  async #do(op: Op): Promise<void> {
    switch (op.op) {
      case "intent":
        return this.#intent(op);
      case "outcome": {
        const id = this.#effect(op.effect);
        await this.#commit({ outcomes: [{ id, state: op.state }] });
        return this.model.outcome(id, op.state);
      }
      case "usage":
        await this.#commit({ usage: [{ effectId: this.#effect(op.effect), amount: op.amount }] });
        return this.model.capture(this.#effect(op.effect), op.amount);
      case "capture":
        await direct(this.of.tenant, "credit_capture($1, $2, $3, null)", [
          this.#effect(op.effect),
          op.amount,
        ]);
        return this.model.capture(this.#effect(op.effect), op.amount);
      case "release":
        await direct(this.of.tenant, "credit_release($1, $2)", [this.#effect(op.effect)]);
        return this.model.release(this.#effect(op.effect));
      case "charge":
        return this.#charge(op);
      case "settle":
        await this.#commit({ settle: `${this.#run}:settle:${op.step}` });
        return this.model.settle(this.#run, false);
      case "deduct": {
        const ok = await db.call("deduct_comm_credits" as "engine_", [this.of.tenant, "sms", op.amount]);
        expect(ok).toBe(this.model.charge("sms", op.amount, `external ${this.model.charges.size}`));
        return;
      }
      case "plan":
        await subscribe(this.of, op.plan);
        return this.model.plan(op.plan);
      case "report":
        await report(this.#effect(op.effect));
        return this.model.report(this.#effect(op.effect), this.#run);
      case "give-up":
        await giveUpDoubts(db, 0, 1000);
        return this.model.giveUp(this.#run);
      case "end":
        await this.#commit({ status: "succeeded" });
        this.model.settle(this.#run, true);
        return this.open();
      case "again":
        return;
    }
  }

  async #intent({ meter, amount, kind }: Extract<Op, { op: "intent" }>): Promise<void> {
    const id = `eff_${this.of.tenant}_${this.#effects.length}`;
    const result = await this.#commit({ intents: [messageIntent(id, { kind, meter, amount })] });
    const ok = this.model.hold(id, { run: this.#run, meter, amount, kind });
    expect(result.refused).toEqual(ok ? [] : [id]);
    if (ok) this.#effects.push(id);
  }

  async #charge({ meter, amount, step }: Extract<Op, { op: "charge" }>): Promise<void> {
    const stepKey = `${this.#run}:charge:${step}`;
    const result = await this.#commit({ charge: { stepKey, meter, amount } });
    expect(result.charged).toBe(this.model.charge(meter, amount, stepKey));
  }

  /** One of the latest six. */
  #effect(index: number): string {
    return this.#effects.at(-1 - index) ?? "eff_none";
  }

  async #commit(changes: Partial<CommitItem>): Promise<Extract<CommitResult, { ok: true }>> {
    const result = await commitRun(db, commitItem(this.of, this.#run, { seq: this.#seq, ...changes }));
    if (!result.ok) throw new Error(`the commit was lost: ${result.reason}`);
    this.#seq = result.seq;
    return result;
  }
}

// ------------------------------------------------------------------------------------------------ the tests

describe("the ledger", () => {
  test("does what the reference model does, call for call, and keeps its invariants", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anOp(), { minLength: 5, maxLength: 30 }), async (ops) => {
        const of = await newTenant();
        const ledger = new Ledger(of);
        await subscribe(of, "pln_small");
        ledger.model.plan("pln_small");
        await unlimited(of, "ai");
        ledger.model.accounts.set("ai", { balance: null, held: 0 });
        await ledger.open();
        for (const op of ops) {
          await ledger.apply(op);
          await compare(ledger);
        }
      }),
      { numRuns: 30, seed: 11 },
    );
  });

  test("answers a settlement again as it did the first time", async () => {
    const { of, commit } = await openRun("pln_small");
    await commit({ intents: [messageIntent(`eff_${of.tenant}`, { meter: "sms", amount: 3 })] });
    await commit({ outcomes: [{ id: `eff_${of.tenant}`, state: "accepted" }] });
    const first = await commit({ settle: "step" });
    expect(first.settlement).toEqual({
      charged: { sms: 3 },
      remaining: { sms: 47, voice: 10, whatsapp: 20, lookup: null, verify: null },
    });
    expect((await commit({ settle: "step" })).settlement).toEqual(first.settlement);
  });

  test("captures an effect once, whatever comes again", async () => {
    const { of, commit } = await openRun("pln_small");
    const id = `eff_${of.tenant}`;
    await commit({ intents: [messageIntent(id, { kind: "dial", meter: "voice", amount: 1 })] });
    await commit({ outcomes: [{ id, state: "accepted" }] });
    const usage = [{ effectId: id, amount: 4 }];
    for (let again = 0; again < 3; again++) await commit({ usage, settle: "step" });
    await commit({ status: "succeeded", usage });
    expect(await accountOf(of, "voice")).toEqual({ balance: 6, held: 0 });
    expect(await entriesOf(of, "voice")).toEqual([
      { kind: "grant", amount: 10 },
      { kind: "capture", amount: -4 },
    ]);
  });

  test("charges minutes beyond what a dial held, and no balance goes below zero", async () => {
    const { of, commit } = await openRun("pln_small");
    const id = `eff_${of.tenant}`;
    await commit({ intents: [messageIntent(id, { kind: "dial", meter: "voice", amount: 1 })] });
    await commit({ outcomes: [{ id, state: "accepted" }], status: "succeeded" });
    expect(await accountOf(of, "voice")).toEqual({ balance: 9, held: 0 });
    await direct(of.tenant, "credit_capture($1, $2, $3, null)", [id, 90]);
    await direct(of.tenant, "credit_capture($1, $2, $3, null)", [id, 90]);
    expect(await accountOf(of, "voice")).toEqual({ balance: 0, held: 0 });
  });

  test("gives back at the end what was still to be tried again, and keeps holding what is in doubt", async () => {
    const { of, commit } = await endedWith("retrying", "in_doubt");
    expect(await accountOf(of, "sms")).toEqual({ balance: 50, held: 1 });
    await expect(commit({})).rejects.toThrow(/fence/);
  });

  test("takes what was in doubt when evidence comes after the run", async () => {
    const { of, ids } = await endedWith("in_doubt");
    await report(ids[0] ?? "");
    expect(await accountOf(of, "sms")).toEqual({ balance: 49, held: 0 });
    await report(ids[0] ?? "");
    expect(await accountOf(of, "sms")).toEqual({ balance: 49, held: 0 });
  });

  test("gives back what nobody has evidence of after the grace, and takes it when evidence comes even later", async () => {
    const { of, ids } = await endedWith("in_doubt", "in_doubt");
    await giveUpDoubts(db, 3_600_000, 1000);
    expect(await accountOf(of, "sms")).toEqual({ balance: 50, held: 2 });
    await giveUpDoubts(db, 0, 1000);
    expect(await accountOf(of, "sms")).toEqual({ balance: 50, held: 0 });
    await report(ids[0] ?? "");
    expect(await accountOf(of, "sms")).toEqual({ balance: 49, held: 0 });
    expect(await brokenInvariants(of)).toEqual([]);
  });

  test("keeps the credits of an effect whose acceptance is known when the run gives it up", async () => {
    const { of, commit } = await openRun("pln_small");
    const id = `eff_${of.tenant}`;
    await commit({
      intents: [messageIntent(id, { meter: "sms", amount: 1, message: { id: `msg_${of.tenant}` } })],
    });
    await report(id);
    await commit({ outcomes: [{ id, state: "unresolved", outcome: { state: "unresolved" } }] });
    expect(await accountOf(of, "sms")).toEqual({ balance: 50, held: 1 });
    const message = await admin.query("select status, status_rank from messages where effect_id = $1", [id]);
    expect(message.rows).toEqual([{ status: "sent", status_rank: 1 }]);
    await commit({ status: "succeeded" });
    expect(await accountOf(of, "sms")).toEqual({ balance: 49, held: 0 });
  });
});

describe("at the same time", () => {
  test("20 holds on a balance of 10 give exactly 10", async () => {
    const of = await newTenant();
    await grant(of, "sms", 10);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const id = `eff_${of.tenant}_${index}`;
        const intents = [messageIntent(id, { meter: "sms", amount: 1 })];
        return commitRun(db, newRunItem(of, `run_${of.tenant}_${index}`, { intents }));
      }),
    );
    expect(results.filter((result) => result.ok && result.refused.length === 0)).toHaveLength(10);
    expect(results.filter((result) => result.ok && result.refused.length === 1)).toHaveLength(10);
    expect(await accountOf(of, "sms")).toEqual({ balance: 10, held: 10 });
    const { rows } = await admin.query("select 1 from effects where tenant_id = $1", [of.tenant]);
    expect(rows).toHaveLength(10);
  });

  test("20 deductions from a balance of 10 give exactly 10", async () => {
    const of = await newTenant();
    await grant(of, "sms", 10);
    const results = await Promise.all(Array.from({ length: 20 }, () => deduct(of.tenant, "sms", 1)));
    expect(results.filter(Boolean)).toHaveLength(10);
    expect(await accountOf(of, "sms")).toEqual({ balance: 0, held: 0 });
  });

  test("runs that use two meters in opposite order do not block each other for good", async () => {
    const of = await newTenant();
    await grant(of, "sms", 1000);
    await grant(of, "voice", 1000);
    await Promise.all(Array.from({ length: 8 }, (_, index) => crossing(of, index)));
    expect(await accountOf(of, "sms")).toEqual({ balance: 1000 - 8 * 10, held: 0 });
    expect(await accountOf(of, "voice")).toEqual({ balance: 1000 - 8 * 10, held: 0 });
  });

  test("a call's minutes and the end of its run do not block each other for good", async () => {
    const of = await newTenant();
    await grant(of, "voice", 1000);
    for (let index = 0; index < 25; index++) {
      const run = `run_${of.tenant}_${index}`;
      const id = `eff_${of.tenant}_${index}`;
      const intents = [messageIntent(id, { kind: "dial", meter: "voice", amount: 1 })];
      await commitRun(db, newRunItem(of, run, { intents }));
      const resume = {
        id: `inb_${id}`,
        hash: id,
        source: "t",
        tenant: of.tenant,
        key: id,
        event: {},
        runId: null,
      };
      await Promise.all([
        commitRun(
          db,
          commitItem(of, run, { seq: 1, status: "succeeded", outcomes: [{ id, state: "accepted" }] }),
        ),
        db.call("engine_keep_resume", [{ ...resume, usage: { effectId: id, amount: 3 } }]),
      ]);
    }
    expect(await accountOf(of, "voice")).toEqual({ balance: 1000 - 25 * 3, held: 0 });
  });
});

describe("a report that comes while the run ends", () => {
  test("leaves nothing held, whichever is first", async () => {
    const of = await newTenant();
    await grant(of, "sms", 1000);
    for (let race = 0; race < 60; race++) {
      const run = `run_${of.tenant}_${race}`;
      const id = `eff_${run}`;
      await commitRun(db, newRunItem(of, run, { intents: [messageIntent(id, { meter: "sms", amount: 1 })] }));
      const end = () => commitRun(db, commitItem(of, run, { seq: 1, status: "cancelled" }));
      await Promise.all(race % 2 === 0 ? [end(), report(id)] : [report(id), end()]);
    }
    expect(await accountOf(of, "sms")).toEqual({ balance: 1000 - 60, held: 0 });
  });

  test("and one for each effect that is being given up do not block each other for good", async () => {
    const of = await newTenant();
    await grant(of, "sms", 1000);
    await grant(of, "voice", 1000);
    for (let race = 0; race < 15; race++) {
      const run = `run_${of.tenant}_${race}`;
      const ids = ["sms", "voice", "sms", "voice"].map((meter, place) => ({
        id: `eff_${run}_${place}`,
        meter,
      }));
      const intents = ids.map(({ id, meter }) => messageIntent(id, { meter, amount: 1 }));
      await commitRun(db, newRunItem(of, run, { intents, status: "cancelled" }));
      await Promise.all([
        giveUpDoubts(db, 0, 1000),
        ...ids.map(({ id }) => report(id)).reverse(),
        giveUpDoubts(db, 0, 1000),
        crossing(of, 100 + race, 2),
      ]);
    }
    for (const meter of ["sms", "voice"]) {
      expect(await accountOf(of, meter)).toEqual({ balance: 1000 - 15 * 4, held: 0 });
    }
    expect(await brokenInvariants(of)).toEqual([]);
  });
});

describe("deduct_comm_credits", () => {
  test("takes what is there, and says false where it is not", async () => {
    const of = await newTenant();
    await grant(of, "sms", 3);
    expect(await deduct(of.tenant, "sms", 2)).toBe(true);
    expect(await deduct(of.tenant, "sms", 2)).toBe(false);
    expect(await deduct(of.tenant, "sms", 1)).toBe(true);
    expect(await accountOf(of, "sms")).toEqual({ balance: 0, held: 0 });
  });

  test("does not take what is held", async () => {
    const { of, commit } = await openRun("pln_small");
    await commit({ intents: [messageIntent(`eff_${of.tenant}`, { meter: "sms", amount: 49 })] });
    expect(await deduct(of.tenant, "sms", 2)).toBe(false);
    expect(await deduct(of.tenant, "sms", 1)).toBe(true);
  });

  test("says true for an unlimited account and keeps a record", async () => {
    const of = await newTenant();
    await unlimited(of, "whatsapp");
    expect(await deduct(of.tenant, "whatsapp", 5)).toBe(true);
    expect(await entriesOf(of, "whatsapp")).toEqual([{ kind: "charge", amount: -5 }]);
  });

  test("says false to an unknown channel, no amount, a negative amount and a tenant without an account", async () => {
    const of = await newTenant();
    await grant(of, "sms", 5);
    await grant(of, "lookup", 5);
    const answers = [
      await deduct(of.tenant, "lookup", 1),
      await deduct(of.tenant, "fax", 1),
      await deduct(of.tenant, "sms", 0),
      await deduct(of.tenant, "sms", -5),
      await deduct(of.tenant, "voice", 1),
      await deduct("ten_nobody", "sms", 1),
    ];
    expect(answers).toEqual([false, false, false, false, false, false]);
    expect(await accountOf(of, "sms")).toEqual({ balance: 5, held: 0 });
  });
});

describe("a subscription", () => {
  test("grants the plan's credits when it becomes active, not before", async () => {
    const of = await newTenant();
    await subscribe(of, "pln_small", "past_due");
    expect(await balances(of)).toEqual({});
    await subscribe(of, "pln_small", "active");
    expect(await balances(of)).toEqual({ sms: 50, voice: 10, whatsapp: 20 });
  });

  test("lookups and codes are unlimited where the plan says nothing of them, else as many as it says", async () => {
    const of = await newTenant();
    const codes = async () => {
      const { rows } = await admin.query(
        "select meter, balance from credit_accounts where tenant_id = $1 and meter in ('lookup', 'verify') order by 1",
        [of.tenant],
      );
      return rows.map((row: { balance: number | null }) => row.balance);
    };
    await subscribe(of, "pln_small");
    expect(await codes()).toEqual([null, null]);
    await admin.query(
      "update plans set lookups_monthly = 30, verifications_monthly = 5 where id = 'pln_large'",
    );
    await subscribe(of, "pln_large");
    expect(await codes()).toEqual([30, 5]);
    await admin.query(
      "update plans set lookups_monthly = null, verifications_monthly = null where id = 'pln_large'",
    );
  });

  test("upgraded never leaves less than what remained", async () => {
    const of = await newTenant();
    await subscribe(of, "pln_large");
    await deduct(of.tenant, "sms", 20);
    await subscribe(of, "pln_small");
    expect(await balances(of)).toEqual({ sms: 180, voice: 60, whatsapp: 100 });
    await subscribe(of, "pln_large");
    expect(await balances(of)).toEqual({ sms: 200, voice: 60, whatsapp: 100 });
  });

  test("goes to unlimited and back, and the entries still add up", async () => {
    const of = await newTenant();
    await subscribe(of, "pln_small");
    await subscribe(of, "pln_open");
    expect(await balances(of)).toEqual({ sms: null, voice: null, whatsapp: null });
    expect(await deduct(of.tenant, "sms", 5000)).toBe(true);
    await subscribe(of, "pln_small");
    expect(await balances(of)).toEqual({ sms: 50, voice: 10, whatsapp: 20 });
    expect(await brokenInvariants(of)).toEqual([]);
  });

  test("leaves unlimited with more held than the plan brings: what is held stays covered", async () => {
    const { of, commit } = await openRun("pln_open");
    await commit({ intents: [messageIntent(`eff_${of.tenant}`, { meter: "sms", amount: 70 })] });
    await subscribe(of, "pln_small");
    expect(await accountOf(of, "sms")).toEqual({ balance: 70, held: 70 });
  });

  test("changes nothing when it is written again unchanged, even after credits were used", async () => {
    const of = await newTenant();
    await subscribe(of, "pln_small");
    await deduct(of.tenant, "sms", 20);
    const before = await entriesOf(of, "sms");
    for (let again = 0; again < 3; again++) await subscribe(of, "pln_small");
    expect(await entriesOf(of, "sms")).toEqual(before);
    expect(await accountOf(of, "sms")).toEqual({ balance: 30, held: 0 });
  });

  test("fills up again when its period moves on", async () => {
    const of = await newTenant();
    await subscribe(of, "pln_small");
    await deduct(of.tenant, "sms", 20);
    await admin.query(
      "update subscriptions set period_start = period_end, period_end = period_end + interval '1 month' where tenant_id = $1",
      [of.tenant],
    );
    expect(await accountOf(of, "sms")).toEqual({ balance: 50, held: 0 });
    const { rows } = await admin.query(
      `select a.resets_at = s.period_end as right from credit_accounts a join subscriptions s using (tenant_id)
       where tenant_id = $1`,
      [of.tenant],
    );
    // Five meters: three the plan limits, and lookups and codes.
    expect(rows).toEqual(Array.from({ length: 5 }, () => ({ right: true })));
  });
});

// ------------------------------------------------------------------------------------------------ looking and seeding

async function compare(ledger: Ledger): Promise<void> {
  const { of, model } = ledger;
  const { rows } = await admin.query(
    `select meter, balance, held from credit_accounts where tenant_id = $1 and meter not in ('whatsapp', 'lookup', 'verify')`,
    [of.tenant],
  );
  const accounts = new Map(
    rows.map((row: { meter: string; balance: number | null; held: number }) => [
      row.meter,
      { balance: row.balance, held: row.held },
    ]),
  );
  expect(accounts).toEqual(model.accounts);
  const holds = await admin.query(
    "select id, state, captured from credit_holds where tenant_id = $1 order by id",
    [of.tenant],
  );
  const expected = [...model.holds].map(([id, { state, captured }]) => ({ id, state, captured }));
  expect(holds.rows).toEqual(expected.sort((one, other) => (one.id < other.id ? -1 : 1)));
  expect(await brokenInvariants(of)).toEqual([]);
}

/** What must hold after every step, by the meter or effect where it does not. */
async function brokenInvariants(of: TenantIds): Promise<string[]> {
  const { rows } = await admin.query(
    `select 'sum of entries, ' || a.meter as broken from credit_accounts a where tenant_id = $1 and balance is not null
       and balance <> (select coalesce(sum(amount), 0) from credit_entries e where e.tenant_id = $1 and e.meter = a.meter)
     union all
     select 'sum of holds, ' || a.meter from credit_accounts a where tenant_id = $1
       and held <> (select coalesce(sum(amount), 0) from credit_holds h
                    where h.tenant_id = $1 and h.meter = a.meter and h.state = 'open')
     union all
     select 'below what is held, ' || meter from credit_accounts where tenant_id = $1 and balance < held
     union all
     select 'captured twice, ' || ref from credit_entries where tenant_id = $1 and kind = 'capture'
       group by ref having count(*) > 1`,
    [of.tenant],
  );
  return rows.map((row: { broken: string }) => row.broken);
}

async function newTenant(): Promise<TenantIds> {
  count += 1;
  return seedBareTenant(admin, `l${count}`);
}

/** A run that goes on commit by commit. */
async function openRun(plan: Plan) {
  const of = await newTenant();
  await subscribe(of, plan);
  const run = `run_${of.tenant}`;
  let seq = 1;
  await commitRun(db, newRunItem(of, run));
  const commit = async (changes: Partial<CommitItem>) => {
    const result = await commitRun(db, commitItem(of, run, { seq, ...changes }));
    if (!result.ok) throw new Error(`the commit was lost: ${result.reason}`);
    seq = result.seq;
    return result;
  };
  return { of, commit };
}

/** A run that was cancelled with one effect in each of these states. */
async function endedWith(...states: EffectState[]) {
  const { of, commit } = await openRun("pln_small");
  const ids = states.map((_, index) => `eff_${of.tenant}_${index}`);
  await commit({ intents: ids.map((id) => messageIntent(id, { meter: "sms", amount: 1 })) });
  await commit({ outcomes: ids.map((id, index) => ({ id, state: states[index] ?? "sending" })) });
  await commit({ status: "cancelled" });
  return { of, commit, ids };
}

function report(id: string): Promise<unknown> {
  return reportStatus(db, { effectId: id, ref: `SM_${id}`, status: "sent", failure: null });
}

/** Reserves sms and voice in one order, or the other, and ends; so many times. */
async function crossing(of: TenantIds, index: number, turns = 10): Promise<void> {
  const meters = index % 2 === 0 ? ["sms", "voice"] : ["voice", "sms"];
  for (let turn = 0; turn < turns; turn++) {
    const run = `run_${of.tenant}_${index}_${turn}`;
    const ids = meters.map((_, place) => `eff_${run}_${place}`);
    const intents = ids.map((id, place) => messageIntent(id, { meter: meters[place] ?? "", amount: 1 }));
    await commitRun(db, newRunItem(of, run, { intents }));
    const outcomes = ids.map((id) => ({ id, state: "accepted" as const }));
    await commitRun(db, commitItem(of, run, { seq: 1, status: "succeeded", outcomes }));
  }
}

async function subscribe(of: TenantIds, plan: Plan, status = "active"): Promise<void> {
  await admin.query(
    `insert into subscriptions (id, tenant_id, plan_id, status) values ($1, $2, $3, $4)
     on conflict (tenant_id) do update set plan_id = excluded.plan_id, status = excluded.status`,
    [of.subscription, of.tenant, plan, status],
  );
}

async function grant(of: TenantIds, meter: string, amount: number): Promise<void> {
  await admin.query("insert into credit_accounts (tenant_id, meter, balance) values ($1, $2, $3)", [
    of.tenant,
    meter,
    amount,
  ]);
  await admin.query(
    "insert into credit_entries (tenant_id, meter, amount, kind, ref) values ($1, $2, $3, 'grant', 'first')",
    [of.tenant, meter, amount],
  );
}

async function unlimited(of: TenantIds, meter: string): Promise<void> {
  await admin.query("insert into credit_accounts (tenant_id, meter, balance) values ($1, $2, null)", [
    of.tenant,
    meter,
  ]);
}

async function deduct(tenantId: string, channel: string, amount: number): Promise<boolean> {
  return db.call("deduct_comm_credits" as "engine_", [tenantId, channel, amount]);
}

/** Calls an inner function as its owner does, for one tenant. */
async function direct(tenantId: string, call: string, args: readonly unknown[]): Promise<void> {
  await admin.query("begin");
  await admin.query("set local role app_owner");
  await admin.query("select set_config('app.tenant_id', $1, true)", [tenantId]);
  await admin.query(`select ${call}`, [tenantId, ...args]);
  await admin.query("commit");
}

async function accountOf(of: TenantIds, meter: string): Promise<{ balance: number | null; held: number }> {
  const { rows } = await admin.query(
    "select balance, held from credit_accounts where tenant_id = $1 and meter = $2",
    [of.tenant, meter],
  );
  return rows[0];
}

async function balances(of: TenantIds): Promise<Record<string, number | null>> {
  const { rows } = await admin.query(
    "select meter, balance from credit_accounts where tenant_id = $1 and meter not in ('lookup', 'verify') order by 1",
    [of.tenant],
  );
  return Object.fromEntries(
    rows.map((row: { meter: string; balance: number | null }) => [row.meter, row.balance]),
  );
}

async function entriesOf(of: TenantIds, meter: string): Promise<{ kind: string; amount: number }[]> {
  const { rows } = await admin.query(
    "select kind, amount from credit_entries where tenant_id = $1 and meter = $2 order by id",
    [of.tenant, meter],
  );
  return rows;
}
