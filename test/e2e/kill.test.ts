import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { inspect } from "../support/database.ts";
import { type KillableEngine, killableEngine } from "../support/killable-engine.ts";
import { MAKE_DUE } from "../support/make-due.ts";
import { until } from "../support/until.ts";

const CALLER = "+573001234567";
const GEO = { city: "Bogotá", state: "Bogotá D.C.", country: "CO" };

let engine: KillableEngine;

beforeEach(async () => {
  // The vendors report slowly enough that a restarted engine hears of it, on a busy machine, too.
  engine = await killableEngine({ paceMs: 4_000 });
  await engine.start();
});

afterEach(() => engine.close());

/** A caller who was cut off by the crash never comes back: the wait for the dialled call has only its deadline left. */
async function endOfRun() {
  return until("the run to end", async () => {
    const [row] = await inspect<{ id: string; status: string; ended_at: Date | null; node: string }>(
      engine.connection,
      "select id, status, ended_at, state->'wait'->>'nodeId' as node from runs",
    );
    if (row?.status === "waiting" && row.node === "pasar_llamada")
      await inspect(engine.connection, MAKE_DUE, [row.id]);
    return row?.ended_at ? row : null;
  });
}

/** The vendor's own count, and ours, once the evidence about what was in doubt has come. */
async function outcome() {
  const run = await endOfRun();
  await until("everything to be settled", async () => (await heldCredits()) === 0, 45_000);
  const entries = await inspect<{ meter: string; spent: number }>(
    engine.connection,
    "select meter, -sum(amount)::int as spent from credit_entries where run_id = $1 group by meter order by meter",
    [run.id],
  );
  const [books] = await inspect<{ held: number; broken: number }>(
    engine.connection,
    `select sum(held)::int as held, count(*) filter (where balance is not null and balance <>
       (select coalesce(sum(amount), 0) from credit_entries e where e.meter = a.meter and e.tenant_id = a.tenant_id))::int as broken
     from credit_accounts a`,
  );
  const messages = engine.twilio.ledger().filter((entry) => entry.kind === "message" && entry.to === CALLER);
  return {
    status: run.status,
    messages: messages.length,
    charged: entries.find((entry) => entry.meter === "whatsapp")?.spent ?? 0,
    books,
  };
}

async function heldCredits(): Promise<number> {
  const [row] = await inspect<{ held: number }>(
    engine.connection,
    "select sum(held)::int as held from credit_accounts",
  );
  return row?.held ?? 0;
}

async function killAndRestart(): Promise<void> {
  await engine.kill();
  await engine.start();
}

function ring() {
  return engine.twilio.ring({ from: CALLER, to: DEMO.numbers.shared, geo: GEO });
}

describe("kill -9 in the middle of the main job, then a restart", { timeout: 120_000 }, () => {
  test("[D1, E3] after the vendor took the message, before it answered: one message, one charge", async () => {
    engine.twilio.faults.next({ path: /Messages\.json/ }, { kind: "timeout-after-accept" });
    ring();
    await until("the vendor to take the message", () =>
      engine.twilio.ledger().some((entry) => entry.kind === "message"),
    );
    await killAndRestart();
    expect(await outcome()).toMatchObject({
      status: "succeeded",
      messages: 1,
      charged: 1,
      books: { broken: 0, held: 0 },
    });
  });

  test("[E1] before the vendor was asked: one message, one charge", async () => {
    engine.twilio.faults.next({ path: /PhoneNumbers/ }, { kind: "slow", ms: 60_000 });
    ring();
    await until(
      "the run to be stored",
      async () => (await inspect(engine.connection, "select 1 from runs")).length > 0,
    );
    await killAndRestart();
    expect(await outcome()).toMatchObject({
      status: "succeeded",
      messages: 1,
      charged: 1,
      books: { broken: 0, held: 0 },
    });
  });

  test("[D8] while the caller is connected: the minutes and the message are charged once", async () => {
    const call = ring();
    await until("the message to be delivered", () =>
      engine.twilio.ledger().some((entry) => entry.kind === "message" && entry.status === "delivered"),
    );
    await killAndRestart();
    await call.done;
    expect(await outcome()).toMatchObject({ messages: 1, charged: 1, books: { broken: 0, held: 0 } });
  });
});

describe("an orderly stop", () => {
  test("[D13] finishes what is in flight and exits with 0", async () => {
    const call = ring();
    await until(
      "the run to be stored",
      async () => (await inspect(engine.connection, "select 1 from runs")).length > 0,
    );
    expect(await engine.terminate()).toBe(0);
    await engine.start();
    await call.done;
    expect(await outcome()).toMatchObject({ messages: 1, charged: 1, books: { broken: 0, held: 0 } });
  });
});
