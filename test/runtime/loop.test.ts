import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { stepsOf } from "../support/journal.ts";
import { MAKE_DUE } from "../support/make-due.ts";
import { flowOf } from "../support/small-flow.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";
import { until } from "../support/until.ts";

const { shared, landline } = DEMO.numbers;
const LOOKUP = /PhoneNumbers/;
const SET_LOOKUPS = `with entry as (
    insert into credit_entries (tenant_id, meter, amount, kind, ref)
    select $1, 'lookup', $2::int - coalesce(sum(amount), 0), 'adjustment', gen_random_uuid() from credit_entries
    where tenant_id = $1 and meter = 'lookup' having $2::int is not null)
  update credit_accounts set balance = $2::int where tenant_id = $1 and meter = 'lookup'`;
interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly seq: number;
  readonly lease_owner: string | null;
  readonly lease_until: Date | null;
  readonly ended_at: Date | null;
  readonly state: { readonly outcome?: { readonly name: string } };
}

let engine: TestEngine;

beforeAll(async () => {
  engine = await buildEngine();
  const text = { text: "Hola", channels: ["sms"] };
  await engine.publish(
    flowOf(
      "looks",
      [
        ["api", "api.run"],
        ["look", "twilio.lookup", { number: "{{ contact.phone }}" }],
        ["send", "messaging.send", text],
      ],
      [
        ["api", "next", "look"],
        ["look", "mobile", "send"],
      ],
    ),
  );
  await engine.publish(
    flowOf(
      "two",
      [
        ["api", "api.run"],
        ["first", "messaging.send", text],
        ["second", "messaging.send", text],
      ],
      [
        ["api", "next", "first"],
        ["first", "sent", "second"],
      ],
    ),
  );
  await engine.publish(
    flowOf(
      "asks",
      [
        ["call", "twilio.incoming-call"],
        ["look", "twilio.lookup", { number: "{{ trigger.call.from }}" }],
        ["ask", "twilio.gather", { prompt: { text: "Marque uno" }, digitPorts: ["1"] }],
        ["thanks", "twilio.say", { text: "Gracias" }],
      ],
      [
        ["call", "next", "look"],
        ["look", "mobile", "ask"],
        ["ask", "1", "thanks"],
      ],
    ),
    { number: shared, channel: "voice" },
  );
  await engine.publish(
    flowOf("says", [
      ["call", "twilio.incoming-call"],
      ["note", "core.set", { values: { who: "{{ trigger.call.from }}" } }],
      ["say", "twilio.say", { text: "Hola {{ vars.who }}" }],
      ["done", "core.end"],
    ]),
    { number: landline, channel: "voice" },
  );
});
afterAll(() => engine.stop());

describe("the loop over steps", () => {
  test("[W1] pure steps run in memory: one commit, which carries the delivery", async () => {
    const { sid } = await call("+573007770001", landline);
    const run = await runOfCall(sid);
    expect(run).toMatchObject({ status: "succeeded", seq: 1 });
    expect(await stepsOf(engine.connection, run.id)).toEqual(
      expect.arrayContaining(["note next", "say next"]),
    );
    expect(await inspect(engine.connection, "select 1 from inbox where run_id = $1", [run.id])).toHaveLength(
      1,
    );
  });

  test("[W2] a vendor is asked only after the lease is in the database", async () => {
    const phone = "+573007770002";
    engine.twilio.faults.next({ path: LOOKUP }, { kind: "slow", ms: 1_000 });
    const id = await start("looks", phone);
    await until("the vendor to be asked", () =>
      engine.twilio.ledger().some((entry) => entry.kind === "lookup" && entry.to === phone),
    );
    expect(await run(id)).toMatchObject({
      status: "running",
      lease_owner: engine.app.runtime.settings.owner,
    });
    await ended(id);
  });

  test("[W4, D2] a fence that does not match stops the loop, and nothing is changed", async () => {
    const phone = "+573007770003";
    engine.twilio.faults.next({ path: LOOKUP }, { kind: "slow", ms: 500 });
    const id = await start("looks", phone);
    await until("the run to be driven", async () => (await run(id)).status === "running");
    await inspect(
      engine.connection,
      `update runs set lease_owner = 'another', lease_epoch = lease_epoch + 1,
         lease_until = now() + interval '1 hour' where id = $1`,
      [id],
    );
    const taken = await run(id);
    await until("the loop to stop", () => engine.app.engine.inFlight === 0);
    expect(await run(id)).toEqual(taken);
    expect(await stepsOf(engine.connection, id)).not.toContain("look mobile");
    expect(engine.twilio.ledger().filter((entry) => entry.kind === "message" && entry.to === phone)).toEqual(
      [],
    );
  });
});

