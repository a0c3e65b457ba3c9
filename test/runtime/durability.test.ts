import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { stepsOf } from "../support/journal.ts";
import { MAKE_DUE } from "../support/make-due.ts";
import { flowOf } from "../support/small-flow.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";
import { until } from "../support/until.ts";

const { shared } = DEMO.numbers;
const MESSAGES = /Messages\.json/;
interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly ended_at: Date | null;
  readonly lease_owner: string | null;
}

let engine: TestEngine;
let silent: { readonly server: Server; readonly url: string; heard: number };

beforeAll(async () => {
  silent = await silentServer();
  engine = await buildEngine({
    settings: { doubtGraceMs: 1 },
    // The one way out takes addresses of the operator's vendors only.
    config: { operator: { "test.vendor": { baseUrl: silent.url } } },
  });
  await inspect(
    engine.connection,
    `update tenants set settings = settings || '{"quietHours": {"from": "00:00", "to": "24:00"}}' where id = $1`,
    [engine.tenantId],
  );
  for (const flow of [
    sender("sms", { channels: ["sms"] }),
    sender("confirmed", { channels: ["sms"], confirm: "delivered", confirmWithinMs: 60_000 }),
    sender("both", { channels: ["whatsapp", "sms"], confirm: "delivered", confirmWithinMs: 60_000 }),
    sender("whatsapp", { channels: ["whatsapp"] }),
    sender("notice", { channels: ["sms"], purpose: "notice" }),
    flowOf("order", [
      ["api", "api.run"],
      ["post", "http.request", { method: "POST", url: `${silent.url}/orders`, timeoutMs: 200 }],
    ]),
    flowOf("sleepy", [
      ["api", "api.run"],
      ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
      ["done", "core.end", { outcome: "woken" }],
    ]),
    flowOf("nap", [
      ["api", "api.run"],
      ["sleep", "core.wait", { for: { amount: 0.2, unit: "seconds" } }],
      ["done", "core.end", { outcome: "woken" }],
    ]),
    flowOf(
      "asking",
      [
        ["api", "api.run"],
        ["look", "twilio.lookup", { number: "{{ contact.phone }}" }],
        ["send", "messaging.send", { text: "Hola", channels: ["sms"] }],
        ["done", "core.end", {}],
      ],
      [
        ["api", "next", "look"],
        ["look", "mobile", "send"],
        ["send", "sent", "done"],
      ],
    ),
  ])
    await engine.publish(flow);
  await engine.publish(
    flowOf(
      "menu",
      [
        ["call", "twilio.incoming-call"],
        ["ask", "twilio.gather", { prompt: { text: "Marque uno" }, digitPorts: ["1"] }],
        ["thanks", "twilio.say", { text: "Gracias" }],
      ],
      [
        ["call", "next", "ask"],
        ["ask", "1", "thanks"],
      ],
    ),
    { number: shared, channel: "voice" },
  );
  await engine.publish(
    flowOf("back", [
      ["message", "twilio.incoming-message"],
      [
        "send",
        "messaging.send",
        { text: "Hola", channels: ["whatsapp", "sms"], confirm: "delivered", confirmWithinMs: 60_000 },
      ],
    ]),
    { number: shared, channel: "messages" },
  );
});
afterAll(async () => {
  await engine.stop();
  silent.server.closeAllConnections();
  silent.server.close();
});

