import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { startTestApi, type TestApi } from "../http/test-api.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const MESSAGES = /Messages\.json/;
const { shared } = DEMO.numbers;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const bulk = (params: Record<string, unknown>) =>
    [
      ["api", "api.run"],
      [
        "bulk",
        "messaging.bulk",
        {
          recipients: "{{ trigger.input.list }}",
          text: "Hola {{ recipient.name | default: 'vecino' }}",
          channels: ["sms"],
          purpose: "service",
          ...params,
        },
      ],
    ] as const;
  await api.engine.publish(flowOf("bulk", bulk({})));
  await api.engine.publish(flowOf("both", bulk({ channels: ["whatsapp", "sms"] })));
  await api.engine.publish(flowOf("notice", bulk({ purpose: "notice", quietHours: "stop" })));
});
afterAll(() => api.stop());
beforeEach(async () => {
  await setRate(1_000);
  await setCredits(10_000);
});

const db = <T extends object>(sql: string, values: readonly unknown[] = []) =>
  inspect<T>(api.engine.connection, sql, values);
/** What is set holds from now on, and not when the engine looks again. */
async function setUp(sql: string, value: unknown): Promise<void> {
  await db(sql, [api.engine.tenantId, value]);
  api.engine.app.runtime.directory.forget(api.engine.tenantId);
}
const setRate = (perSecond: number) =>
  setUp("update numbers set pace_per_second = $2 where tenant_id = $1", perSecond);
const setCredits = (balance: number) =>
  db("update credit_accounts set balance = $2 where tenant_id = $1 and meter = 'sms'", [
    api.engine.tenantId,
    balance,
  ]);

/** Numbers of one test, in E.164. None of them is one of the emulator's. */
const phones = (block: number, count: number) =>
  Array.from(
    { length: count },
    (_, index) => `+5730${10 + block}${String(100_000 + index).padStart(6, "0")}`,
  );

async function start(flow: string, list: readonly unknown[]): Promise<string> {
  const { body, text } = await api.call("POST", `/api/v1/flows/${flow}/runs`, { json: { input: { list } } });
  expect(body.runId, text).toBeDefined();
  return body.runId;
}

const read = async (runId: string) => (await api.call("GET", `/api/v1/runs/${runId}`)).body;
const order = (runId: string, verb: string) => api.call("POST", `/api/v1/runs/${runId}/${verb}`);
const ended = (runId: string) =>
  until(
    "the bulk's end",
    async () => {
      const run = await read(runId);
      return run.endedAt !== null && run;
    },
    30_000,
  );

const ledger = () => api.engine.twilio.ledger().filter(({ kind }) => kind === "message");
function sentTo(list: readonly string[]): string[] {
  const wanted = new Set(list);
  return ledger().flatMap(({ to }) => (to && wanted.has(to) ? [to] : []));
}

describe("a bulk", () => {
  test("[E12] sends to each person of the list once, and counts everybody", async () => {
    const good = phones(1, 297);
    const list = [
      ...good.map((phone, index) => ({ phone, name: `N${index}` })),
      { phone: "+57 301 110 0000", name: "again" },
      good[7],
      "nobody",
      { name: "no phone" },
      "+573011139904",
    ];
    const run = await ended(await start("bulk", list));
    expect(run.outcome.output).toMatchObject({
      total: 302,
      sent: 297,
      failed: 3,
      unknown: 0,
      duplicates: 2,
      remaining: 0,
      reasons: { invalid_number: 2, opted_out: 1 },
    });
    expect(run.outcome.output.failures.map(({ phone }: { phone: string }) => phone)).toEqual([
      "nobody",
      '{"name":"no phone"}',
      "+573011139904",
    ]);
    expect(sentTo(good).sort()).toEqual([...good].sort());
    expect(ledger().find(({ to }) => to === good[3])?.body).toBe("Hola N3");
    expect(run.credits).toEqual({ sms: 297 });
    // 298 to be tried, in parts of fifty; one commit each, and one to start and one to end.
    const [commits] = await db<{ seq: number }>("select seq from runs where id = $1", [run.id]);
    expect(commits?.seq).toBeLessThanOrEqual(12);
    expect(run.progress).toBeNull();
  });

  test("goes on over the next channel for whom the first does not take", async () => {
    const [first = "", second = ""] = phones(2, 2);
    await api.engine.twilio.receiveMessage({ from: first, to: shared, body: "Hola", channel: "whatsapp" });
    await until("the message to be kept", async () => {
      const rows = await db("select 1 from messages where contact_phone = $1 and direction = 'inbound'", [
        first,
      ]);
      return rows.length > 0;
    });
    const run = await ended(await start("both", [first, second]));
    expect(run.outcome.output).toMatchObject({ sent: 2, failed: 0 });
    const channels = (phone: string) =>
      ledger()
        .filter(({ to }) => to === phone)
        .map(({ channel }) => channel);
    expect([channels(first), channels(second)]).toEqual([["whatsapp"], ["sms"]]);
  });

  test("[E4] what the vendor surely did not do is tried again, for that one only", async () => {
    const list = phones(3, 5);
    api.engine.twilio.faults.next(
      { path: MESSAGES, to: list[2] ?? "" },
      { kind: "status", status: 429, retryAfter: 1 },
    );
    const run = await ended(await start("bulk", list));
    expect(run.outcome.output).toMatchObject({ sent: 5, failed: 0 });
    expect(sentTo(list).sort()).toEqual(list);
  });

  test("[E3] of one whose answer was lost the report tells, and nobody gets it twice", async () => {
    const list = phones(4, 5);
    api.engine.twilio.faults.next({ path: MESSAGES, to: list[1] ?? "" }, { kind: "reset-after-accept" });
    const run = await ended(await start("bulk", list));
    expect(run.outcome.output).toMatchObject({ sent: 5, unknown: 0 });
    expect(sentTo(list).sort()).toEqual(list);
  });

  test("[C4] stops when the credits are spent, and sends exactly what they paid for", async () => {
    const list = phones(5, 120);
    await setCredits(70);
    const run = await ended(await start("bulk", list));
    const [left] = await db<{ balance: number; held: number }>(
      "select balance, held from credit_accounts where tenant_id = $1 and meter = 'sms'",
      [api.engine.tenantId],
    );
    expect(run.outcome.output).toMatchObject({
      sent: 70,
      failed: 0,
      remaining: 50,
      reason: "insufficient_credits",
    });
    expect(sentTo(list)).toHaveLength(70);
    expect(left).toEqual({ balance: 0, held: 0 });
  });

  test("[S8] keeps the quiet hours", async () => {
    const [tenant] = await db<{ settings: object }>("select settings from tenants where id = $1", [
      api.engine.tenantId,
    ]);
    const setSettings = (settings: object) =>
      setUp("update tenants set settings = $2 where id = $1", JSON.stringify(settings));
    await setSettings({ ...tenant?.settings, quietHours: { from: "00:00", to: "24:00" } });
    const list = phones(6, 3);
    const run = await ended(await start("notice", list));
    await setSettings({ ...tenant?.settings });
    expect(run.outcome.output).toMatchObject({ sent: 0, remaining: 3, reason: "quiet_hours" });
    expect(sentTo(list)).toEqual([]);
  });

  test("a list that is too long, or no list, is refused before anything is sent", async () => {
    const { error } = (
      await ended(
        await start(
          "bulk",
          Array.from({ length: 10_001 }, () => "+1"),
        ),
      )
    ).outcome;
    expect(error.code).toBe("PARAMS_INVALID");
  });

  test("[E9] keeps the pace of its sender", async () => {
    await setRate(20);
    const list = phones(7, 60);
    const id = await start("bulk", list);
    await ended(id);
    const moments = ledger()
      .filter(({ to }) => to && list.includes(to))
      .map(({ at }) => Date.parse(at));
    expect(moments).toHaveLength(60);
    for (const [i, from] of moments.entries())
      for (const [j, to] of moments.entries())
        if (j >= i) expect(j - i + 1).toBeLessThanOrEqual(10 + ((to - from + JITTER_MS) * 20) / 1000 + 1);
  });
});

