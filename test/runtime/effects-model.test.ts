import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  DELIVERY_RANK,
  type DeliveryStatus,
  type EffectState,
  laterStatus,
} from "../../engine/core/effect-state.ts";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { giveUpDoubts } from "../../engine/store/effects.ts";
import { type CommitItem, type CommitResult, claimRun, loadRun } from "../../engine/store/runs.ts";
import {
  commitItem,
  commitRun,
  leftEvent,
  messageIntent,
  newRunItem,
  reportStatus,
} from "../support/commit-item.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";

/**
 * Effects and their money: random commands against the database and against a model in plain words. `MODEL_RUNS` says how
 * many sequences are played (default 100, some five seconds); a failing one is printed with its seed.
 */
const RUNS = Number(process.env.MODEL_RUNS ?? 100);
const METERS = ["sms", "voice"] as const;
type Meter = (typeof METERS)[number];
const PLANS = {
  pln_small: { sms: 50, voice: 10 },
  pln_large: { sms: 200, voice: 60 },
  pln_none: { sms: 0, voice: 0 },
} as const;
type Plan = keyof typeof PLANS;

let database: TestDatabase;
let db: Database;
let admin: pg.Client;
let tenants = 0;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection, enginePool: 4, apiPool: 1 });
  admin = await openAdmin(database.connection);
});
afterAll(async () => {
  await Promise.all([db.close(), admin.end()]);
  await database.drop();
});

// ------------------------------------------------------------------------------------------------ the reference model

interface Effect {
  readonly run: number;
  readonly kind: "message" | "dial";
  readonly meter: Meter;
  readonly amount: number;
  state: EffectState;
  status: DeliveryStatus | null;
  attempts: number;
  hold: "open" | "captured" | "released";
}

const OPEN: readonly EffectState[] = ["sending", "in_doubt", "retrying"];
// What a run may say of an effect, by where it stands. That the vendor took it is news anywhere.
const MAY_BECOME: Readonly<Partial<Record<EffectState, readonly EffectState[]>>> = {
  sending: ["accepted", "refused", "retrying", "in_doubt", "unresolved"],
  in_doubt: ["accepted", "refused", "in_doubt", "unresolved"],
  retrying: ["accepted", "refused"],
  refused: ["accepted"],
  unresolved: ["accepted"],
};

class Model {
  readonly effects = new Map<string, Effect>();
  readonly balance: Record<Meter, number> = { sms: 0, voice: 0 };
  readonly payments: string[] = [];
  readonly charged = new Set<string>();
  run = 1;

  held(meter: Meter): number {
    return [...this.effects.values()].reduce(
      (sum, effect) => sum + (effect.meter === meter && effect.hold === "open" ? effect.amount : 0),
      0,
    );
  }

  intend(id: string, kind: Effect["kind"], meter: Meter, amount: number): boolean {
    if (this.balance[meter] - this.held(meter) < amount) return false;
    const fresh = { state: "sending", status: null, attempts: 1, hold: "open" } as const;
    this.effects.set(id, { run: this.run, kind, meter, amount, ...fresh });
    return true;
  }

  retry(effect: Effect): void {
    effect.state = "sending";
    effect.attempts += 1;
  }

  /** What the vendor said first stands; of what seemed settled otherwise only its taking it is news, and is paid for then. */
  outcome(id: string, effect: Effect, state: EffectState, status: DeliveryStatus | null): void {
    const { state: before } = effect;
    if (!MAY_BECOME[before]?.includes(state)) return;
    effect.state = state;
    if (status !== null) this.#move(effect, status);
    if (state === "refused" || state === "unresolved" || status === "failed") this.#release(effect);
    else if (state === "accepted" && !OPEN.includes(before)) this.#payLate(id, effect);
  }

