import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { newId } from "../../engine/ids.ts";
import { createLog, type Logger } from "../../engine/log.ts";
import { insertCredential } from "../../engine/store/credentials.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { stepsOf } from "../support/journal.ts";
import { flowOf } from "../support/small-flow.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";
import { until } from "../support/until.ts";

const { shared, missed, meta: metaNumber } = DEMO.numbers;
const UNBOUND = "+576015550111";
const OTHER = {
  tenantId: "ten_other",
  accountSid: `AC${"b".repeat(32)}`,
  authToken: "token-of-b",
  phoneNumberId: "200000000000002",
  number: "+573005550222",
};
const warnings: { readonly fields: Record<string, unknown>; readonly message: string }[] = [];

let engine: TestEngine;
let caller = 0;

beforeAll(async () => {
  engine = await buildEngine({ log: listening() });
  await engine.publish(
    flowOf(
      "ask",
      [
        ["call", "twilio.incoming-call"],
        ["hello", "twilio.say", { text: "Hola {{ trigger.call.from }}" }],
        ["ask", "twilio.gather", { prompt: { text: "Marque uno" }, digitPorts: ["1"] }],
        ["thanks", "twilio.say", { text: "Gracias" }],
      ],
      [
        ["call", "next", "hello"],
        ["hello", "next", "ask"],
        ["ask", "1", "thanks"],
      ],
    ),
    { number: shared, channel: "voice" },
  );
  await engine.publish(
    flowOf("reply", [
      ["message", "twilio.incoming-message"],
      ["answer", "messaging.send", { text: "Recibido", channels: ["sms"] }],
    ]),
    { number: missed, channel: "messages" },
  );
  await insertOtherTenant();
});
afterAll(() => engine.stop());

describe("a request whose signature does not hold", () => {
  test("[H1] gets 403, is counted, and leaves no row behind", async () => {
    const before = await rowCounts();
    const forged = { accountSid: engine.twilio.accounts()[0]?.accountSid ?? "", authToken: "guessed" };
    const requests = [
      twilioRequest(engine, "/hooks/twilio/voice", callForm(newSid(), newCaller(), shared), forged),
      twilioRequest(engine, "/hooks/twilio/messages", smsForm(newCaller(), missed, "hola"), forged),
      twilioRequest(
        engine,
        "/hooks/twilio/voice/status",
        { CallSid: newSid(), CallStatus: "completed" },
        forged,
      ),
    ];
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(await rowCounts()).toEqual(before);
    const metrics = await (await fetch(`${engine.url}/metrics`)).text();
    expect(metrics).toContain('centralita_refused_signatures_total{webhook="twilio/voice"} 1\n');
    expect(metrics).toContain('centralita_refused_signatures_total{webhook="twilio/messages"} 1\n');
  });

  test("[H5] the public URL counts, whatever the Host header says", async () => {
    const form = callForm(newSid(), newCaller(), shared);
    const account = engine.twilio.accounts()[0];
    const params = { AccountSid: account?.accountSid ?? "", ...form };
    const post = (signedUrl: string) =>
      fetch(`${engine.url.replace("127.0.0.1", "localhost")}/hooks/twilio/voice`, {
        method: "POST",
        headers: { "x-twilio-signature": engine.twilio.sign(signedUrl, params) },
        body: new URLSearchParams(params),
      });
    const host = engine.url.replace("127.0.0.1", "localhost");
    expect((await post(`${host}/hooks/twilio/voice`)).status).toBe(403);
    expect((await post(`${engine.url}/hooks/twilio/voice`)).status).toBe(200);
  });
});

