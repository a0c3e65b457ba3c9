import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { stepsOf } from "../support/journal.ts";
import { flowOf } from "../support/small-flow.ts";
import { twilioRequest } from "../support/twilio-request.ts";
import { until } from "../support/until.ts";

const { shared, landline, callback } = DEMO.numbers;
const PERSON = "+573001340001";

let engine: TestEngine;

beforeAll(async () => {
  engine = await buildEngine({ settings: { answerWithinMs: 700 } });
  const calling = [
    ["start", "api.run"],
    ["call", "twilio.make-call", { to: "{{ trigger.input.to }}", detection: "before" }],
    ["say", "twilio.say", { text: "Hola" }],
    ["ask", "twilio.gather", { prompt: { text: "¿Sí?" }, digitPorts: ["1"] }],
  ] as const;
  await engine.publish(
    flowOf("calling", calling, [
      ["start", "next", "call"],
      ["call", "answered", "say"],
      ["say", "next", "ask"],
    ]),
  );
  const slow = [
    ["start", "api.run"],
    ["call", "twilio.make-call", { to: PERSON }],
    ["who", "twilio.lookup", { number: PERSON }],
    ["say", "twilio.say", { text: "Perdone la espera" }],
  ] as const;
  await engine.publish(
    flowOf("slow", slow, [
      ["start", "next", "call"],
      ["call", "answered", "who"],
      ["who", "mobile", "say"],
    ]),
  );
  await engine.publish(
    flowOf(
      "from_a_call",
      [
        ["start", "twilio.incoming-call"],
        ["bye", "twilio.say", { text: "Le llamamos ahora mismo" }],
        ["call", "twilio.make-call", { to: PERSON }],
        ["say", "twilio.say", { text: "Ya estamos" }],
      ],
      [
        ["start", "next", "bye"],
        ["bye", "next", "call"],
        ["call", "answered", "say"],
      ],
    ),
    { number: landline, channel: "voice" },
  );
  await engine.publish(
    flowOf("too_much", [
      ["start", "twilio.incoming-call"],
      ["long", "twilio.say", { text: `{% for i in (1..30) %}${"á".repeat(1500)} {% endfor %}` }],
      ["longer", "twilio.say", { text: `{% for i in (1..30) %}${"é".repeat(1500)} {% endfor %}` }],
    ]),
    { number: shared, channel: "voice" },
  );
});

beforeEach(async () => {
  engine.twilio.faults.clear();
  engine.twilio.answerWith(PERSON, null);
  await inspect(engine.connection, "update tenants set settings = settings - 'chargesInboundCalls'");
});
afterAll(() => engine.stop());