  /** A report is evidence; only upward. What it proves late, after the run or after it was given up, is paid for now. */
  report(id: string, effect: Effect, status: DeliveryStatus): boolean {
    if (status === "failed" && effect.state === "refused") return false;
    if (!this.#move(effect, status)) return false;
    const wasTaken = effect.state === "accepted";
    effect.state = "accepted";
    if (status === "failed") this.#release(effect);
    else if (!wasTaken) this.#payLate(id, effect);
    return true;
  }

  #payLate(id: string, effect: Effect): void {
    if (effect.hold === "released") this.charge(effect.meter, effect.amount, id);
    else if (effect.run !== this.run) this.#capture(effect);
  }

  settle(isOver: boolean): void {
    for (const effect of this.effects.values()) {
      if (effect.run !== this.run) continue;
      if (effect.state === "accepted" && (isOver || effect.kind === "message")) this.#capture(effect);
      if (effect.state === "retrying" && isOver) this.#giveUp(effect, "refused");
    }
  }

  charge(meter: Meter, amount: number, ref: string): boolean {
    if (this.charged.has(`${meter} ${ref}`)) return true;
    if (this.balance[meter] - this.held(meter) < amount) return false;
    this.charged.add(`${meter} ${ref}`);
    this.#pay("charge", meter, amount);
    return true;
  }

  /** The process that drove the run is gone. */
  crash(): void {
    for (const effect of this.effects.values())
      if (effect.run === this.run && effect.state === "sending") effect.state = "in_doubt";
  }

  end(): void {
    this.settle(true);
    this.run += 1;
  }

  giveUp(): void {
    for (const effect of this.effects.values())
      if (effect.run !== this.run && OPEN.includes(effect.state))
        this.#giveUp(effect, effect.state === "retrying" ? "refused" : "unresolved");
  }

  #giveUp(effect: Effect, state: EffectState): void {
    effect.state = state;
    this.#release(effect);
  }

  plan(plan: Plan): void {
    for (const meter of METERS) this.balance[meter] = Math.max(PLANS[plan][meter], this.balance[meter]);
  }

  #move(effect: Effect, reported: DeliveryStatus): boolean {
    const next = effect.status === null ? reported : laterStatus(effect.status, reported);
    if (next === effect.status) return false;
    effect.status = next;
    return true;
  }

  #capture(effect: Effect): void {
    if (effect.hold !== "open") return;
    effect.hold = "captured";
    this.#pay("capture", effect.meter, effect.amount);
  }

  #release(effect: Effect): void {
    if (effect.hold === "open") effect.hold = "released";
  }

  #pay(kind: string, meter: Meter, amount: number): void {
    this.balance[meter] -= amount;
    this.payments.push(`${kind} ${meter} ${amount}`);
  }
}

// ------------------------------------------------------------------------------------------------ what may happen

type Answer = "accepted" | "refused" | "retrying" | "in_doubt" | "unresolved";
const STATUSES = Object.keys(DELIVERY_RANK) as DeliveryStatus[];
const COMMANDS = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("intend" as const),
      kind: fc.constantFrom("message" as const, "dial" as const),
      meter: fc.constantFrom(...METERS),
      amount: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      effect: fc.nat(3),
      state: fc.constantFrom<Answer>("accepted", "accepted", "refused", "retrying", "in_doubt", "unresolved"),
      status: fc.constantFrom<DeliveryStatus>("queued", "sent"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("retry" as const), effect: fc.nat(3) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("report" as const),
      effect: fc.nat(5),
      status: fc.constantFrom(...STATUSES),
      times: fc.constantFrom(1, 1, 2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("settle" as const), step: fc.nat(2) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("charge" as const),
      meter: fc.constantFrom(...METERS),
      amount: fc.integer({ min: 1, max: 20 }),
      step: fc.nat(2),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("end" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("give-up" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("plan" as const),
      plan: fc.constantFrom<Plan>("pln_small", "pln_large", "pln_none"),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("crash" as const), straggler: fc.boolean() }) },
);
type Command = typeof COMMANDS extends fc.Arbitrary<infer C> ? C : never;

