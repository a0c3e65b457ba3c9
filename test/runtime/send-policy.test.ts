import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { startTestApi, type TestApi } from "../http/test-api.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const { shared, meta: metaNumber } = DEMO.numbers;
const META_ID = "100000000000001";

let api: TestApi;
let people = 0;

beforeAll(async () => {
  api = await startTestApi();
  const send = (params: Record<string, unknown>) =>
    [
      ["api", "api.run"],
      [
        "send",
        "messaging.send",
        {
          to: "{{ trigger.input.to }}",
          text: "{{ trigger.input.text | default: 'Hola' }}",
          channels: ["sms"],
          purpose: "{{ trigger.input.purpose | default: 'service' }}",
          ...params,
        },
      ],
    ] as const;
  await api.engine.publish(flowOf("sms", send({})));
  await api.engine.publish(flowOf("patient", send({ whenQuiet: "wait" })));
  await api.engine.publish(flowOf("chat", send({ channels: ["whatsapp"] })));
  await api.engine.publish(flowOf("later", send({ sendAt: "{{ trigger.input.at }}" })));
  await api.engine.publish(
    flowOf("alone", send({ channels: ["whatsapp"], confirm: "delivered", confirmWithinMs: 20000 })),
  );
  await api.engine.publish(
    flowOf("bulk", [
      ["api", "api.run"],
      [
        "bulk",
        "messaging.bulk",
        { recipients: "{{ trigger.input.list }}", text: "Oferta", channels: ["sms"], purpose: "marketing" },
      ],
    ]),
  );
  await api.engine.publish(
    flowOf("twilio", [
      ["api", "api.run"],
      ["send", "twilio.send-message", { to: "{{ trigger.input.to }}", body: "Hola", purpose: "marketing" }],
    ]),
  );
  await api.engine.publish(
    flowOf("call", [
      ["in", "twilio.incoming-call"],
      ["dial", "twilio.connect-call", { to: ["+34803123456"] }],
    ]),
    { number: shared, channel: "voice" },
  );
  const chat = flowOf("answer", [
    ["in", "twilio.incoming-message"],
    ["done", "core.end", {}],
  ]);
  await api.engine.publish(chat, { number: shared, channel: "messages" });
});
afterAll(() => api.stop());
beforeEach(async () => {
  await settings({ quietHours: null, consent: { marketing: "require" }, optOut: {}, countries: {} });
  await settings({ destinationGuard: { perHour: 1000, where: "off" } });
});

const db = <T extends object>(sql: string, values: readonly unknown[] = []) =>
  inspect<T>(api.engine.connection, sql, values);

async function settings(changes: object): Promise<void> {
  const { status, text } = await api.call("PUT", "/api/v1/settings/messaging", { json: changes });
  expect(status, text).toBe(200);
}

/** Somebody new. */
const person = (prefix = "+5730266") => `${prefix}${String(10_000 + ++people)}`;
const sentTo = (to: string) =>
  api.engine.twilio.ledger().filter((entry) => entry.kind === "message" && entry.to === to);

interface Ended {
  readonly id: string;
  readonly outcome: { readonly name: string; readonly output: Record<string, unknown> };
  readonly steps: readonly {
    readonly nodeId: string;
    readonly port: string | null;
    readonly output: Record<string, unknown>;
  }[];
}

async function start(flow: string, input: object): Promise<string> {
  const { body, text } = await api.call("POST", `/api/v1/flows/${flow}/runs`, { json: { input } });
  expect(body?.runId, text).toBeDefined();
  return body.runId;
}

const read = async (runId: string) => (await api.call("GET", `/api/v1/runs/${runId}`)).body;

async function ended(runId: string): Promise<Ended> {
  return until(`the end of ${runId}`, async () => {
    const run = await read(runId);
    return run.endedAt !== null && run;
  });
}

/** Where the step called `send` left, and with what. */
async function sent(flow: string, input: object) {
  const { steps } = await ended(await start(flow, input));
  // It may have been entered several times; it is left once.
  const step = steps.findLast(({ nodeId }) => nodeId === "send");
  return { port: step?.port, output: step?.output };
}

const firstAttempt = (output: Record<string, unknown> | undefined) => {
  const [first] = (output?.attempts ?? []) as { readonly code: string; readonly message: string }[];
  return first;
};
const why = (output: Record<string, unknown> | undefined) => firstAttempt(output)?.code;

