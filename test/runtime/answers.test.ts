import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { stepsOf } from "../support/journal.ts";
import { flowOf } from "../support/small-flow.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";
import { until } from "../support/until.ts";

const { shared, landline, menu } = DEMO.numbers;
const HELD =
  /^<\?xml[^>]*\?>\s*<Response><Pause length="1"\/><Redirect method="POST">([^<]+)<\/Redirect><\/Response>$/;

let engine: TestEngine;

beforeAll(async () => {
  // The vendor's reports stay out: who wants one sends it.
  engine = await buildEngine({ settings: { answerWithinMs: 300 }, emulatorPaceMs: 3_600_000 });
  await engine.publish(
    flowOf(
      "slow",
      [
        ["call", "twilio.incoming-call"],
        ["who", "twilio.lookup", { number: "{{ trigger.call.from }}" }],
        ["say", "twilio.say", { text: "Llama desde un móvil" }],
      ],
      [
        ["call", "next", "who"],
        ["who", "mobile", "say"],
      ],
    ),
    { number: shared, channel: "voice" },
  );
  await engine.publish(
    flowOf("broken", [
      ["call", "twilio.incoming-call"],
      ["hello", "twilio.say", { text: "Un momento" }],
      ["wrong", "core.wait", { until: "{{ trigger.call.callerName }}" }],
    ]),
    { number: landline, channel: "voice" },
  );
  await engine.publish(
    flowOf(
      "doubtful",
      [
        ["call", "twilio.incoming-call"],
        ["send", "messaging.send", { text: "Hola", channels: ["sms"] }],
        ["sent", "twilio.say", { text: "Le hemos escrito" }],
        ["unsure", "twilio.say", { text: "No sabemos si le llegó" }],
      ],
      [
        ["call", "next", "send"],
        ["send", "sent", "sent"],
        ["send", "error", "unsure"],
      ],
    ),
    { number: menu, channel: "voice" },
  );
});
afterAll(() => engine.stop());

describe("[H6] a caller whose flow takes long", () => {
  test("is put on hold, and hears the answer when it is there", async () => {
    const from = "+573004440001";
    engine.twilio.faults.next({ path: /PhoneNumbers/ }, { kind: "slow", ms: 1_500 });
    const { sid, answer } = await call(from, shared);
    expect(answer.body).toMatch(HELD);
    const heard = await untilAnswered(sid, answer.body);
    expect(heard).toContain("Llama desde un móvil");
    const lookups = engine.twilio.ledger().filter((entry) => entry.kind === "lookup" && entry.to === from);
    expect(lookups).toHaveLength(1);
  });

  test("is only told to whoever can sign for the hold", async () => {
    engine.twilio.faults.next({ path: /PhoneNumbers/ }, { kind: "slow", ms: 1_000 });
    const { sid, answer } = await call("+573004440002", shared);
    const forged = { accountSid: engine.twilio.accounts()[0]?.accountSid ?? "", authToken: "guessed" };
    expect((await twilioRequest(engine, holdPath(answer.body), { CallSid: sid }, forged)).status).toBe(403);
    expect(await untilAnswered(sid, answer.body)).toContain("Llama desde un móvil");
  });

  test("gets the same answer when asking for it again", async () => {
    engine.twilio.faults.next({ path: /PhoneNumbers/ }, { kind: "slow", ms: 600 });
    const { sid, answer } = await call("+573004440003", shared);
    const heard = await untilAnswered(sid, answer.body);
    expect((await twilioRequest(engine, holdPath(answer.body), { CallSid: sid })).body).toBe(heard);
  });
});

test("[A6] a run that fails on the line excuses itself and hangs up", async () => {
  const { answer } = await call("+573004440004", landline);
  expect(answer.body).toMatch(/Un momento.*Lo sentimos, ha ocurrido un problema.*<Hangup\/>/);
});

test("[W3] a reply that needs nothing more is sent as soon as the flow sleeps", async () => {
  await engine.publish(
    flowOf("early", [
      ["hook", "http.webhook", { respond: "reply" }],
      ["reply", "core.reply", { status: 201, json: { ok: true } }],
      ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
      ["done", "core.end"],
    ]),
  );
  const [flow] = await inspect<{ hook_key: string }>(
    engine.connection,
    "select hook_key from flows where key = 'early'",
  );
  const answer = await fetch(`${engine.url}/hooks/in/${flow?.hook_key}`, { method: "POST" });
  expect([answer.status, await answer.json()]).toEqual([201, { ok: true }]);
  const [run] = await inspect<{ status: string }>(
    engine.connection,
    "select status from runs where flow_key = 'early'",
  );
  expect(run?.status).toBe("waiting");
});

describe("[E3] a message nobody knows about while the caller is on the line", () => {
  test("lets the flow go on without it, and is paid when the vendor's report comes late", async () => {
    const from = "+573004440005";
    engine.twilio.faults.next({ path: /Messages\.json/ }, { kind: "reset-after-accept" });
    for (let times = 0; times < 50; times++)
      engine.twilio.faults.next({ path: /Messages\.json/ }, { kind: "status", status: 503 });
    const { sid, answer } = await call(from, menu);
    expect(await untilAnswered(sid, answer.body)).toContain("No sabemos si le llegó");
    engine.twilio.faults.clear();
    const run = await until("the run to end", async () => {
      const [row] = await inspect<{ id: string; ended_at: Date | null }>(
        engine.connection,
        "select id, ended_at from runs where contact_phone = $1",
        [from],
      );
      return row?.ended_at ? row : null;
    });
    expect(await stepsOf(engine.connection, run.id)).toContain("send error");
    expect(await effectAndHold(from)).toMatchObject({ state: "in_doubt", hold: "open" });
    const { id } = await effectAndHold(from);
    const messages = engine.twilio.ledger().filter((entry) => entry.kind === "message" && entry.to === from);
    expect(messages).toHaveLength(1);
    await twilioRequest(
      engine,
      `/hooks/twilio/status/${id}?s=${engine.app.runtime.keys.sign("effect", id)}`,
      { MessageSid: messages[0]?.ref ?? "", MessageStatus: "delivered" },
    );
    expect(await effectAndHold(from)).toMatchObject({
      state: "accepted",
      status: "delivered",
      hold: "captured",
    });
  });
});

async function call(from: string, to: string) {
  const sid = `CA${randomUUID().replaceAll("-", "")}`;
  return { sid, answer: await twilioRequest(engine, "/hooks/twilio/voice", callForm(sid, from, to)) };
}

function holdPath(twiml: string): string {
  const url = new URL((HELD.exec(twiml)?.[1] ?? "").replaceAll("&amp;", "&"));
  return url.pathname + url.search;
}

/** Follows the redirects of the hold, as a phone would. */
function untilAnswered(sid: string, held: string): Promise<string> {
  let twiml = held;
  return until("an answer that is no hold", async () => {
    if (!HELD.test(twiml)) return twiml;
    twiml = (await twilioRequest(engine, holdPath(twiml), { CallSid: sid })).body;
    return null;
  });
}

async function effectAndHold(to: string) {
  const [row] = await inspect<{ id: string; state: string; status: string | null; hold: string }>(
    engine.connection,
    "select e.id, e.state, e.status, h.state as hold from effects e join credit_holds h on h.id = e.id where e.recipient = $1",
    [to],
  );
  if (!row) throw new Error(`no effect for ${to}`);
  return row;
}
