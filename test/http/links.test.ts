import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspect } from "../support/database.ts";
import { stepsOf } from "../support/journal.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";
import type { Call } from "./api-client.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const PHONE =
  "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36";
const OFFER = "https://shop.example/oferta?a=1&b=2";

let api: TestApi;
let other: Call;
let people = 0;

beforeAll(async () => {
  api = await startTestApi();
  other = (await api.otherTenant()).call;
  const flow = (key: string, wait: object) =>
    flowOf(
      key,
      [
        ["api", "api.run"],
        [
          "send",
          "messaging.send",
          {
            to: "{{ trigger.input.to }}",
            text: `Mire ${OFFER}.`,
            channels: ["sms"],
            trackLinks: true,
            linkDays: 1,
          },
        ],
        ["pause", "core.wait", wait as Record<string, unknown>],
        ["wait", "messaging.wait-for-click", { links: "{{ steps.send.linksKey }}", minutes: 60 }],
        ["won", "core.goal", { name: "clic", value: 1, currency: "COP" }],
        ["lost", "core.end", { outcome: "sin_clic" }],
      ],
      [
        ["api", "next", "send"],
        ["send", "sent", "pause"],
        ["pause", "next", "wait"],
        ["wait", "clicked", "won"],
        ["wait", "timeout", "lost"],
      ],
    );
  await api.engine.publish(flow("offer", { for: { amount: 0, unit: "seconds" } }));
  await api.engine.publish(flow("slow", { for: { amount: 10, unit: "minutes" } }));
});
afterAll(() => api.stop());

async function sendOffer(key = "offer") {
  const to = `+57312${String(1_000_000 + ++people)}`;
  const { body } = await api.call("POST", `/api/v1/flows/${key}/runs`, { json: { input: { to } } });
  const runId: string = body.runId;
  const text = await until(
    "the SMS",
    () => api.engine.twilio.ledger().find((entry) => entry.to === to)?.body ?? null,
  );
  const code = /\/t\/(\w+)\.$/.exec(text)?.[1] ?? "";
  expect(code).not.toBe("");
  return { to, runId, code };
}

const open = (code: string, agent = PHONE, method = "GET") =>
  api.anonymous(method, `/t/${code}`, { headers: { "user-agent": agent } });
const waiting = (runId: string) =>
  until(
    "the run to wait",
    async () => (await api.call("GET", `/api/v1/runs/${runId}`)).body.status === "waiting",
  );
const ended = (runId: string) =>
  until("the run's end", async () => {
    const { body } = await api.call("GET", `/api/v1/runs/${runId}`);
    return body.endedAt !== null && body;
  });

describe("a click", () => {
  test("of a person leads on, is counted, and wakes the run that waits for it", async () => {
    const { runId, code, to } = await sendOffer();
    await waiting(runId);
    const { status, headers } = await open(code);
    expect([status, headers.get("location"), headers.get("cache-control")]).toEqual([302, OFFER, "no-store"]);
    const run = await ended(runId);
    const wait = run.steps.findLast(({ nodeId }: { nodeId: string }) => nodeId === "wait");
    expect(wait).toMatchObject({ port: "clicked", output: { url: OFFER, recipient: to, clicks: 1 } });
    expect(await stepsOf(api.engine.connection, runId)).toContain("won next");
    expect((await api.call("GET", `/api/v1/links/${code}`)).body).toMatchObject({
      url: OFFER,
      runId,
      recipient: to,
      clicks: 1,
      previews: 0,
      firstClickAt: expect.any(String),
    });
  });

  test("of a program leads on and is counted apart; nobody is woken by it", async () => {
    const { runId, code } = await sendOffer();
    for (const agent of [
      "WhatsApp/2.24.20 A",
      "facebookexternalhit/1.1",
      "Mozilla/5.0 (compatible; Googlebot/2.1)",
    ])
      expect((await open(code, agent)).status).toBe(302);
    expect((await open(code, PHONE, "HEAD")).status).toBe(302);
    expect((await api.call("GET", `/api/v1/links/${code}`)).body).toMatchObject({
      clicks: 0,
      previews: 4,
      firstClickAt: null,
    });
    await waiting(runId);
    await api.call("POST", "/api/v1/clock/skip", { json: { ms: 3_600_000 } });
    expect((await ended(runId)).outcome.name).toBe("sin_clic");
  });

  test("that comes before the wait is heard when the flow gets there", async () => {
    const { runId, code } = await sendOffer("slow");
    await open(code);
    await open(code);
    // A stretch of time that begins after the skip is not shortened by it.
    await waiting(runId);
    await api.call("POST", "/api/v1/clock/skip", { json: { ms: 600_000 } });
    const run = await ended(runId);
    expect(run.steps.findLast(({ nodeId }: { nodeId: string }) => nodeId === "wait")).toMatchObject({
      port: "clicked",
      output: { clicks: 1 },
    });
    // A click on a run that is over still leads on, and counts.
    expect((await open(code)).status).toBe(302);
    expect((await api.call("GET", `/api/v1/links/${code}`)).body.clicks).toBe(3);
  });
});