describe("the same delivery again", () => {
  test("[H3, D4, A9] a call is answered as it was then, and starts nothing", async () => {
    const sid = newSid();
    const form = callForm(sid, newCaller(), shared);
    const first = await twilioRequest(engine, "/hooks/twilio/voice", form);
    expect(first.body).toContain("<Gather");
    expect(await twilioRequest(engine, "/hooks/twilio/voice", form)).toEqual(first);
    expect(await runsOfCall(sid)).toHaveLength(1);
  });

  test("[H3] an answered question is not answered twice", async () => {
    const sid = newSid();
    const opening = await twilioRequest(engine, "/hooks/twilio/voice", callForm(sid, newCaller(), shared));
    const step = stepPath(opening.body);
    const first = await twilioRequest(engine, step, { CallSid: sid, Digits: "1", CallStatus: "in-progress" });
    expect(first.body).toContain("Gracias");
    const again = await twilioRequest(engine, step, { CallSid: sid, Digits: "1", CallStatus: "in-progress" });
    expect(again).toEqual(first);
    const [run] = await runsOfCall(sid);
    const steps = await stepsOf(engine.connection, run?.id ?? "");
    expect(steps.filter((step) => step === "thanks next")).toHaveLength(1);
  });

  test("[W3] the answer that was sent is the one its row holds", async () => {
    const sid = newSid();
    const answer = await twilioRequest(engine, "/hooks/twilio/voice", callForm(sid, newCaller(), shared));
    const [run] = await runsOfCall(sid);
    const [row] = await inspect<{ answer: { status: number; body: string } }>(
      engine.connection,
      "select answer from inbox where run_id = $1",
      [run?.id],
    );
    expect({ status: row?.answer.status, body: row?.answer.body }).toEqual(answer);
  });
});

