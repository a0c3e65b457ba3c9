import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const { shared, meta: metaNumber } = DEMO.numbers;
const META_ID = "100000000000001";
const CHOICES = [
  { id: "confirm", title: "Sí, confirmo" },
  { id: "cancel", title: "Cancelar" },
];

let engine: TestEngine;
let people = 0;

beforeAll(async () => {
  engine = await buildEngine();
  await engine.publish(asking("ask-sms", { channels: ["sms"], fromNumber: "num_demo_shared" }));
  await engine.publish(asking("ask-whatsapp", { channels: ["whatsapp"], fromNumber: "num_demo_shared" }));
  await engine.publish(asking("ask-meta", { channels: ["whatsapp"], fromNumber: "num_demo_meta" }));
  await engine.publish(
    asking("ask-again", {
      channels: ["sms"],
      fromNumber: "num_demo_shared",
      retries: 1,
      retryText: "No le entendí.",
    }),
  );
  await engine.publish(asking("ask-both", { channels: ["whatsapp", "sms"], fromNumber: "num_demo_shared" }));
  await engine.publish(
    flowOf("started", [
      ["message", "twilio.incoming-message"],
      ["end", "core.end", { outcome: "started" }],
    ]),
    { number: shared, channel: "messages" },
  );
});
afterAll(() => engine.stop());

/** Asks the person of its input, and ends with the name of the port it left by. */
function asking(key: string, params: Readonly<Record<string, unknown>>): Flow {
  const ports = ["confirm", "cancel", "reply", "timeout", "undeliverable", "opted_out"];
  return flowOf(
    key,
    [
      ["request", "api.run"],
      [
        "ask",
        "messaging.send-and-wait",
        {
          to: "{{ trigger.input.to }}",
          text: "¿Viene mañana?",
          choices: CHOICES,
          timeoutMinutes: 60,
          ...params,
        },
      ],
      ...ports.map((port) => [`end_${port}`, "core.end", { outcome: port }] as const),
    ],
    [["request", "next", "ask"], ...ports.map((port) => ["ask", port, `end_${port}`] as const)],
  );
}

function newPerson(suffix = ""): string {
  people += 1;
  const digits = `3007${String(people).padStart(6 - suffix.length, "0")}${suffix}`;
  return `+57${digits}`;
}

