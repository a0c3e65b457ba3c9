import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../../engine/built-in-plugins.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { defineNode, definePlugin, next, Type, wait } from "../../engine/plugin-api.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { cloneDatabase, inspect, type TestDatabase } from "../support/database.ts";
import { type SlowVendor, slowVendor } from "../support/slow-vendor.ts";
import { flowOf } from "../support/small-flow.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";
import { until } from "../support/until.ts";

const { shared, missed } = DEMO.numbers;
const words = (text: string) => ({ en: text, es: text });

/** Waits for the next message of the contact to a number. */
const listening = definePlugin({
  id: "listening",
  title: words("Listening"),
  nodes: [
    defineNode({
      type: "listening.hear",
      version: 1,
      family: "logic",
      icon: "ear",
      title: words("Hear"),
      help: words("Waits for the next message."),
      params: Type.Object({ number: Type.String(), from: Type.String() }),
      outputs: { heard: Type.Record(Type.String(), Type.Unknown()), silence: Type.Object({}) },
      ports: ["heard", "silence"],
      effect: "none",
      waits: true,
      example: { title: words("Hear"), params: { number: "+573000000001", from: "+573000000002" } },
      run: (ctx, { number, from }) =>
        wait({
          until: new Date(ctx.now.getTime() + 3_600_000),
          timeoutPort: "silence",
          events: { reply: "heard" },
          keys: [`reply:sms:${number}:${from}`],
        }),
    }),
    defineNode({
      type: "listening.note",
      version: 1,
      family: "logic",
      icon: "note",
      title: words("Note"),
      help: words("Puts a text on record."),
      params: Type.Object({ text: Type.String() }),
      outputs: { next: Type.Object({ text: Type.String() }) },
      ports: ["next"],
      effect: "none",
      example: { title: words("Note"), params: { text: "hola" } },
      run: (_ctx, { text }) => next("next", { text }),
    }),
  ],
});

let database: TestDatabase;
let vendor: SlowVendor;
let one: TestEngine;
let two: TestEngine;
let people = 0;
let sent = 0;

beforeAll(async () => {
  database = await cloneDatabase();
  vendor = await slowVendor(5);
  const options = {
    connection: database.connection,
    plugins: [...BUILT_IN_PLUGINS, listening],
    config: { operator: { "test.vendor": { baseUrl: vendor.url } } },
  };
  one = await buildEngine(options);
  two = await buildEngine(options);
});
afterAll(async () => {
  await Promise.all([one.app.stop(), two.app.stop()]);
  await vendor.close();
  await database.drop();
});

