/** What a call in hand brings beside its actions: legs that are taken, keys pressed in a queue. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { newId } from "../../engine/ids.ts";
import { createLog, type Logger } from "../../engine/log.ts";
import { insertCredential } from "../../engine/store/credentials.ts";
import { TEST_CARDS } from "../../plugins/twilio/emulator/pay-cards.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { stepsOf } from "../support/journal.ts";
import { flowOf } from "../support/small-flow.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";

const { shared, landline } = DEMO.numbers;
const OTHER = { tenantId: "ten_other", accountSid: `AC${"b".repeat(32)}`, authToken: "token-of-b" };

/** Everything the engine says, at any level. */
const lines: string[] = [];
let engine: TestEngine;
beforeAll(async () => {
  engine = await buildEngine({ log: listening() });
  await engine.publish(
    flowOf(
      "wait",
      [
        ["call", "twilio.incoming-call"],
        ["queue", "twilio.enqueue", { queue: "ventas", callback: true }],
        ["promise", "twilio.say", { text: "Le llamaremos al {{ steps.queue.callbackNumber }}" }],
        ["sorry", "twilio.say", { text: "Sentimos la espera" }],
      ],
      [
        ["call", "next", "queue"],
        ["queue", "callback", "promise"],
        ["queue", "left", "sorry"],
      ],
    ),
    { number: shared, channel: "voice" },
  );
  await engine.publish(
    flowOf(
      "dial",
      [
        ["call", "twilio.incoming-call"],
        [
          "dial",
          "twilio.connect-call",
          { to: ["+573009990000", "+573009990001"], strategy: "least_recent", screening: true },
        ],
        ["after", "twilio.say", { text: "Atendió {{ steps.dial.answeredBy }}" }],
      ],
      [
        ["call", "next", "dial"],
        ["dial", "completed", "after"],
      ],
    ),
    { number: landline, channel: "voice" },
  );
  await insertOtherTenant();
});
afterAll(() => engine.stop());

describe("a key for a call back", () => {
  test("[V3, H3] takes the caller out of the queue; what the flow says is heard when the queue asks", async () => {
    const { sid, step, key } = await inQueue();
    const form = { CallSid: sid, From: "+573003331111", CallStatus: "in-progress" };
    const pressed = await twilioRequest(engine, key, { ...form, Digits: "1" });
    expect(pressed.body).toContain("<Response><Leave/></Response>");
    const left = await twilioRequest(engine, step, { ...form, QueueResult: "leave", QueueTime: "42" });
    expect(left.body).toContain("Le llamaremos al +573003331111");
    expect(await stepsOf(engine.connection, await runOf(sid))).toContain("queue callback");
  });

  test("[V3] both come twice, and in whatever order after the first: the same is heard", async () => {
    const { sid, step, key } = await inQueue();
    const form = { CallSid: sid, From: "+573003331112", CallStatus: "in-progress" };
    const ask = () =>
      Promise.all([
        twilioRequest(engine, key, { ...form, Digits: "1" }),
        twilioRequest(engine, step, { ...form, QueueResult: "leave", QueueTime: "42" }),
      ]);
    await twilioRequest(engine, key, { ...form, Digits: "1" });
    for (const [pressed, left] of [await ask(), await ask()]) {
      expect(pressed.body).toContain("<Leave/>");
      expect(left.body).toContain("Le llamaremos al");
    }
    const steps = await stepsOf(engine.connection, await runOf(sid));
    expect(steps.filter((one) => one.startsWith("queue"))).toEqual(["queue callback"]);
  });

  test("[V3] who leaves without pressing it leaves by another port, and pressing it then changes nothing", async () => {
    const { sid, step, key } = await inQueue();
    const form = { CallSid: sid, From: "+573003331113", CallStatus: "in-progress" };
    const left = await twilioRequest(engine, step, { ...form, QueueResult: "leave", QueueTime: "900" });
    expect(left.body).toContain("Sentimos la espera");
    expect((await twilioRequest(engine, key, { ...form, Digits: "1" })).body).toContain("<Leave/>");
    expect(await stepsOf(engine.connection, await runOf(sid))).toContain("queue left");
  });
});

describe("who takes a leg", () => {
  test("[V2] is what the dial gives, and who rings last next time", async () => {
    const first = await dialled();
    expect(first.numbers).toEqual(["+573009990000", "+573009990001"]);
    await taken(first, "CA_leg_1", "+573009990000");
    const after = await twilioRequest(engine, first.step, {
      CallSid: first.sid,
      CallStatus: "in-progress",
      DialCallStatus: "completed",
      DialCallSid: "CA_leg_1",
      DialCallDuration: "61",
      DialBridged: "true",
    });
    expect(after.body).toContain("Atendió +573009990000");
    const second = await dialled();
    expect(second.numbers).toEqual(["+573009990001", "+573009990000"]);
  });

  test("[V2] told twice is one line; told of a leg nobody knows, the dial only names the leg", async () => {
    const call = await dialled();
    await taken(call, "CA_leg_2", "+573009990001");
    await taken(call, "CA_leg_2", "+573009990001");
    const rows = await legs("CA_leg_2");
    expect(rows).toEqual([{ tenant_id: DEMO.tenant.id, address: "+573009990001" }]);
    const after = await twilioRequest(engine, call.step, {
      CallSid: call.sid,
      CallStatus: "in-progress",
      DialCallStatus: "completed",
      DialCallSid: "CA_unknown",
      DialCallDuration: "5",
    });
    expect(after.body).toMatch(/>Atendió ?</);
  });

  test("[H4] of somebody else's run is not kept, whoever signs it", async () => {
    const call = await dialled();
    const answer = await twilioRequest(engine, call.leg, legForm("CA_leg_3", "+573009990000"), OTHER);
    expect(answer.status).toBe(204);
    expect(await legs("CA_leg_3")).toEqual([]);
    const nowhere = call.leg.replace(/run_\w+/, "run_nobody");
    expect((await twilioRequest(engine, nowhere, legForm("CA_leg_4", "+57300"))).status).toBe(204);
    expect(await legs("CA_leg_4")).toEqual([]);
  });
});