describe("sending", () => {
  test("[E4] what the vendor surely did not do is tried again, as a row, and sent once", async () => {
    const to = "+573005550001";
    engine.twilio.faults.next({ path: MESSAGES, to }, { kind: "status", status: 429, retryAfter: 1 });
    const id = await start("sms", to);
    await until("the retry to be a row", async () => (await effectOf(id))?.state === "retrying");
    expect(await runOf(id)).toMatchObject({ status: "waiting" });
    await ended(id);
    expect(sentTo(to)).toHaveLength(1);
    expect(await effectOf(id)).toMatchObject({ state: "accepted", attempts: 2 });
    expect(await spent(id)).toEqual({ sms: 1 });
  });

  test("[E3] a lost answer is found in the vendor's list, and nothing is sent again", async () => {
    const to = "+573005550002";
    // No report comes by itself: only looking for the message can tell.
    const slow = await buildEngine({ emulatorPaceMs: 3_600_000 });
    try {
      await slow.publish(sender("sms", { channels: ["sms"] }));
      slow.twilio.faults.next({ path: MESSAGES, to }, { kind: "reset-after-accept" });
      const id = await start("sms", to, slow);
      await until(
        "the run to sleep over its doubt",
        async () => (await runOf(id, slow)).status === "waiting",
      );
      expect(await effectOf(id, slow)).toMatchObject({ state: "in_doubt" });
      await due(id, slow);
      await ended(id, slow);
      expect(await effectOf(id, slow)).toMatchObject({ state: "accepted", attempts: 1 });
      expect(await spent(id, slow)).toEqual({ sms: 1 });
      expect(
        slow.twilio.ledger().filter((entry) => entry.kind === "message" && entry.to === to),
      ).toHaveLength(1);
    } finally {
      await slow.stop();
    }
  });

  test("[E6] a status the vendor reports later, and twice, moves the message up once", async () => {
    const to = "+573005550003";
    engine.twilio.faults.next({ path: MESSAGES, to }, { kind: "lose-callbacks" });
    const id = await start("confirmed", to);
    await until("the run to wait for the report", async () => (await runOf(id)).status === "waiting");
    await report(id, "delivered");
    await ended(id);
    expect(await stepsOf(engine.connection, id)).toContain("send sent");
    await report(id, "sent");
    await report(id, "delivered");
    expect(await effectOf(id)).toMatchObject({ status: "delivered" });
    expect(await spent(id)).toEqual({ sms: 1 });
  });

  test("[C6] a number without WhatsApp gets an SMS, and only that is paid", async () => {
    const from = "+573001239901";
    await engine.twilio.receiveMessage({ from, to: shared, body: "Hola", channel: "whatsapp" });
    const run = await until("the run to end", async () => {
      const [row] = await inspect<RunRow>(
        engine.connection,
        "select * from runs where contact_phone = $1 and ended_at is not null",
        [from],
      );
      return row ?? null;
    });
    expect(sentTo(from).map(({ channel }) => channel)).toEqual(["whatsapp", "sms"]);
    expect(await stepsOf(engine.connection, run.id)).toContain("send sent");
    expect(await spent(run.id)).toEqual({ sms: 1 });
  });

  test("[C4] without credits the step leaves by its port, and nothing is sent", async () => {
    const to = "+573005550004";
    const [account] = await inspect<{ balance: number }>(
      engine.connection,
      "select balance from credit_accounts where tenant_id = $1 and meter = 'sms'",
      [engine.tenantId],
    );
    const set = (balance: number) =>
      inspect(
        engine.connection,
        "update credit_accounts set balance = $2 where tenant_id = $1 and meter = 'sms'",
        [engine.tenantId, balance],
      );
    await set(0);
    const id = await start("sms", to);
    await ended(id);
    await set(account?.balance ?? 0);
    expect(await stepsOf(engine.connection, id)).toContain("send insufficient_credits");
    expect(sentTo(to)).toEqual([]);
    expect(await effectOf(id)).toBeNull();
  });

  test("[S8] a notice keeps the quiet hours, a service message does not", async () => {
    const to = "+573005550005";
    const notice = await start("notice", to);
    await ended(notice);
    expect(await stepsOf(engine.connection, notice)).toContain("send quiet_hours");
    expect(sentTo(to)).toEqual([]);
    await ended(await start("sms", to));
    expect(sentTo(to)).toHaveLength(1);
  });

  test("[S8] free text over WhatsApp needs a message of the last 24 hours", async () => {
    const to = "+573005550006";
    const id = await start("whatsapp", to);
    await ended(id);
    expect(await stepsOf(engine.connection, id)).toContain("send undeliverable");
    expect(sentTo(to)).toEqual([]);
  });
});