async function contactOf(phone: string): Promise<string> {
  const { body } = await api.call("POST", "/api/v1/contacts", { json: { phone } });
  return body.id;
}

async function allow(phone: string, state = "granted", channel = "sms"): Promise<void> {
  const json = { channel, purposes: ["marketing"], state, evidence: { form: "https://x.test/alta" } };
  await api.call("POST", `/api/v1/contacts/${await contactOf(phone)}/consents`, { json });
}

describe("[L1, L2, S8] consent", () => {
  test("marketing needs one on record, whatever the flow says", async () => {
    const to = person();
    const refused = await sent("sms", { to, purpose: "marketing" });
    expect(refused.port).toBe("opted_out");
    expect(refused.output).toMatchObject({
      attempts: [
        { reason: "no_consent", code: "no_consent", message: expect.stringContaining("consentimiento") },
      ],
    });
    expect(sentTo(to)).toEqual([]);
    await allow(to);
    expect((await sent("sms", { to, purpose: "marketing" })).port).toBe("sent");
  });

  test("under `opt-out` all are reached who did not refuse", async () => {
    await settings({ consent: { marketing: "opt-out" } });
    const [free, refusing] = [person(), person()];
    await allow(refusing, "denied");
    expect((await sent("sms", { to: free, purpose: "marketing" })).port).toBe("sent");
    const refused = await sent("sms", { to: refusing, purpose: "marketing" });
    expect([refused.port, why(refused.output)]).toEqual(["opted_out", "opted_out"]);
    // Only marketing was refused.
    expect((await sent("sms", { to: refusing, purpose: "notice" })).port).toBe("sent");
  });

  test("a bulk, and a node of one vendor, do not get around it", async () => {
    const [yes, no] = [person(), person()];
    await allow(yes);
    const bulk = await ended(await start("bulk", { list: [yes, no] }));
    expect(bulk.outcome.output).toMatchObject({ sent: 1, failed: 1, reasons: { no_consent: 1 } });
    expect([sentTo(yes).length, sentTo(no).length]).toEqual([1, 0]);
    expect(await sent("twilio", { to: no })).toMatchObject({
      port: "failed",
      output: { reason: "no_consent" },
    });
    expect(await sent("twilio", { to: yes })).toMatchObject({ port: "sent" });
  });

  test("nothing is held for what is refused", async () => {
    const to = person();
    const runId = await start("sms", { to, purpose: "marketing" });
    await ended(runId);
    expect(await db("select 1 from credit_holds where run_id = $1", [runId])).toEqual([]);
    expect(await db("select 1 from effects where run_id = $1", [runId])).toEqual([]);
  });
});