async function startCalling(to = PERSON, flow = "calling"): Promise<string> {
  const response = await fetch(`${engine.url}/api/v1/flows/${flow}/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ input: { to } }),
  });
  return ((await response.json()) as { runId: string }).runId;
}

const rowsOf = (runId: string) =>
  inspect<Record<string, unknown>>(engine.connection, "select * from calls where run_id = $1", [runId]);
const ended = (runId: string) =>
  until("the run to end", async () => {
    const [run] = await inspect<{ ended_at: Date | null; status: string }>(
      engine.connection,
      "select status, ended_at from runs where id = $1",
      [runId],
    );
    return run?.ended_at ? run : null;
  });
const voiceCredits = async () => {
  const [account] = await inspect<{ balance: number; held: number }>(
    engine.connection,
    "select balance, held from credit_accounts where tenant_id = $1 and meter = 'voice'",
    [engine.tenantId],
  );
  return account ?? { balance: 0, held: 0 };
};

describe("a call that a step places", () => {
  test("[C23] holds a minute, pays the minutes begun, and has a row", async () => {
    engine.twilio.answerWith(PERSON, { status: "answered", inputs: ["silence"] });
    const before = await voiceCredits();
    const runId = await startCalling();
    await ended(runId);
    await engine.twilio.idle();
    const [row] = await rowsOf(runId);
    expect(row).toMatchObject({
      direction: "outbound",
      status: "completed",
      callee: PERSON,
      minutes: 1,
      simulated: true,
    });
    expect(row?.number_id).toMatch(/^num_/);
    expect(await voiceCredits()).toEqual({ balance: before.balance - 1, held: 0 });
  });

  test("[C23] gives the minute back when nobody takes it", async () => {
    engine.twilio.answerWith(PERSON, { status: "busy" });
    const before = await voiceCredits();
    const runId = await startCalling();
    await ended(runId);
    expect((await stepsOf(engine.connection, runId)).at(-1)).toBe("call busy");
    await until("the hold to go", async () => (await voiceCredits()).held === 0);
    expect(await voiceCredits()).toEqual(before);
  });

  test("is asked for once, though Twilio's answer never came, and found in Twilio's list", async () => {
    engine.twilio.answerWith(PERSON, { status: "answered", inputs: ["1"] });
    engine.twilio.faults.next({ path: /Calls\.json$/ }, { kind: "timeout-after-accept" });
    const seen = engine.twilio.ledger().length;
    const runId = await startCalling();
    await until("the run to end", async () => (await ended(runId)) !== null, 40_000);
    const placed = engine.twilio
      .ledger()
      .slice(seen)
      .filter(({ kind }) => kind === "call");
    expect(placed).toHaveLength(1);
    expect(await rowsOf(runId)).toMatchObject([{ provider_ref: placed[0]?.ref }]);
  }, 60_000);

  test("the end of the call wakes the question asked on it", async () => {
    engine.twilio.answerWith(PERSON, { status: "answered", inputs: ["hangup"] });
    const runId = await startCalling();
    await ended(runId);
    expect((await stepsOf(engine.connection, runId)).at(-1)).toBe("ask hung_up");
  });

  test("[H6] a flow that takes long puts whoever answered on hold, and is heard in the end", async () => {
    engine.twilio.faults.next({ path: /PhoneNumbers/ }, { kind: "slow", ms: 1_500 });
    await ended(await startCalling(PERSON, "slow"));
    await engine.twilio.idle();
    const call = engine.twilio.ledger().findLast(({ kind }) => kind === "call");
    expect(call).toMatchObject({
      status: "completed",
      details: { trace: { spoken: ["Perdone la espera"], errors: [] } },
    });
    expect(call?.details?.duration).toBeGreaterThan(1);
  });

  test("whoever is on the line when it is placed hears what was said, and that call ends", async () => {
    engine.twilio.answerWith(PERSON, { status: "answered" });
    const inbound = engine.twilio.ring({ from: "+573001340009", to: landline });
    const result = await inbound.done;
    expect(result.spoken).toEqual(["Le llamamos ahora mismo"]);
    await engine.twilio.idle();
    const outbound = engine.twilio.ledger().findLast(({ kind }) => kind === "call");
    expect(outbound?.details?.trace).toMatchObject({ spoken: ["Ya estamos"] });
  });

  test("[H24] a call for a run that is over is ended, not kept on hold", async () => {
    engine.twilio.answerWith(PERSON, { status: "no-answer" });
    const runId = await startCalling();
    await ended(runId);
    const call = engine.twilio.ledger().findLast(({ kind }) => kind === "call");
    const path = `/hooks/twilio/voice/outbound/${encodeURIComponent(`${runId}:call:1`)}`;
    const answer = await twilioRequest(engine, path, { CallSid: call?.ref ?? "", CallStatus: "in-progress" });
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining("<Response/>") });
  });
});

describe("calls made to us", () => {
  test("[C24] cost nothing, unless the tenant pays for them: then the minutes begun, once", async () => {
    const talk = { from: PERSON, to: callback, script: { hangupAfter: 61 } };
    await engine.publish(
      flowOf("talk", [
        ["start", "twilio.incoming-call"],
        ["say", "twilio.say", { text: "Un momento", loop: 500 }],
      ]),
      { number: callback, channel: "voice" },
    );
    const before = await voiceCredits();
    await engine.twilio.ring(talk).done;
    expect((await voiceCredits()).balance).toBe(before.balance);
    await inspect(
      engine.connection,
      `update tenants set settings = settings || '{"chargesInboundCalls": true}'`,
    );
    engine.app.runtime.directory.forget(engine.tenantId);
    engine.twilio.faults.next({ to: callback }, { kind: "duplicate-callbacks" });
    const { sid } = await engine.twilio.ring(talk).done;
    await engine.twilio.idle();
    expect((await voiceCredits()).balance).toBe(before.balance - 2);
    const [call] = await inspect(engine.connection, "select minutes from calls where provider_ref = $1", [
      sid,
    ]);
    expect(call).toEqual({ minutes: 2 });
  });

  test("[H23] TwiML above 64 kB ends the run with that error, and the caller is told politely", async () => {
    const { spoken, sid } = await engine.twilio.ring({ from: PERSON, to: shared }).done;
    expect(spoken).toEqual(["Lo sentimos, ha ocurrido un problema. Por favor, llame más tarde."]);
    const [run] = await inspect<{ status: string; state: { outcome: { name: string } } }>(
      engine.connection,
      "select r.status, r.state from runs r join calls c on c.run_id = r.id where c.provider_ref = $1",
      [sid],
    );
    expect([run?.status, run?.state.outcome.name]).toEqual(["failed", "OUTPUT_TOO_LARGE"]);
  });
});