test("[E3] a request that left and got no answer is not repeated", async () => {
  const id = await start("order", "+573005550007");
  await until("the effect to be in doubt", async () => (await effectOf(id))?.state === "in_doubt");
  await until("the run to sleep", async () => (await runOf(id)).status === "waiting");
  await due(id);
  await ended(id);
  expect(await stepsOf(engine.connection, id)).toContain("post timeout");
  expect(await effectOf(id)).toMatchObject({ state: "unresolved" });
  expect(silent.heard).toBe(1);
});

describe("waiting", () => {
  test("[A7] a wait that is due goes on", async () => {
    const id = await start("nap", "+573005550008");
    expect(await ended(id)).toMatchObject({ status: "succeeded" });
    expect(await stepsOf(engine.connection, id)).toContain("sleep next");
  });

  test("[D11] the sweeper finds what is due, whoever put it to sleep", async () => {
    const id = await start("sleepy", "+573005550009");
    await until("the run to sleep", async () => (await runOf(id)).status === "waiting");
    await due(id);
    expect(await ended(id)).toMatchObject({ status: "succeeded" });
  });

  test("[D8] a run whose owner is gone is taken over when its lease has run out", async () => {
    const to = "+573005550010";
    const web = await buildEngine({
      connection: engine.connection,
      config: { role: "web" },
      settings: { maxInFlight: 0 },
    });
    try {
      const id = await start("asking", to, web);
      await inspect(
        engine.connection,
        `update runs set status = 'running', lease_owner = 'gone', lease_epoch = lease_epoch + 1,
           lease_until = now() + interval '1 second' where id = $1 and status = 'queued'`,
        [id],
      );
      await ended(id);
      const lookups = engine.twilio.ledger().filter((entry) => entry.kind === "lookup" && entry.to === to);
      expect(lookups).toHaveLength(1);
    } finally {
      await web.app.stop();
    }
  });
});

describe("cancelling", () => {
  test("[D15] a run that waits is cancelled on the spot", async () => {
    const id = await start("sleepy", "+573005550011");
    await until("the run to sleep", async () => (await runOf(id)).status === "waiting");
    await cancel(id);
    expect(await runOf(id)).toMatchObject({ status: "cancelled" });
  });

  test("[D15] one that is queued never starts", async () => {
    const to = "+573005550012";
    const web = await buildEngine({ config: { role: "web" }, settings: { maxInFlight: 0 } });
    try {
      await web.publish(
        flowOf("later", [
          ["api", "api.run"],
          ["done", "core.end"],
        ]),
      );
      const id = await start("later", to, web);
      expect(await runOf(id, web)).toMatchObject({ status: "queued" });
      await cancel(id, web);
      expect(await runOf(id, web)).toMatchObject({ status: "cancelled" });
      expect(await stepsOf(web.connection, id)).not.toContain("done end");
    } finally {
      await web.stop();
    }
  });

  test("[D15] one that is being driven stops with its next commit", async () => {
    const to = "+573005550013";
    engine.twilio.faults.next({ path: /PhoneNumbers/ }, { kind: "slow", ms: 1_000 });
    const id = await start("asking", to);
    await until("the lookup to be under way", async () => (await runOf(id)).status === "running");
    await cancel(id);
    expect(await ended(id)).toMatchObject({ status: "cancelled" });
    expect(await stepsOf(engine.connection, id)).toContain("look mobile");
  });
});