describe("[H9] what people write", () => {
  const write = (from: string, body: string, channel: "sms" | "whatsapp" = "whatsapp") =>
    api.engine.twilio.receiveMessage({ from, to: shared, body, channel });
  const ledgerOf = async (phone: string) =>
    db<{ purpose: string; state: string; source: string; message_ref: string | null }>(
      `select k.purpose, k.state, k.source, k.message_ref from consents k join contacts c on c.id = k.contact_id
       where c.phone = $1 order by k.id`,
      [phone],
    );

  test("BAJA is put on record for every purpose, and answered once where the vendor does not", async () => {
    const from = person();
    const { sid } = await write(from, "¡Baja!");
    await until("the answer", () => sentTo(from).length === 1);
    expect(sentTo(from)[0]).toMatchObject({ channel: "whatsapp", body: expect.stringContaining("ALTA") });
    const lines = await ledgerOf(from);
    expect(lines.map(({ purpose }) => purpose).toSorted()).toEqual(["marketing", "notice", "service"]);
    expect(lines[0]).toMatchObject({ state: "denied", message_ref: sid });
    expect((await sent("chat", { to: from })).port).toBe("opted_out");
    // Again: on record, but there is nothing new to say.
    await write(from, "baja");
    expect(await ledgerOf(from)).toHaveLength(6);
    await write(from, "Alta");
    await until("the second answer", () => sentTo(from).length === 2);
    expect(sentTo(from).at(-1)?.body).toContain("BAJA");
    expect((await sent("chat", { to: from })).port).toBe("sent");
  });

  test("the answer is a message like any other: on record, and paid for", async () => {
    const from = person();
    await write(from, "STOP");
    const [row] = await until("the record", async () => {
      const rows = await db<{ status: string; units: number; flow_key: string }>(
        `select m.status, m.units, r.flow_key from messages m join runs r on r.id = m.run_id
         where m.contact_phone = $1 and m.direction = 'outbound'`,
        [from],
      );
      return rows.length > 0 && rows;
    });
    expect(row).toMatchObject({ units: 1, flow_key: expect.stringMatching(/^_wish-/) });
    const { body } = await api.call("GET", "/api/v1/flows");
    expect(body.items.filter(({ key }: { key: string }) => key.startsWith("_"))).toEqual([]);
  });

  test("what Twilio answers itself is not answered twice", async () => {
    const from = person();
    await write(from, "STOP", "sms");
    await until("the record", async () => (await ledgerOf(from)).length === 3);
    expect((await ledgerOf(from))[0]).toMatchObject({ source: "vendor" });
    await api.engine.twilio.idle();
    expect(sentTo(from)).toEqual([]);
  });

  test("a tenant's own words end one purpose alone", async () => {
    await settings({
      optOut: { keywords: [{ words: ["BAJA PROMO"], does: "stop", purposes: ["marketing"] }] },
      consent: { marketing: "opt-out" },
    });
    const from = person();
    await write(from, "baja promo");
    await until("the answer", () => sentTo(from).length === 1);
    expect(sentTo(from)[0]?.body).toContain("de este tipo");
    expect((await ledgerOf(from)).map(({ purpose }) => purpose)).toEqual(["marketing"]);
    expect((await sent("chat", { to: from, purpose: "marketing" })).port).toBe("opted_out");
    expect((await sent("chat", { to: from, purpose: "notice" })).port).toBe("sent");
  });

  test("no answer where the tenant wants none; help where it has words for it", async () => {
    await settings({ optOut: { confirm: false } });
    const silent = person();
    await write(silent, "BAJA");
    await until("the record", async () => (await ledgerOf(silent)).length === 3);
    await settings({ optOut: { answers: { help: "Llame al 601 555 0100." } } });
    const lost = person();
    await write(lost, "ayuda");
    await until("the help", () => sentTo(lost).length === 1);
    expect(sentTo(lost)[0]?.body).toBe("Llame al 601 555 0100.");
    expect([sentTo(silent).length, (await ledgerOf(lost)).length]).toEqual([0, 0]);
  });

  test("a button that says Baja answers a question, and a sentence is no wish", async () => {
    const from = person();
    await api.engine.twilio.receiveMessage({
      from,
      to: shared,
      body: "Baja",
      channel: "whatsapp",
      buttonPayload: "low",
    });
    await write(from, "Quiero dar de baja la habitación");
    expect(await ledgerOf(from)).toEqual([]);
  });

  test("WhatsApp's own settings are heard: marketing, and nothing else", async () => {
    await settings({ consent: { marketing: "opt-out" } });
    const from = person("+3460077");
    const choose = (value: "stop" | "resume") =>
      api.engine.meta.choose({ from, phoneNumberId: META_ID, value });
    await api.engine.meta.receiveMessage({
      from,
      phoneNumberId: META_ID,
      displayPhoneNumber: metaNumber,
      text: "Hola",
    });
    expect((await choose("stop")).status).toBe(200);
    expect(await ledgerOf(from)).toMatchObject([{ purpose: "marketing", state: "denied", source: "vendor" }]);
    expect((await choose("resume")).status).toBe(200);
    expect((await ledgerOf(from)).at(-1)).toMatchObject({ state: "granted" });
  });
});

describe("[L3] where messages go", () => {
  test.each([
    [{ countries: { sms: ["CO"] } }, "+34600770001", "country_not_allowed"],
    [{}, "+34803123456", "costly_range"],
    [{}, "+881612345678", "costly_range"],
    [{}, "+57", "bad_number"],
  ])("%j: %s is refused before anything is sent or held, in words", async (changes, to, code) => {
    await settings(changes);
    const { port, output } = await sent("sms", { to });
    expect([port, why(output)]).toEqual(["undeliverable", code]);
    expect(firstAttempt(output)?.message).toMatch(/\.$/);
    expect(sentTo(to)).toEqual([]);
  });

  test("a plan's countries stand beside the tenant's", async () => {
    await db("update plans set countries = '{CO}' where code = 'business'");
    api.engine.app.runtime.directory.forget(api.engine.tenantId);
    try {
      expect(why((await sent("sms", { to: "+34600770002" })).output)).toBe("country_not_in_plan");
    } finally {
      await db("update plans set countries = null where code = 'business'");
      api.engine.app.runtime.directory.forget(api.engine.tenantId);
    }
  });

  test("nobody is called there either", async () => {
    const call = api.engine.twilio.ring({ from: person(), to: shared, script: { inputs: [] } });
    const { dialed } = await call.done;
    expect(dialed).toEqual([]);
  });
});