describe("[F4] somebody who comes again, by the flow's policy", () => {
  test("parallel: every message is a run of its own", async () => {
    await bind(asking("parallel", undefined));
    const from = newPerson();
    vendor.hold();
    await write(one, from, "uno");
    await write(two, from, "dos");
    await until("both to ask", () => vendor.open === 2);
    vendor.release();
    expect(await textsOf(from, 2)).toEqual(["succeeded uno", "succeeded dos"]);
  });

  test("queue: one run after the other, in the order they came", async () => {
    await bind(asking("queue", "queue"));
    const from = newPerson();
    const stranger = newPerson();
    vendor.hold();
    for (const [index, text] of ["uno", "dos", "tres"].entries())
      await write(index % 2 ? one : two, from, text);
    await write(one, stranger, "otro");
    await until("the first of each to ask", () => vendor.open === 2);
    expect(await statusesOf(from)).toEqual(["running", "queued", "queued"]);
    vendor.release();
    expect(await textsOf(from, 3)).toEqual(["succeeded uno", "succeeded dos", "succeeded tres"]);
    const overlaps = await inspect(
      database.connection,
      `select 1 from runs r join runs o on o.contact_phone = r.contact_phone and o.id > r.id
       where r.contact_phone = $1 and o.updated_at < r.ended_at`,
      [from],
    );
    expect(overlaps).toEqual([]);
  });

  test("queue: a caller is on hold until it is their turn", async () => {
    await one.publish(
      withPolicy(
        flowOf(
          "line",
          [
            ["call", "twilio.incoming-call"],
            ["ask", "http.request", { method: "GET", url: `${vendor.url}/line` }],
            ["bye", "twilio.say", { text: "Ya le toca" }],
          ],
          [
            ["call", "next", "ask"],
            ["ask", "success", "bye"],
          ],
        ),
        "queue",
      ),
      { number: shared, channel: "voice" },
    );
    const from = newPerson();
    vendor.hold();
    const first = call(one, from);
    await until("the first call to ask", () => vendor.open === 1);
    const second = call(two, from);
    await until("the second to be stored", async () => (await statusesOf(from)).includes("queued"));
    expect(vendor.open).toBe(1);
    vendor.release();
    expect((await first).body).toContain("Ya le toca");
    expect((await second).body).toContain("Ya le toca");
  });

  test("replace: the earlier run is cancelled with its next commit, and sends nothing more", async () => {
    await bind(
      withPolicy(
        flowOf(
          "replace",
          [
            ["message", "twilio.incoming-message"],
            ["ask", "http.request", { method: "GET", url: `${vendor.url}/replace` }],
            ["send", "messaging.send", { text: "{{ trigger.message.body }}", channels: ["sms"] }],
          ],
          [
            ["message", "next", "ask"],
            ["ask", "success", "send"],
          ],
        ),
        "replace",
      ),
    );
    const from = newPerson();
    vendor.hold();
    await write(one, from, "uno");
    await until("the first to ask", () => vendor.open === 1);
    await write(two, from, "dos");
    await until("the second to ask", () => vendor.open === 2);
    vendor.release();
    await until("both to end", async () => (await statusesOf(from)).join() === "cancelled,succeeded");
    const texts = [one, two].flatMap((engine) =>
      engine.twilio
        .ledger()
        .flatMap((entry) => (entry.kind === "message" && entry.to === from ? [entry.body] : [])),
    );
    expect(texts).toEqual(["dos"]);
  });

  test("replace: one that sleeps is cancelled at once", async () => {
    await bind(
      withPolicy(
        flowOf("sleeper", [
          ["message", "twilio.incoming-message"],
          ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
        ]),
        "replace",
      ),
    );
    const from = newPerson();
    await write(one, from, "uno");
    await until("it to sleep", async () => (await statusesOf(from))[0] === "waiting");
    await write(two, from, "dos");
    await until("the second to sleep", async () => (await statusesOf(from)).join() === "cancelled,waiting");
  });

  test("resume: a message goes to the run that is there, also while it is busy", async () => {
    await bind(conversation("resume"));
    const from = newPerson();
    vendor.hold();
    await write(one, from, "hola");
    await until("the run to be busy", () => vendor.open === 1);
    await write(two, from, "una cosa");
    await write(one, from, "y otra");
    vendor.release();
    await until("all to be heard", async () => (await heardBy(from)).length === 2);
    expect(await heardBy(from)).toEqual(["una cosa", "y otra"]);
    await until("the run to sleep again", async () => (await statusesOf(from)).join() === "waiting");
    expect(await recordOf(from)).toEqual(["hola", "una cosa", "y otra"]);
  });

  test("resume: what the run never asks for stays on record, and starts nothing", async () => {
    await bind(asking("resume-once", "resume"));
    const from = newPerson();
    vendor.hold();
    await write(one, from, "hola");
    await until("the run to be busy", () => vendor.open === 1);
    await write(two, from, "oiga");
    vendor.release();
    expect(await textsOf(from, 1)).toEqual(["succeeded hola"]);
    expect(await recordOf(from)).toEqual(["hola", "oiga"]);
    await write(two, from, "otra vez");
    expect(await textsOf(from, 2)).toEqual(["succeeded hola", "succeeded otra vez"]);
  });

  test("resume: what cannot be handed over starts beside it", async () => {
    await one.publish(
      withPolicy(
        flowOf("order", [
          ["api", "api.run"],
          ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
        ]),
        "resume",
      ),
    );
    const phone = newPerson();
    const start = () =>
      fetch(`${one.url}/api/v1/flows/order/runs`, {
        method: "POST",
        headers: { authorization: `Bearer ${one.apiKey}`, "content-type": "application/json" },
        body: JSON.stringify({ input: {}, contact: { phone } }),
      });
    expect([(await start()).status, (await start()).status]).toEqual([202, 202]);
    await until("both to sleep", async () => (await statusesOf(phone)).join() === "waiting,waiting");
  });
});