test("[V4] a payment leaves no trace of the card in any row or line of the log", async () => {
  const card = TEST_CARDS.visa;
  const inputs = [`${card}#`, "1239", "123"];
  const call = engine.twilio.ring({ from: "+573003330009", to: DEMO.numbers.pay, script: { inputs } });
  expect((await call.done).spoken.at(-1)).toContain("Su pago está hecho");
  // A callback that comes too late is worth a line.
  const nowhere = "/hooks/twilio/voice/step/run_nobody%3Acobrar%3A1";
  await twilioRequest(engine, nowhere, {
    CallSid: call.sid,
    Result: "success",
    PaymentCardNumber: "xxxxxxxxxxxx4242",
    PaymentError: `Card ${card}`,
  });
  expect(lines.join("\n")).not.toMatch(new RegExp(`${card}|x{4}4242`));
  expect(lines.length).toBeGreaterThan(0);
  const rows = await inspect(
    engine.connection,
    "select answer, event from inbox where answer::text like '%Pay%'",
  );
  expect(JSON.stringify(rows)).not.toContain("4242");
});

async function inQueue() {
  const sid = newSid();
  const { body } = await twilioRequest(engine, "/hooks/twilio/voice", callForm(sid, "+573003330001", shared));
  const step = pathIn(body, "action");
  const wait = pathIn(body, "waitUrl");
  const place = {
    CallSid: sid,
    QueuePosition: "1",
    QueueTime: "42",
    AvgQueueTime: "0",
    CurrentQueueSize: "1",
  };
  const round = await twilioRequest(engine, wait, place);
  return { sid, step, key: pathIn(round.body, "action") };
}

async function dialled() {
  const sid = newSid();
  const { body } = await twilioRequest(
    engine,
    "/hooks/twilio/voice",
    callForm(sid, "+573003330002", landline),
  );
  const numbers = [...body.matchAll(/>(\+\d+)<\/Number>/g)].map(([, number]) => number);
  return { sid, numbers, step: pathIn(body, "action"), leg: pathIn(body, "statusCallback") };
}

async function taken({ leg }: { readonly leg: string }, sid: string, to: string): Promise<void> {
  expect((await twilioRequest(engine, leg, legForm(sid, to))).status).toBe(204);
}

function legForm(sid: string, to: string): Record<string, string> {
  return { CallSid: sid, To: to, CallStatus: "in-progress" };
}

function pathIn(body: string, attribute: string): string {
  const url = new RegExp(` ${attribute}="([^"]+)"`).exec(body)?.[1]?.replaceAll("&amp;", "&") ?? "";
  return url.slice(engine.url.length);
}

function legs(ref: string) {
  return inspect(engine.connection, "select tenant_id, address from call_legs where provider_ref = $1", [
    ref,
  ]);
}

async function runOf(sid: string): Promise<string> {
  const [row] = await inspect<{ run_id: string }>(
    engine.connection,
    "select run_id from calls where provider_ref = $1",
    [sid],
  );
  return row?.run_id ?? "";
}

function listening(): Logger {
  const keep = (...line: unknown[]) => void lines.push(JSON.stringify(line));
  const levels = { trace: keep, debug: keep, info: keep, warn: keep, error: keep, fatal: keep };
  const log: Logger = Object.assign(Object.create(createLog("silent")) as Logger, levels);
  return Object.assign(log, { child: () => log });
}

function newSid(): string {
  return `CA${randomUUID().replaceAll("-", "")}`;
}

async function insertOtherTenant(): Promise<void> {
  const { connection, app } = engine;
  await inspect(
    connection,
    "insert into tenants (id, name, country, timezone, locale, status) values ($1, 'Otra', 'CO', 'America/Bogota', 'es', 'active')",
    [OTHER.tenantId],
  );
  const id = newId("credential");
  const { tenantId, accountSid, authToken } = OTHER;
  const sealed = app.runtime.keys.seal(
    { tenantId, table: "credentials", row: id },
    { accountSid, authToken },
  );
  await app.db.asTenant(tenantId, (scope) =>
    insertCredential(scope, { id, type: "twilio.account", name: "own", account: accountSid, sealed }),
  );
}