describe("[L6] a block of numbers", () => {
  test("abroad gets so many SMS an hour, one by one and in a bulk; at home it is not counted", async () => {
    await settings({ destinationGuard: { perHour: 2, where: "abroad" }, consent: { marketing: "opt-out" } });
    const block = (last: number) => `+4477009${String(20_000 + last)}`;
    expect((await sent("sms", { to: block(1) })).port).toBe("sent");
    const bulk = await ended(await start("bulk", { list: [block(2), block(3), block(4)] }));
    expect(bulk.outcome.output).toMatchObject({ sent: 1, failed: 2, reasons: { not_permitted: 2 } });
    expect(why((await sent("sms", { to: block(5) })).output)).toBe("destination_limit");
    expect((await sent("sms", { to: "+447700950001" })).port).toBe("sent");
    const home = (last: number) => `+57302777${String(1000 + last)}`;
    for (const last of [1, 2, 3]) expect((await sent("sms", { to: home(last) })).port).toBe("sent");
  });

  test("everywhere means at home, too", async () => {
    await settings({ destinationGuard: { perHour: 1, where: "everywhere" } });
    expect((await sent("sms", { to: "+573028880001" })).port).toBe("sent");
    expect(why((await sent("sms", { to: "+573028880002" })).output)).toBe("destination_limit");
  });
});

describe("[L4] quiet hours", () => {
  /** An hour in which it is so late in a zone now, as HH:MM to HH:MM around it. */
  const around = (zone: string) => {
    const hour = Number(
      new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", hourCycle: "h23" }).format(
        new Date(),
      ),
    );
    const hh = (value: number) => `${String((value + 24) % 24).padStart(2, "0")}:00`;
    return { from: hh(hour), to: hh(hour + 2) };
  };

  test("are those where the person is, not where the business is", async () => {
    await settings({ quietHours: around("Europe/Madrid") });
    const [spain, home] = [person("+4915177"), person()];
    const quiet = await sent("sms", { to: spain, purpose: "notice" });
    expect(quiet.port).toBe("quiet_hours");
    const waitMs = Date.parse(String(quiet.output?.until)) - Date.now();
    expect(waitMs).toBeGreaterThan(55 * 60_000);
    expect(waitMs).toBeLessThanOrEqual(2 * 3_600_000);
    expect((await sent("sms", { to: home, purpose: "notice" })).port).toBe("sent");
    expect((await sent("sms", { to: spain, purpose: "service" })).port).toBe("sent");
  });

  test("a person's own zone counts for more than the number's", async () => {
    await settings({ quietHours: around("Asia/Tokyo") });
    const abroad = person();
    const id = await contactOf(abroad);
    expect((await sent("sms", { to: abroad, purpose: "notice" })).port).toBe("sent");
    await api.call("PATCH", `/api/v1/contacts/${id}`, { json: { timezone: "Asia/Tokyo" } });
    expect((await sent("sms", { to: abroad, purpose: "notice" })).port).toBe("quiet_hours");
  });

  test("the tenant may have its own clock count, and none for a purpose", async () => {
    const home = person();
    await settings({
      quietHours: { ...around("America/Bogota"), zone: "tenant", purposes: { notice: null } },
    });
    expect((await sent("sms", { to: home, purpose: "notice" })).port).toBe("sent");
    await settings({ quietHours: { ...around("America/Bogota"), zone: "tenant" } });
    expect((await sent("sms", { to: person("+4915177"), purpose: "notice" })).port).toBe("quiet_hours");
  });

  test("`wait` sleeps through them, and sends when they end", async () => {
    await settings({ quietHours: around("America/Bogota") });
    const to = person();
    const runId = await start("patient", { to, purpose: "notice" });
    await until("the run to sleep", async () => (await read(runId)).status === "waiting");
    expect(sentTo(to)).toEqual([]);
    await api.call("POST", "/api/v1/clock/skip", { json: { ms: 2 * 3_600_000 } });
    await ended(runId);
    expect(sentTo(to)).toHaveLength(1);
  });
});