// What a request may take longer than another one: the machine is shared.
const JITTER_MS = 250;

describe("[E13] a bulk under way", () => {
  test("is paused between two parts, shows how far it is, and goes on", async () => {
    await setRate(20);
    const list = phones(8, 90);
    const id = await start("bulk", list);
    await until("some to be sent", () => sentTo(list).length > 0);
    expect((await order(id, "pause")).status).toBe(202);
    const paused = await until(
      "the bulk to stand still",
      async () => {
        const run = await read(id);
        return (
          run.status === "waiting" &&
          run.waits.some(({ key }: { key: string }) => key === `resume:${id}`) &&
          run
        );
      },
      20_000,
    );
    const sent = sentTo(list).length;
    expect(sent).toBeLessThan(90);
    expect(paused.progress).toMatchObject({ total: 90, sent, remaining: 90 - sent });
    expect(paused.pausedAt).not.toBeNull();
    expect((await order(id, "pause")).status).toBe(202);
    await setRate(1_000);
    expect((await order(id, "resume")).status).toBe(202);
    expect((await ended(id)).outcome.output).toMatchObject({ sent: 90, remaining: 0 });
    expect(sentTo(list).sort()).toEqual(list);
    const over = await order(id, "pause");
    expect([over.status, over.body.error.code]).toEqual([409, "RUN_ENDED"]);
  });

  test("a run that is told to go on while it lies down does not sleep on", async () => {
    await setRate(40);
    const list = phones(9, 90);
    const id = await start("bulk", list);
    await until("some to be sent", () => sentTo(list).length > 0);
    for (let round = 0; round < 10; round++) {
      await order(id, "pause");
      await order(id, "resume");
    }
    expect((await ended(id)).outcome.output).toMatchObject({ sent: 90 });
    expect(sentTo(list).sort()).toEqual(list);
  });

  test("[D15] is cancelled: what is under way is kept, nothing more is sent, nothing stays held", async () => {
    await setRate(20);
    const list = phones(10, 90);
    const id = await start("bulk", list);
    await until("some to be sent", () => sentTo(list).length > 0);
    await order(id, "cancel");
    const run = await ended(id);
    expect(run.status).toBe("cancelled");
    const accepted = run.effects.filter(({ state }: { state: string }) => state === "accepted").length;
    expect(sentTo(list)).toHaveLength(accepted);
    expect(accepted).toBeLessThan(90);
    expect(run.credits).toEqual({ sms: accepted });
    const open = await db("select 1 from credit_holds where run_id = $1 and state = 'open'", [id]);
    expect(open).toEqual([]);
  });
});

test("[E12] left behind by a process that died, a bulk goes on elsewhere, and nobody gets it twice", async () => {
  await setRate(40);
  const list = phones(11, 120);
  const id = await start("bulk", list);
  await until("some to be sent", () => sentTo(list).length > 20);
  // Whoever drives it loses its lease to another, as if it had stood still for too long.
  await db(
    "update runs set lease_epoch = lease_epoch + 1, lease_until = now() - interval '1 second' where id = $1",
    [id],
  );
  const { unknown, sent, failed } = (await ended(id)).outcome.output;
  expect(failed).toBe(0);
  expect(sent + unknown).toBe(120);
  const got = sentTo(list);
  expect(new Set(got).size).toBe(got.length);
  expect(got.length).toBe(sent);
});