/** Does the same to the database and to the model. */
class Play {
  readonly model = new Model();
  readonly of: TenantIds;
  #epoch = 1;
  #seq = 1;
  #owner = "owner_1";
  #plan: Plan = "pln_small";

  constructor(of: TenantIds) {
    this.of = of;
  }

  async open(): Promise<void> {
    this.#epoch = 1;
    this.#seq = 1;
    this.#owner = "owner_1";
    await commitRun(db, newRunItem(this.of, this.#run));
  }

  async do(command: Command): Promise<void> {
    switch (command.do) {
      case "intend":
        return this.#intend(command);
      case "answer":
        return this.#answer(command);
      case "retry":
        return this.#retry(command.effect);
      case "report":
        return this.#report(command);
      case "settle":
        await this.#commit({ settle: `${this.#run}:settle:${command.step}` });
        return this.model.settle(false);
      case "charge":
        return this.#charge(command);
      case "end":
        await this.#commit({ status: "succeeded" });
        this.model.end();
        return this.open();
      case "give-up":
        await giveUpDoubts(db, 0, 1000);
        return this.model.giveUp();
      case "plan":
        return this.subscribe(command.plan);
      case "crash":
        return this.#crash(command.straggler);
    }
  }

  async subscribe(plan: Plan, first = false): Promise<void> {
    if (plan === this.#plan && !first) return;
    this.#plan = plan;
    await admin.query(SUBSCRIBE, [this.of.subscription, this.of.tenant, plan]);
    this.model.plan(plan);
  }

  get #run(): string {
    return `run_${this.of.tenant}_${this.model.run}`;
  }

  async #intend({ kind, meter, amount }: Extract<Command, { do: "intend" }>): Promise<void> {
    const id = `eff_${this.of.tenant}_${this.model.effects.size}`;
    const message = { id: id.replace("eff", "msg") };
    const result = await this.#commit({ intents: [messageIntent(id, { kind, meter, amount, message })] });
    expect(result.refused).toEqual(this.model.intend(id, kind, meter, amount) ? [] : [id]);
  }

  /** Of an effect of this run whose end is not known, or that a report has ended just before. */
  async #answer({ effect: place, state, status }: Extract<Command, { do: "answer" }>): Promise<void> {
    const [id, effect] = this.#effect(
      place,
      ({ run, state }) => run === this.model.run && state !== "refused" && state !== "unresolved",
    );
    if (!effect) return;
    const told = state === "accepted" ? { ref: `SM_${id}`, status, rank: DELIVERY_RANK[status] } : {};
    await this.#commit({ outcomes: [{ id, state, ...told }] });
    this.model.outcome(id, effect, state, state === "accepted" ? status : null);
  }

  async #retry(place: number): Promise<void> {
    const [id, effect] = this.#effect(
      place,
      ({ run, state }) => run === this.model.run && state === "retrying",
    );
    if (!effect) return;
    const { meter, amount } = effect;
    await this.#commit({ intents: [messageIntent(id, { meter, amount })] });
    this.model.retry(effect);
  }

  async #report({ effect: place, status, times }: Extract<Command, { do: "report" }>): Promise<void> {
    const [id, effect] = this.#effect(place, () => true);
    if (!effect) return;
    const failure = status === "failed" ? { reason: "other" } : null;
    for (let time = 0; time < times; time++) {
      const result = await reportStatus(db, { effectId: id, ref: `SM_${id}`, status, failure });
      expect(result).toMatchObject({ ok: true, changed: this.model.report(id, effect, status) });
    }
  }

  async #charge({ meter, amount, step }: Extract<Command, { do: "charge" }>): Promise<void> {
    const stepKey = `${this.#run}:charge:${step}`;
    const result = await this.#commit({ charge: { stepKey, meter, amount } });
    expect(result.charged).toBe(this.model.charge(meter, amount, stepKey));
  }

  /** Another process takes the run; the first may not know yet that it is dead, and tries to write once more. */
  async #crash(straggler: boolean): Promise<void> {
    await admin.query(EXPIRE, [this.#run]);
    const [owner, epoch] = [this.#owner, this.#epoch];
    this.#owner = `owner_${epoch + 1}`;
    this.#epoch += 1;
    expect(await claimRun(db, this.#run, this.#owner, 60_000)).toBe(true);
    this.model.crash();
    if (!straggler) return;
    const outcomes = [...this.model.effects.keys()].map((id) => ({ id, state: "refused" as const }));
    const late = commitItem(this.of, this.#run, { seq: this.#seq, epoch, owner, status: "failed", outcomes });
    expect(await commitRun(db, late)).toEqual({ ok: false, reason: "fence" });
  }

  #effect(place: number, fits: (effect: Effect) => boolean): readonly [string, Effect | undefined] {
    const [id = "", effect] =
      [...this.model.effects].filter(([, effect]) => fits(effect)).at(-1 - place) ?? [];
    return [id, effect];
  }

  async #commit(changes: Partial<CommitItem>): Promise<Extract<CommitResult, { ok: true }>> {
    const at = { seq: this.#seq, epoch: this.#epoch, owner: this.#owner };
    const result = await commitRun(db, commitItem(this.of, this.#run, { ...at, ...changes }));
    if (!result.ok) throw new Error(`the commit was lost: ${result.reason}`);
    this.#seq = result.seq;
    return result;
  }
}

const SUBSCRIBE = `insert into subscriptions (id, tenant_id, plan_id, status) values ($1, $2, $3, 'active')
  on conflict (tenant_id) do update set plan_id = excluded.plan_id`;
const EXPIRE = "update runs set lease_until = now() - interval '1 ms' where id = $1";

// ------------------------------------------------------------------------------------------------ the tests

describe("[E3, E4, E6, C1, C2, C3, C4, C5, C6] effects and their money", () => {
  test("are what the model says after every command", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(COMMANDS, { minLength: 5, maxLength: 30 }), async (commands) => {
        tenants += 1;
        const play = new Play(await seedBareTenant(admin, `m${tenants}`));
        await play.subscribe("pln_small", true);
        await play.open();
        for (const command of commands) {
          await play.do(command);
          await compare(play);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

async function compare({ of, model }: Play): Promise<void> {
  const { rows } = await admin.query<{ found: unknown }>({ name: "found", text: FOUND, values: [of.tenant] });
  const effects = [...model.effects].map(([id, { state, status, attempts, hold }]) => ({
    id,
    state,
    status,
    attempts,
    hold,
  }));
  expect(rows[0]?.found).toEqual({
    effects: effects.sort((one, other) => (one.id < other.id ? -1 : 1)),
    accounts: METERS.map((meter) => ({ meter, balance: model.balance[meter], held: model.held(meter) })),
    payments: model.payments.toSorted(),
    broken: [],
  });
}

const FOUND = `select jsonb_build_object(
  'effects', coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'state', e.state, 'status', e.status,
      'attempts', e.attempts, 'hold', h.state) order by e.id collate "C")
    from effects e left join credit_holds h on h.tenant_id = e.tenant_id and h.id = e.id where e.tenant_id = $1), '[]'),
  'accounts', (select jsonb_agg(jsonb_build_object('meter', meter, 'balance', balance, 'held', held) order by meter)
    from credit_accounts where tenant_id = $1 and meter in ('sms', 'voice')),
  'payments', coalesce((select jsonb_agg(kind || ' ' || meter || ' ' || -amount order by (kind || ' ' || meter || ' ' || -amount) collate "C")
    from credit_entries where tenant_id = $1 and kind in ('capture', 'charge')), '[]'),
  'broken', (select coalesce(jsonb_agg(rule), '[]') from (
    select 'C1 ' || a.meter as rule from credit_accounts a where tenant_id = $1
      and balance <> (select coalesce(sum(amount), 0) from credit_entries e where e.tenant_id = $1 and e.meter = a.meter)
    union all
    select 'C2 ' || a.meter from credit_accounts a where tenant_id = $1 and held <> (select coalesce(sum(amount), 0)
      from credit_holds h where h.tenant_id = $1 and h.meter = a.meter and h.state = 'open')
    union all
    select 'C3 ' || meter from credit_accounts where tenant_id = $1 and (held < 0 or balance < held)
    union all
    select 'C4 ' || h.id from credit_holds h left join effects e on e.id = h.id where h.tenant_id = $1 and e.id is null
    union all
    select 'C5 ' || ref from credit_entries where tenant_id = $1 and kind = 'capture' group by ref having count(*) > 1) rules)
  ) as found`;

const MOVES = ["commit", "sleep", "end", "wake", "claim"] as const;
type Move = (typeof MOVES)[number];
const ROUNDS = fc.array(
  fc.record({ one: fc.constantFrom(...MOVES), other: fc.constantFrom(...MOVES), expires: fc.boolean() }),
  { minLength: 3, maxLength: 12 },
);

describe("[D2, D8, D9] two processes that want the same run", () => {
  test("never both win from the same place, and one does where either may", {
    timeout: 600_000,
  }, async () => {
    await fc.assert(fc.asyncProperty(ROUNDS, playRounds), { numRuns: RUNS });
  });
});

async function playRounds(rounds: typeof ROUNDS extends fc.Arbitrary<infer R> ? R : never): Promise<void> {
  tenants += 1;
  const of = await seedBareTenant(admin, `m${tenants}`);
  const run = `run_${of.tenant}`;
  await commitRun(db, newRunItem(of, run));
  const won: number[] = [1];
  let hasExpired = false;
  for (const { one, other, expires } of rounds) {
    hasExpired ||= expires;
    if (hasExpired) await admin.query(`${EXPIRE} and status = 'running'`, [run]);
    const seen = await loadRun(db, run);
    if (seen?.status !== "running" && seen?.status !== "waiting") break;
    const may = possible(seen.status === "waiting", hasExpired);
    const results = await Promise.all([move(of, seen, "one", one), move(of, seen, "other", other)]);
    const winners = results.filter(({ ok }) => ok);
    expect(winners).toHaveLength(may.has(one) || may.has(other) ? 1 : 0);
    if (winners.length > 0) hasExpired = false;
    won.push(...winners.flatMap(({ seq }) => seq ?? []));
  }
  expect(won).toEqual(won.map((_, index) => index + 1));
  const { rows } = await admin.query("select seq from journal where run_id = $1 order by seq", [run]);
  expect(rows.map(({ seq }: { seq: number }) => seq)).toEqual(won.slice(1));
}

function possible(isWaiting: boolean, hasExpired: boolean): ReadonlySet<Move> {
  if (isWaiting) return new Set(["wake"]);
  return new Set(hasExpired ? ["commit", "sleep", "end", "claim"] : ["commit", "sleep", "end"]);
}

async function move(
  of: TenantIds,
  { id, epoch, seq }: { readonly id: string; readonly epoch: number; readonly seq: number },
  owner: string,
  kind: Move,
): Promise<{ readonly ok: boolean; readonly seq: number | null }> {
  if (kind === "claim") return { ok: await claimRun(db, id, owner, 60_000), seq: null };
  const changes = {
    commit: { status: "running" },
    wake: { status: "running", expect: "waiting" },
    end: { status: "succeeded" },
    sleep: { status: "waiting", waitKeys: [`key_${of.tenant}`], wakeInMs: 60_000 },
  } as const;
  const item = commitItem(of, id, { seq, epoch, owner, events: [leftEvent(owner)], ...changes[kind] });
  const result = await commitRun(db, item);
  return { ok: result.ok, seq: result.ok ? result.seq : null };
}