describe("a number that nobody answers", () => {
  test("[H7] one that nobody owns is told so in the language of its country, and the log says which", async () => {
    const answer = await twilioRequest(
      engine,
      "/hooks/twilio/voice",
      callForm(newSid(), newCaller(), "+576019999999"),
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatch(/Este número no puede atender llamadas.*<Hangup\/>/);
    expect(warnings.some(({ fields }) => fields.number === "+576019999999")).toBe(true);
  });

  test("[H7] one without a flow says the same, and the log names what to do", async () => {
    const sid = newSid();
    const answer = await twilioRequest(engine, "/hooks/twilio/voice", callForm(sid, newCaller(), UNBOUND));
    expect(answer.body).toMatch(/no puede atender llamadas.*<Hangup\/>/);
    expect(await runsOfCall(sid)).toEqual([]);
    const line = warnings.find(({ fields }) => fields.number === UNBOUND);
    expect(line?.message).toContain("bind one under numbers");
  });
});

describe("a message that comes in", () => {
  test("[D4] starts the flow of its number, once", async () => {
    const from = newCaller();
    const form = smsForm(from, missed, "Hola");
    await twilioRequest(engine, "/hooks/twilio/messages", form);
    await twilioRequest(engine, "/hooks/twilio/messages", form);
    await until("the answer to be sent", () => sentTo(from).length > 0);
    const run = await runsOf(from);
    expect(run).toHaveLength(1);
    expect(sentTo(from)).toHaveLength(1);
  });

  test("[H8] what one request brings is handled in its order", async () => {
    const from = newCaller();
    const draft = { from, phoneNumberId: "100000000000001", displayPhoneNumber: metaNumber };
    const texts = ["uno", "dos", "tres", "cuatro"];
    const { status } = await engine.meta.receiveBatch(texts.map((text) => ({ ...draft, text })));
    expect(status).toBe(200);
    const kept = await inspect<{ body: string }>(
      engine.connection,
      "select body from messages where contact_phone = $1 and direction = 'inbound' order by id",
      [from],
    );
    expect(kept.map(({ body }) => body)).toEqual(texts);
  });

  test("[H9, S8] STOP is kept whatever the flow does, and ALTA takes it back", async () => {
    const from = newCaller();
    const write = async (body: string) => {
      const ofFlow = async () => (await runsOf(from)).filter((run) => !run.flow_key.startsWith("_"));
      const before = (await ofFlow()).length;
      await twilioRequest(engine, "/hooks/twilio/messages", smsForm(from, missed, body));
      return until("the run to end", async () => {
        const runs = await ofFlow();
        return runs.length > before && runs[0]?.ended_at ? runs[0] : null;
      });
    };
    const stopped = await write("STOP");
    expect(await stepsOf(engine.connection, stopped.id)).toContain("answer opted_out");
    expect(sentTo(from)).toEqual([]);
    const back = await write("ALTA");
    expect(await stepsOf(engine.connection, back.id)).toContain("answer sent");
    // The flow's own, and what ALTA is answered with, which Twilio does not do.
    await until("both messages", () => sentTo(from).length === 2);
  });

  test("[H4] of Meta goes by phone_number_id to the tenant whose number it is, also within one batch", async () => {
    const [ana, luis] = [newCaller(), newCaller()];
    await engine.meta.receiveBatch([
      { from: ana, phoneNumberId: "100000000000001", displayPhoneNumber: metaNumber, text: "a" },
      { from: luis, phoneNumberId: OTHER.phoneNumberId, displayPhoneNumber: OTHER.number, text: "b" },
    ]);
    const rows = await inspect(
      engine.connection,
      "select tenant_id, contact_phone, body from messages where contact_phone = any($1) order by body",
      [[ana, luis]],
    );
    expect(rows).toEqual([
      { tenant_id: DEMO.tenant.id, contact_phone: ana, body: "a" },
      { tenant_id: OTHER.tenantId, contact_phone: luis, body: "b" },
    ]);
  });
});

describe("[H4] the account of another tenant", () => {
  test("cannot start a flow on a number that is not its own", async () => {
    const sid = newSid();
    const answer = await twilioRequest(
      engine,
      "/hooks/twilio/voice",
      callForm(sid, newCaller(), shared),
      OTHER,
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("<Hangup/>");
    expect(answer.body).not.toContain("<Gather");
    expect(await runsOfCall(sid)).toEqual([]);
  });

  test("cannot answer a question of somebody else's run", async () => {
    const sid = newSid();
    const opening = await twilioRequest(engine, "/hooks/twilio/voice", callForm(sid, newCaller(), shared));
    const step = stepPath(opening.body);
    const digits = { CallSid: sid, Digits: "1", CallStatus: "in-progress" };
    const stranger = await twilioRequest(engine, step, digits, OTHER);
    expect(stranger.body).not.toContain("Gracias");
    expect(await runsOfCall(sid)).toMatchObject([{ status: "waiting" }]);
    expect((await twilioRequest(engine, step, digits)).body).toContain("Gracias");
  });

  test("cannot read the answer another caller waits for", async () => {
    const sid = newSid();
    await twilioRequest(engine, "/hooks/twilio/voice", callForm(sid, newCaller(), shared));
    const [run] = await runsOfCall(sid);
    const [delivery] = await inspect<{ id: string }>(
      engine.connection,
      "select id from inbox where run_id = $1",
      [run?.id],
    );
    const path = `/hooks/twilio/voice?answer=${delivery?.id}`;
    expect((await twilioRequest(engine, path, { CallSid: sid })).body).toContain("<Gather");
    expect((await twilioRequest(engine, path, { CallSid: sid }, OTHER)).body).not.toContain("<Gather");
  });

  test("cannot report on an effect of somebody else's", async () => {
    const from = newCaller();
    engine.twilio.faults.next({ path: /Messages\.json/, to: from }, { kind: "lose-callbacks" });
    await twilioRequest(engine, "/hooks/twilio/messages", smsForm(from, missed, "Hola"));
    const effect = await until("the message to be accepted", async () => {
      const [row] = await inspect<{ id: string; ref: string }>(
        engine.connection,
        "select id, ref from effects where recipient = $1 and state = 'accepted'",
        [from],
      );
      return row ?? null;
    });
    const path = `/hooks/twilio/status/${effect.id}?s=${engine.app.runtime.keys.sign("effect", effect.id)}`;
    const report = { MessageSid: effect.ref, MessageStatus: "delivered" };
    const statusOf = async () =>
      (
        await inspect<{ status: string }>(engine.connection, "select status from effects where id = $1", [
          effect.id,
        ])
      )[0]?.status;
    const before = await statusOf();
    expect((await twilioRequest(engine, path, report, OTHER)).status).toBe(204);
    expect(await statusOf()).toBe(before);
    expect((await twilioRequest(engine, path, report)).status).toBe(204);
    expect(await statusOf()).toBe("delivered");
  });

  test("a report on an effect needs our own signature too", async () => {
    const id = newId("effect");
    const form = { MessageSid: newSid(), MessageStatus: "delivered" };
    expect((await twilioRequest(engine, `/hooks/twilio/status/${id}?s=guess`, form)).status).toBe(403);
  });
});

test("[H10] an error has the shape and the status of its code", async () => {
  const body = '{"object":"page"}';
  const signature = `sha256=${createHmac("sha256", "demo-app-secret").update(body).digest("hex")}`;
  const answer = await fetch(`${engine.url}/hooks/meta`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hub-signature-256": signature },
    body,
  });
  expect([answer.status, await answer.json()]).toEqual([
    400,
    {
      error: {
        code: "BODY_MALFORMED",
        message: expect.stringContaining("whatsapp_business_account"),
        details: expect.any(Object),
        requestId: expect.stringMatching(/^req_/),
      },
    },
  ]);
});

function listening(): Logger {
  return Object.assign(Object.create(createLog("silent")) as Logger, {
    warn: (fields: Record<string, unknown>, message: string) => void warnings.push({ fields, message }),
  });
}

async function insertOtherTenant(): Promise<void> {
  const { connection, app } = engine;
  await inspect(
    connection,
    "insert into tenants (id, name, country, timezone, locale, status) values ($1, 'Otra', 'CO', 'America/Bogota', 'es', 'active')",
    [OTHER.tenantId],
  );
  await inspect(
    connection,
    `insert into numbers (id, tenant_id, e164, provider, provider_id, voice, whatsapp) values
       ('num_other', $1, $2, 'meta', $3, false, true), ('num_unbound', $4, $5, 'twilio', null, true, false)`,
    [OTHER.tenantId, OTHER.number, OTHER.phoneNumberId, DEMO.tenant.id, UNBOUND],
  );
  const id = newId("credential");
  const { accountSid, authToken } = OTHER;
  const place = { tenantId: OTHER.tenantId, table: "credentials", row: id };
  const sealed = app.runtime.keys.seal(place, { accountSid, authToken });
  await app.db.asTenant(OTHER.tenantId, (scope) =>
    insertCredential(scope, { id, type: "twilio.account", name: "own", account: accountSid, sealed }),
  );
}

function newSid(): string {
  return `CA${randomUUID().replaceAll("-", "")}`;
}

function newCaller(): string {
  caller += 1;
  return `+57300333${String(1000 + caller)}`;
}

function smsForm(from: string, to: string, body: string) {
  return {
    MessageSid: `SM${randomUUID().replaceAll("-", "")}`,
    From: from,
    To: to,
    Body: body,
    NumMedia: "0",
  };
}

/** Where the question of a document is answered. */
function stepPath(twiml: string): string {
  const action = /action="([^"]+)"/.exec(twiml)?.[1] ?? "";
  return new URL(action).pathname;
}

function sentTo(to: string) {
  return engine.twilio.ledger().filter((entry) => entry.kind === "message" && entry.to === to);
}

function runsOf(phone: string) {
  return inspect<{ id: string; flow_key: string; status: string; ended_at: Date | null }>(
    engine.connection,
    "select id, flow_key, status, ended_at from runs where contact_phone = $1 order by id desc",
    [phone],
  );
}

function runsOfCall(sid: string) {
  return inspect<{ id: string; status: string }>(
    engine.connection,
    "select r.id, r.status from runs r join calls c on c.run_id = r.id where c.provider_ref = $1",
    [sid],
  );
}

async function rowCounts() {
  const [counts] = await inspect(
    engine.connection,
    `select (select count(*) from runs) as runs, (select count(*) from inbox) as inbox,
       (select count(*) from contacts) as contacts, (select count(*) from calls) as calls,
       (select count(*) from messages) as messages, (select count(*) from journal) as journal,
       (select count(*) from effects) as effects`,
  );
  return counts;
}