describe("[L5] the 24-hour window", () => {
  const wroteAgo = (phone: string, hours: number) =>
    db(
      "update contact_windows set last_inbound_at = last_inbound_at - $2 * interval '1 hour' where person = $1",
      [phone, hours],
    );

  test("opens when the person writes to that number, and closes a day later", async () => {
    const from = person();
    expect(why((await sent("chat", { to: from })).output)).toBe("outside_window");
    await api.engine.twilio.receiveMessage({ from, to: shared, body: "Hola", channel: "whatsapp" });
    expect((await sent("chat", { to: from })).port).toBe("sent");
    await wroteAgo(from, 25);
    expect(why((await sent("chat", { to: from })).output)).toBe("outside_window");
  });

  test("an SMS does not open it, and a delivery that comes again opens it no longer", async () => {
    const from = person();
    await api.engine.twilio.receiveMessage({ from, to: shared, body: "Hola", channel: "sms" });
    expect(why((await sent("chat", { to: from })).output)).toBe("outside_window");
  });

  test("is closed when the vendor says so, whatever was counted", async () => {
    const from = "+573026699906"; // the emulator's: outside the window, for Twilio
    await api.engine.twilio.receiveMessage({ from, to: shared, body: "Hola", channel: "whatsapp" });
    const failed = await sent("alone", { to: from });
    expect(failed.output).toMatchObject({
      attempts: [{ result: "failed", reason: "outside_window", code: "63016" }],
    });
    expect(why((await sent("chat", { to: from })).output)).toBe("outside_window");
  });
});

describe("failed WhatsApp messages", () => {
  test("are tried again and passed on as the tenant's rules say", async () => {
    const to = "+573026699903"; // out of reach
    await api.engine.twilio.receiveMessage({ from: to, to: shared, body: "Hola", channel: "whatsapp" });
    const rules = [{ codes: ["30003"], times: 1, firstDelayMs: 3_600_000, factor: 2, fallThrough: "sms" }];
    const written = await api.call("PUT", "/api/v1/settings/whatsapp-retries", { json: { rules } });
    expect(written.body).toEqual({ rules });
    const runId = await start("alone", { to });
    await until("the run to sleep until the retry", async () => {
      const [row] = await db<{ until: string }>(
        "select state #>> '{wait,until}' as until from runs where id = $1 and status = 'waiting'",
        [runId],
      );
      const now = Date.now() + (await offset());
      return row !== undefined && Date.parse(row.until) - now > 50 * 60_000;
    });
    expect(sentTo(to)).toHaveLength(1);
    await api.call("POST", "/api/v1/clock/skip", { json: { ms: 3_600_000 } });
    await until("the second WhatsApp and the SMS", () => sentTo(to).length === 3);
    expect(sentTo(to).map(({ channel }) => channel)).toEqual(["whatsapp", "whatsapp", "sms"]);
    await api.call("PUT", "/api/v1/settings/whatsapp-retries", { json: null });
  });
});

async function offset(): Promise<number> {
  const [row] = await db<{ ms: string }>("select clock_offset_ms::text as ms from tenants where id = $1", [
    api.engine.tenantId,
  ]);
  return Number(row?.ms ?? 0);
}

describe("sendAt", () => {
  test("is slept until, durably", async () => {
    const to = person();
    const at = new Date(Date.now() + (await offset()) + 3 * 86_400_000).toISOString();
    const runId = await start("later", { to, at });
    await until("the run to sleep", async () => (await read(runId)).status === "waiting");
    await api.call("POST", "/api/v1/clock/skip", { json: { ms: 3 * 86_400_000 - 60_000 } });
    expect([sentTo(to).length, (await read(runId)).status]).toEqual([0, "waiting"]);
    await api.call("POST", "/api/v1/clock/skip", { json: { ms: 60_000 } });
    await ended(runId);
    expect(sentTo(to)).toHaveLength(1);
  });

  test("[R8] beyond the run's age is refused at once", async () => {
    const at = new Date(Date.now() + (await offset()) + 60 * 86_400_000).toISOString();
    const run = await read(
      await start("later", { to: person(), at }).then(async (id) => (await ended(id)).id),
    );
    expect(run.outcome).toMatchObject({ name: "WAIT_TOO_LONG" });
  });
});