async function start(flow: string, to: string): Promise<string> {
  const response = await fetch(`${engine.url}/api/v1/flows/${flow}/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ input: { to }, contact: { phone: to } }),
  });
  const { runId } = (await response.json()) as { runId: string };
  return runId;
}

/** The run has asked and sleeps. */
async function asked(runId: string): Promise<void> {
  await until(`${runId} to ask`, async () => {
    const [row] = await inspect<{ status: string; keys: string[] | null }>(
      engine.connection,
      "select status, state #> '{wait,keys}' as keys from runs where id = $1",
      [runId],
    );
    return row?.status === "waiting" && (row.keys ?? []).some((key) => key.startsWith("ask:"));
  });
}

interface Ended {
  readonly name: string;
  readonly ask: Readonly<Record<string, unknown>>;
}

async function ended(runId: string): Promise<Ended> {
  return until(`${runId} to end`, async () => {
    const [row] = await inspect<{ name: string | null; ask: Ended["ask"] }>(
      engine.connection,
      "select state #>> '{outcome,name}' as name, state #> '{steps,ask}' as ask from runs where id = $1",
      [runId],
    );
    return row?.name ? { name: row.name, ask: row.ask } : null;
  });
}

async function startedBy(from: string): Promise<number> {
  const rows = await inspect(
    engine.connection,
    "select 1 from runs where contact_phone = $1 and flow_key = 'started'",
    [from],
  );
  return rows.length;
}

function sms(from: string, body: string) {
  return engine.twilio.receiveMessage({ from, to: shared, body });
}

describe("[Q1] choices where there are no buttons", () => {
  test.each([
    ["1", "confirm"],
    ["2.", "cancel"],
    ["si confirmo", "confirm"],
    ["CANCELAR", "cancel"],
    ["Opción 2", "cancel"],
    ["2. Cancelar", "cancel"],
    ["mañana le digo", "reply"],
    ["3", "reply"],
  ])("an SMS of %j leaves by %s", async (body, port) => {
    const to = newPerson();
    const runId = await start("ask-sms", to);
    await asked(runId);
    const sent = engine.twilio.ledger().find((entry) => entry.to === to);
    expect(sent?.body).toBe("¿Viene mañana?\n1. Sí, confirmo\n2. Cancelar");
    await sms(to, body);
    const { name, ask } = await ended(runId);
    expect(name).toBe(port);
    expect(ask).toMatchObject({ body, channel: "sms", from: to, to: shared, tries: 1 });
    expect(await startedBy(to)).toBe(0);
  });

  test("WhatsApp over Twilio has them as numbered lines too, and takes a tap by what it replies to", async () => {
    const to = newPerson();
    await engine.twilio.receiveMessage({ from: to, to: shared, body: "hola", channel: "whatsapp" });
    const runId = await start("ask-whatsapp", to);
    await asked(runId);
    const sent = engine.twilio.ledger().find((entry) => entry.to === to && entry.kind === "message");
    expect(sent?.body).toContain("1. Sí, confirmo");
    await engine.twilio.receiveMessage({
      from: to,
      to: shared,
      body: "Cancelar",
      channel: "whatsapp",
      buttonPayload: "cancel",
      repliesTo: sent?.ref ?? "",
    });
    expect((await ended(runId)).name).toBe("cancel");
  });
});

describe("[Q1] choices as buttons", () => {
  test("a tap leaves by its choice", async () => {
    const to = newPerson();
    await writeToMeta(to, "hola");
    const runId = await start("ask-meta", to);
    await asked(runId);
    const sent = metaMessage(to);
    expect(sent?.details).toMatchObject({
      type: "interactive",
      request: {
        interactive: { type: "button", action: { buttons: [{ reply: { title: "Sí, confirmo" } }, {}] } },
      },
    });
    await engine.meta.tap(sent?.ref ?? "", "Sí, confirmo");
    const { name, ask } = await ended(runId);
    expect(name).toBe("confirm");
    expect(ask).toMatchObject({ choice: "confirm", index: 0, title: "Sí, confirmo", channel: "whatsapp" });
  });

  test("[Q3] a tap on a button of another run answers nobody else's question", async () => {
    const to = newPerson();
    await writeToMeta(to, "hola");
    const first = await start("ask-meta", to);
    await asked(first);
    const old = metaMessage(to);
    await engine.meta.receiveMessage({ ...metaParty(to), text: "ya veremos" });
    expect((await ended(first)).name).toBe("reply");
    const second = await start("ask-meta", to);
    await asked(second);
    await engine.meta.tap(old?.ref ?? "", "confirm");
    await engine.meta.tap(metaMessage(to)?.ref ?? "", "cancel");
    expect((await ended(second)).name).toBe("cancel");
  });

  test("[Q3] of two questions at once each tap answers its own, and words the younger", async () => {
    const to = newPerson();
    await writeToMeta(to, "hola");
    const first = await start("ask-meta", to);
    await asked(first);
    const firstMessage = metaMessage(to);
    const second = await start("ask-meta", to);
    await asked(second);
    await engine.meta.receiveMessage({ ...metaParty(to), text: "cancelar" });
    expect((await ended(second)).name).toBe("cancel");
    await engine.meta.tap(firstMessage?.ref ?? "", "confirm");
    expect((await ended(first)).name).toBe("confirm");
  });
});

describe("asking again", () => {
  test("what is no choice is asked again, and an old or a new line both answer", async () => {
    const to = newPerson();
    const runId = await start("ask-again", to);
    await asked(runId);
    await sms(to, "quizás");
    await until("the second question", () => messagesTo(to) === 2);
    const again = engine.twilio.ledger().findLast((entry) => entry.to === to);
    expect(again?.body).toBe("No le entendí.\n1. Sí, confirmo\n2. Cancelar");
    await sms(to, "1");
    const { name, ask } = await ended(runId);
    expect([name, ask.tries]).toEqual(["confirm", 2]);
  });

  test("after the last time it leaves by reply", async () => {
    const to = newPerson();
    const runId = await start("ask-again", to);
    await asked(runId);
    await sms(to, "quizás");
    await until("the second question", () => messagesTo(to) === 2);
    await sms(to, "no sé");
    const { name, ask } = await ended(runId);
    expect([name, ask.body, ask.tries]).toEqual(["reply", "no sé", 2]);
    expect(messagesTo(to)).toBe(2);
  });

  test("who wants no more messages is not asked again", async () => {
    const to = newPerson();
    const runId = await start("ask-again", to);
    await asked(runId);
    await sms(to, "STOP");
    expect((await ended(runId)).name).toBe("opted_out");
    expect(messagesTo(to)).toBe(1);
  });
});

describe("[A5] an answer or the timeout", () => {
  test("[Q2] an answer that comes before the wait is stored is not lost", async () => {
    const to = newPerson();
    engine.twilio.faults.next({ to }, { kind: "slow", ms: 400 });
    const runId = await start("ask-sms", to);
    await until("the message to be with the vendor", () => messagesTo(to) === 1);
    await sms(to, "1");
    expect((await ended(runId)).name).toBe("confirm");
    expect(await startedBy(to)).toBe(0);
  });

  test("without an answer it leaves by timeout, and what comes later starts the number's flow", async () => {
    const to = newPerson();
    const runId = await start("ask-sms", to);
    await asked(runId);
    await skip(61 * 60_000);
    expect((await ended(runId)).name).toBe("timeout");
    await sms(to, "1");
    await until("the number's flow", async () => (await startedBy(to)) === 1);
  });

  test("answer and timeout at once have one winner", async () => {
    const outcomes: string[] = [];
    for (let round = 0; round < 8; round++) {
      const to = newPerson();
      const runId = await start("ask-sms", to);
      await asked(runId);
      await Promise.all([skip(61 * 60_000), sms(to, "1")]);
      const { name } = await ended(runId);
      outcomes.push(name);
      const left = await inspect<{ lefts: number }>(
        engine.connection,
        `select count(*)::int as lefts from journal, jsonb_array_elements(events) e
         where run_id = $1 and e ->> 'nodeId' = 'ask' and e ->> 'kind' = 'left'`,
        [runId],
      );
      expect(left).toEqual([{ lefts: 1 }]);
    }
    expect(outcomes.filter((name) => name !== "confirm" && name !== "timeout")).toEqual([]);
  });
});

describe("a question that does not arrive", () => {
  test("a failure that is reported while it waits gives way to the next channel", async () => {
    const to = newPerson("9901");
    const runId = await start("ask-both", to);
    await until("the SMS", () =>
      engine.twilio.ledger().some((entry) => entry.to === to && entry.channel === "sms"),
    );
    await sms(to, "2");
    const { name, ask } = await ended(runId);
    expect([name, ask.channel]).toEqual(["cancel", "sms"]);
  });

  test("where no channel reaches the person it leaves by undeliverable", async () => {
    const to = "+576015550177";
    const runId = await start("ask-both", to);
    expect((await ended(runId)).name).toBe("undeliverable");
  });
});

function messagesTo(to: string): number {
  return engine.twilio.ledger().filter((entry) => entry.to === to && entry.kind === "message").length;
}

async function skip(ms: number): Promise<void> {
  const response = await fetch(`${engine.url}/api/v1/clock/skip`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ ms }),
  });
  expect(response.status).toBe(200);
}

function metaParty(from: string) {
  return { from, phoneNumberId: META_ID, displayPhoneNumber: metaNumber };
}

function writeToMeta(from: string, text: string) {
  return engine.meta.receiveMessage({ ...metaParty(from), text });
}

function metaMessage(to: string) {
  return engine.meta.ledger().findLast((entry) => entry.to === to && entry.kind === "message");
}