describe("several processes", () => {
  test("[D12] a process that is full stores the run as queued, and another drives it", async () => {
    const full = await buildEngine({
      connection: engine.connection,
      config: { role: "web" },
      settings: { maxInFlight: 0 },
    });
    try {
      const id = await start("nap", "+573005550014", full);
      expect(await ended(id)).toMatchObject({ status: "succeeded" });
      expect(full.app.engine.inFlight).toBe(0);
    } finally {
      await full.app.stop();
    }
  });

  test("[D9] any of them takes the answer to a question another has asked", async () => {
    const other = await buildEngine({ connection: engine.connection });
    try {
      const sid = `CA${randomUUID().replaceAll("-", "")}`;
      const asked = await twilioRequest(
        engine,
        "/hooks/twilio/voice",
        callForm(sid, "+573005550015", shared),
      );
      const step = new URL(/action="([^"]+)"/.exec(asked.body)?.[1] ?? "").pathname;
      const answer = await twilioRequest(other, step, {
        CallSid: sid,
        Digits: "1",
        CallStatus: "in-progress",
      });
      expect(answer.body).toContain("Gracias");
      const again = await twilioRequest(engine, step, {
        CallSid: sid,
        Digits: "1",
        CallStatus: "in-progress",
      });
      expect(again).toEqual(answer);
    } finally {
      await other.app.stop();
    }
  });
});

function sender(key: string, params: Readonly<Record<string, unknown>>) {
  return flowOf(key, [
    ["api", "api.run"],
    ["send", "messaging.send", { text: "Hola", ...params }],
  ]);
}

async function start(key: string, phone: string, on = engine): Promise<string> {
  const answer = await api(on, `/flows/${key}/runs`, { input: {}, contact: { phone } });
  const { runId } = (await answer.json()) as { runId?: string };
  if (!runId) throw new Error(`starting ${key} was answered with ${answer.status}`);
  return runId;
}

async function cancel(id: string, on = engine): Promise<void> {
  const answer = await api(on, `/runs/${id}/cancel`);
  expect(answer.status).toBeLessThan(300);
}

function api(on: TestEngine, path: string, body: unknown = {}): Promise<Response> {
  return fetch(`${on.url}/api/v1${path}`, {
    method: "POST",
    // A second engine on the same database finds the tenant there already, and its key with the first.
    headers: { authorization: `Bearer ${on.apiKey || engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function runOf(id: string, on = engine): Promise<RunRow> {
  const [row] = await inspect<RunRow>(on.connection, "select * from runs where id = $1", [id]);
  if (!row) throw new Error(`no run ${id}`);
  return row;
}

function ended(id: string, on = engine): Promise<RunRow> {
  return until(`the end of ${id}`, async () => {
    const run = await runOf(id, on);
    return run.ended_at ? run : null;
  });
}

async function effectOf(runId: string, on = engine) {
  const [row] = await inspect<{
    id: string;
    ref: string | null;
    state: string;
    status: string | null;
    attempts: number;
  }>(on.connection, "select id, ref, state, status, attempts from effects where run_id = $1", [runId]);
  return row ?? null;
}

/** Its time has come. */
async function due(runId: string, on = engine): Promise<void> {
  await inspect(on.connection, MAKE_DUE, [runId]);
}

async function report(runId: string, status: string): Promise<void> {
  const effect = await effectOf(runId);
  if (!effect?.ref) throw new Error(`run ${runId} has sent nothing`);
  const path = `/hooks/twilio/status/${effect.id}?s=${engine.app.runtime.keys.sign("effect", effect.id)}`;
  const answer = await twilioRequest(engine, path, { MessageSid: effect.ref, MessageStatus: status });
  expect(answer.status).toBe(204);
}

function sentTo(to: string) {
  return engine.twilio.ledger().filter((entry) => entry.kind === "message" && entry.to === to);
}

async function spent(runId: string, on = engine): Promise<Record<string, number>> {
  const rows = await inspect<{ meter: string; spent: number }>(
    on.connection,
    "select meter, -sum(amount)::int as spent from credit_entries where run_id = $1 group by meter having sum(amount) <> 0",
    [runId],
  );
  return Object.fromEntries(rows.map(({ meter, spent }) => [meter, spent]));
}

/** Takes every request and never answers. */
async function silentServer() {
  const found = { server: createServer(), url: "", heard: 0 };
  found.server.on("request", () => {
    found.heard += 1;
  });
  await new Promise<void>((resolve) => found.server.listen(0, "127.0.0.1", resolve));
  found.url = `http://127.0.0.1:${(found.server.address() as AddressInfo).port}`;
  return found;
}