describe("commits", () => {
  test("[D3] of two deliveries of one call at the same moment, one leaves everything and the other nothing", async () => {
    const sid = newSid();
    const form = callForm(sid, "+573007770004", landline);
    const answers = await Promise.all(
      [1, 2, 3].map(() => twilioRequest(engine, "/hooks/twilio/voice", form)),
    );
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    const [counts] = await inspect(
      engine.connection,
      `select (select count(*)::int from runs where contact_phone = $1) as runs,
         (select count(*)::int from calls where provider_ref = $2) as calls,
         (select count(*)::int from interactions where contact_phone = $1) as interactions`,
      ["+573007770004", sid],
    );
    expect(counts).toEqual({ runs: 1, calls: 1, interactions: 1 });
  });

  test("[D5] the vendor is asked when journal, intent and hold are committed", async () => {
    const phone = "+573007770005";
    engine.twilio.faults.next({ path: /Messages\.json/, to: phone }, { kind: "slow", ms: 1_000 });
    const id = await start("looks", phone);
    await until("the vendor to be asked", () =>
      engine.twilio.ledger().some((entry) => entry.kind === "message" && entry.to === phone),
    );
    expect(await stepsOf(engine.connection, id)).toContain("look mobile");
    const rows = await inspect(
      engine.connection,
      "select h.state as hold from effects e join credit_holds h on h.id = e.id where e.run_id = $1 and e.kind = 'message'",
      [id],
    );
    expect(rows).toEqual([{ hold: "open" }]);
    await ended(id);
  });

  test("[M1] a lookup without a limit is a use and takes no commit of its own; with one it is an effect", async () => {
    const limit = (balance: number | null) =>
      inspect(engine.connection, SET_LOOKUPS, [engine.tenantId, balance]);
    const looked = async (phone: string) => {
      const id = await start("looks", phone);
      await ended(id);
      const [kept] = await inspect(
        engine.connection,
        `select (select count(*)::int from effects where run_id = $1 and kind = 'lookup') as effects,
           (select jsonb_agg(jsonb_build_array(kind, amount, recipient)) from uses where run_id = $1) as uses`,
        [id],
      );
      return { ...kept, commits: (await run(id)).seq };
    };
    const free = await looked("+573007770011");
    expect(free).toMatchObject({ effects: 0, uses: [["lookup", 1, "+573007770011"]] });
    expect(await looked("+573007770011")).toEqual({ ...free, uses: null });
    await limit(5);
    expect(await looked("+573007770012")).toEqual({ effects: 1, uses: null, commits: free.commits + 1 });
    await limit(null);
  });

  test("[D6] two effects in a row take four commits at most", async () => {
    const id = await start("two", "+573007770006");
    expect(await ended(id)).toMatchObject({ status: "succeeded" });
    expect(await inspect(engine.connection, "select 1 from effects where run_id = $1", [id])).toHaveLength(2);
    expect((await run(id)).seq).toBeLessThanOrEqual(4);
  });

  test("[D7] the lease is 15 seconds of the database's clock, and is renewed", async () => {
    engine.twilio.faults.next({ path: LOOKUP }, { kind: "slow", ms: 8_000 });
    const id = await start("looks", "+573007770007");
    await until("the run to be driven", async () => (await run(id)).status === "running");
    const [lease] = await inspect<{ left: number }>(
      engine.connection,
      "select extract(epoch from lease_until - now())::float as left from runs where id = $1",
      [id],
    );
    expect(lease?.left).toBeGreaterThan(0);
    expect(lease?.left).toBeLessThanOrEqual(15);
    const first = (await run(id)).lease_until?.getTime() ?? 0;
    await until("the renewal", async () => {
      const { lease_until, status } = await run(id);
      return status === "running" && (lease_until?.getTime() ?? 0) > first;
    });
    await ended(id);
  });

  test("[D10] an event that comes before its wait is handed over when the wait is written", async () => {
    engine.twilio.faults.next({ path: LOOKUP }, { kind: "slow", ms: 800 });
    const sid = newSid();
    const calling = twilioRequest(engine, "/hooks/twilio/voice", callForm(sid, "+573007770008", shared));
    const { id } = await until("the call to be stored", () => runOfCall(sid).catch(() => null));
    const early = twilioRequest(engine, `/hooks/twilio/voice/step/${id}:ask:1`, {
      CallSid: sid,
      Digits: "1",
      CallStatus: "in-progress",
    });
    await ended(id);
    expect(await stepsOf(engine.connection, id)).toEqual(expect.arrayContaining(["ask 1", "thanks next"]));
    expect((await Promise.all([calling, early])).map(({ status }) => status)).toEqual([200, 200]);
  });

  test("[D14] a run keeps the version it started with", async () => {
    const version = (outcome: string) =>
      flowOf("versions", [
        ["api", "api.run"],
        ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
        ["done", "core.end", { outcome }],
      ]);
    await engine.publish(version("first"));
    const id = await start("versions", "+573007770009");
    await until("the run to sleep", async () => (await run(id)).status === "waiting");
    await engine.publish(version("second"));
    await inspect(engine.connection, MAKE_DUE, [id]);
    expect((await ended(id)).state.outcome?.name).toBe("first");
  });
});

function newSid(): string {
  return `CA${randomUUID().replaceAll("-", "")}`;
}

async function call(from: string, to: string) {
  const sid = newSid();
  return { sid, answer: await twilioRequest(engine, "/hooks/twilio/voice", callForm(sid, from, to)) };
}

async function start(key: string, phone: string): Promise<string> {
  const answer = await fetch(`${engine.url}/api/v1/flows/${key}/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ input: {}, contact: { phone } }),
  });
  const { runId } = (await answer.json()) as { runId?: string };
  if (!runId) throw new Error(`starting ${key} was answered with ${answer.status}`);
  return runId;
}

async function run(id: string): Promise<RunRow> {
  const [row] = await inspect<RunRow>(engine.connection, "select * from runs where id = $1", [id]);
  if (!row) throw new Error(`no run ${id}`);
  return row;
}

async function runOfCall(sid: string): Promise<RunRow> {
  const [row] = await inspect<RunRow>(
    engine.connection,
    "select r.* from runs r join calls c on c.run_id = r.id where c.provider_ref = $1",
    [sid],
  );
  if (!row) throw new Error(`no run of call ${sid}`);
  return row;
}

function ended(id: string): Promise<RunRow> {
  return until(`the end of ${id}`, async () => {
    const row = await run(id);
    return row.ended_at ? row : null;
  });
}