describe("[S30] a link", () => {
  test("works for its days, by the tenant's clock", async () => {
    const { code } = await sendOffer();
    await api.call("POST", "/api/v1/clock/skip", { json: { ms: 86_400_000 - 60_000 } });
    expect((await open(code)).status).toBe(302);
    await api.call("POST", "/api/v1/clock/skip", { json: { ms: 120_000 } });
    const { status, body } = await open(code);
    expect([status, body.error.code]).toEqual([410, "LINK_EXPIRED"]);
  });

  test("leads where it was made for, whatever the address says", async () => {
    const { code } = await sendOffer();
    const { headers } = await api.anonymous("GET", `/t/${code}?url=https://evil.example&to=//evil.example`, {
      headers: { "user-agent": PHONE },
    });
    expect(headers.get("location")).toBe(OFFER);
    for (const path of ["/t/https:%2F%2Fevil.example", "/t/nobodys"])
      expect((await api.anonymous("GET", path)).status).toBe(404);
  });
});

describe("who looks at the counts", () => {
  test("finds links by run, person and whether they were opened", async () => {
    const { runId, code, to } = await sendOffer();
    const found = async (query: string) =>
      (await api.call("GET", `/api/v1/links?${query}`)).body.items.map((link: { code: string }) => link.code);
    expect(await found(`run=${runId}&clicked=no`)).toEqual([code]);
    await open(code);
    expect(await found(`run=${runId}&clicked=no`)).toEqual([]);
    expect(await found(`recipient=${encodeURIComponent(to)}&clicked=yes`)).toEqual([code]);
  });

  test("sees each click, and by which program", async () => {
    const { code } = await sendOffer();
    await open(code, "WhatsApp/2.24.20 A");
    await open(code);
    const first = await api.call("GET", `/api/v1/links/${code}/clicks?limit=1`);
    expect(first.body.items).toMatchObject([{ kind: "person", agent: PHONE }]);
    const second = await api.call("GET", `/api/v1/links/${code}/clicks?cursor=${first.body.nextCursor}`);
    expect(second.body.items).toMatchObject([{ kind: "preview", agent: "WhatsApp/2.24.20 A" }]);
  });

  test("gets sums by address, of one flow", async () => {
    const { body } = await api.call("GET", "/api/v1/link-stats?flow=slow");
    expect(body.items).toEqual([{ url: OFFER, links: 1, opened: 1, clicks: 3, previews: 0 }]);
    expect((await api.call("GET", "/api/v1/link-stats?flow=nothing")).body.items).toEqual([]);
    const [row] = await inspect<{ links: number }>(
      api.engine.connection,
      "select count(*)::int as links from links",
    );
    expect((await api.call("GET", "/api/v1/link-stats?from=2026-01-01")).body.items[0].links).toBe(
      row?.links,
    );
  });

  test("sees only the tenant's own", async () => {
    const { code } = await sendOffer();
    expect((await other("GET", `/api/v1/links/${code}`)).status).toBe(404);
    expect((await other("GET", `/api/v1/links/${code}/clicks`)).status).toBe(404);
    expect((await other("GET", "/api/v1/links")).body.items).toEqual([]);
  });
});