test("[F5] of two flows that wait for the same person, the youngest run hears the message", async () => {
  const from = newPerson();
  await bind(conversation(undefined, "elder"));
  await write(one, from, "hola");
  await until("the first to wait", async () => (await statusesOf(from)).join() === "waiting");
  await one.publish(
    flowOf(
      "younger",
      [
        ["api", "api.run"],
        ["hear", "listening.hear", { number: missed, from: "{{ contact.phone }}" }],
        ["note", "listening.note", { text: "{{ steps.hear.body }}" }],
      ],
      [
        ["api", "next", "hear"],
        ["hear", "heard", "note"],
      ],
    ),
  );
  await fetch(`${one.url}/api/v1/flows/younger/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${one.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ input: {}, contact: { phone: from } }),
  });
  await until("both to wait", async () => (await statusesOf(from)).join() === "waiting,waiting");
  await write(two, from, "para quién");
  expect(
    await until("the younger to end", async () => {
      const rows = await statusesOf(from);
      return rows.includes("succeeded") ? rows : null;
    }),
  ).toEqual(["waiting", "succeeded"]);
  expect(await heardBy(from)).toEqual([]);
});

test("[F5] one person's messages are heard in their order, each once, whichever process takes them", async () => {
  await bind(conversation("resume", "talk"));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ person: fc.nat(2), process: fc.nat(1), again: fc.boolean() }), {
        minLength: 3,
        maxLength: 18,
      }),
      async (plan) => {
        const persons = [newPerson(), newPerson(), newPerson()];
        const said = persons.map((from, index) => ({
          from,
          texts: plan.filter(({ person }) => person === index).map((_, n) => `texto ${n}`),
        }));
        await Promise.all(
          persons.map(async (from, index) => {
            const mine = plan.filter(({ person }) => person === index);
            for (const [n, { process, again }] of mine.entries()) {
              const form = smsForm(from, `texto ${n}`);
              const [here, there] = process === 0 ? [one, two] : [two, one];
              await twilioRequest(here, "/hooks/twilio/messages", form);
              if (again) await twilioRequest(there, "/hooks/twilio/messages", form);
            }
          }),
        );
        for (const { from, texts } of said) {
          const expected = texts.slice(1);
          await until("all to be heard", async () => (await heardBy(from)).length >= expected.length);
          expect(await heardBy(from)).toEqual(expected);
          // The vendor is acknowledged before the run has come to rest.
          await until("the run to come to rest", async () => !(await statusesOf(from)).includes("running"));
          expect(await statusesOf(from)).toEqual(texts.length > 0 ? ["waiting"] : []);
          expect(await recordOf(from)).toEqual(texts);
        }
      },
    ),
    { numRuns: 15, seed: 11 },
  );
});

function asking(key: string, policy: Flow["settings"]["contactPolicy"]): Flow {
  return withPolicy(
    flowOf(
      key,
      [
        ["message", "twilio.incoming-message"],
        ["ask", "http.request", { method: "GET", url: `${vendor.url}/${key}` }],
        ["note", "listening.note", { text: "{{ trigger.message.body }}" }],
      ],
      [
        ["message", "next", "ask"],
        ["ask", "success", "note"],
      ],
    ),
    policy,
  );
}

/** Listens for ever, and asks the vendor something between two messages. */
function conversation(policy: Flow["settings"]["contactPolicy"], key = "chat"): Flow {
  return withPolicy(
    flowOf(
      key,
      [
        ["message", "twilio.incoming-message"],
        ["ask", "http.request", { method: "GET", url: `${vendor.url}/${key}` }],
        ["hear", "listening.hear", { number: missed, from: "{{ contact.phone }}" }],
      ],
      [
        ["message", "next", "ask"],
        ["ask", "success", "hear"],
        ["hear", "heard", "ask"],
      ],
    ),
    policy,
  );
}

function withPolicy(flow: Flow, contactPolicy: Flow["settings"]["contactPolicy"]): Flow {
  return contactPolicy ? { ...flow, settings: { ...flow.settings, contactPolicy } } : flow;
}

async function bind(flow: Flow): Promise<void> {
  await one.publish(flow, { number: missed, channel: "messages" });
  for (const engine of [one, two]) engine.app.runtime.directory.forget(one.tenantId);
}

function newPerson(): string {
  people += 1;
  return `+57300888${String(1000 + people)}`;
}

function smsForm(from: string, body: string) {
  sent += 1;
  return {
    MessageSid: `SM${String(sent).padStart(32, "0")}`,
    From: from,
    To: missed,
    Body: body,
    NumMedia: "0",
  };
}

async function write(on: TestEngine, from: string, body: string): Promise<void> {
  const { status } = await twilioRequest(on, "/hooks/twilio/messages", smsForm(from, body));
  expect(status).toBe(200);
}

function call(on: TestEngine, from: string) {
  sent += 1;
  return twilioRequest(
    on,
    "/hooks/twilio/voice",
    callForm(`CA${String(sent).padStart(32, "0")}`, from, shared),
  );
}

async function statusesOf(from: string): Promise<string[]> {
  const rows = await inspect<{ status: string }>(
    database.connection,
    "select status from runs where contact_phone = $1 order by started_at, id",
    [from],
  );
  return rows.map(({ status }) => status);
}

/** How this many runs of a person ended, and what they noted. */
function textsOf(from: string, howMany: number): Promise<string[]> {
  return until(`${howMany} runs of ${from} to end`, async () => {
    const rows = await inspect<{ status: string; ended_at: Date | null; text: string | null }>(
      database.connection,
      `select r.status, r.ended_at, (select e -> 'output' ->> 'text' from journal j, jsonb_array_elements(j.events) e
         where j.run_id = r.id and e ->> 'nodeId' = 'note') as text
       from runs r where contact_phone = $1 order by started_at, id`,
      [from],
    );
    const over = rows.length === howMany && rows.every((row) => row.ended_at);
    return over ? rows.map((row) => `${row.status} ${row.text ?? ""}`) : null;
  });
}

/** What the runs of conversations with a person heard, in order. */
async function heardBy(from: string): Promise<string[]> {
  const rows = await inspect<{ body: string }>(
    database.connection,
    `select e -> 'output' ->> 'body' as body from runs r join journal j on j.run_id = r.id,
       jsonb_array_elements(j.events) with ordinality x(e, place)
     where r.contact_phone = $1 and r.flow_key <> 'younger' and e ->> 'nodeId' = 'hear' and e ->> 'port' = 'heard'
     order by j.seq, x.place`,
    [from],
  );
  return rows.map(({ body }) => body);
}

/** The conversation as it is kept. */
async function recordOf(from: string): Promise<string[]> {
  const rows = await inspect<{ body: string }>(
    database.connection,
    "select body from messages where contact_phone = $1 and direction = 'inbound' order by id",
    [from],
  );
  return rows.map(({ body }) => body);
}
