import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspect } from "../support/database.ts";
import { MAKE_DUE } from "../support/make-due.ts";
import { until } from "../support/until.ts";
import type { Answer } from "./api-client.ts";
import { chain } from "./small-flows.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const MESSAGES = /Messages\.json$/;

let api: TestApi;
let count = 0;

beforeAll(async () => {
  api = await startTestApi();
  const send = { to: "{{ trigger.input.to }}", text: "Hola {{ trigger.input.to }}", channels: ["sms"] };
  const flow = chain(
    "notify",
    ["api", "api.run", {}],
    ["send", "messaging.send", send],
    ["done", "core.end", {}],
  );
  const edges = flow.edges.map((edge) => (edge.source === "send" ? { ...edge, sourceHandle: "sent" } : edge));
  await api.publish({ ...flow, edges });
});
afterAll(() => api.stop());

const refusal = ({ status, body }: Answer) => [status, body.error.code];
const resolve = (id: string, json: unknown, call = api.call) =>
  call("POST", `/api/v1/effects/${id}/resolve`, { json });
const read = (id: string) => api.call("GET", `/api/v1/effects/${id}`);

/** A message of which nobody knows whether it left. It did not. */
async function doubt(kind: "reset-before" | "reset-after-accept" = "reset-before") {
  count += 1;
  const to = `+5730055501${String(count).padStart(2, "0")}`;
  api.engine.twilio.faults.next({ path: MESSAGES, to }, { kind });
  const started = await api.call("POST", "/api/v1/flows/notify/runs", { json: { input: { to } } });
  const effect = await until(`a doubt about ${to}`, async () => {
    const { body } = await api.call("GET", `/api/v1/effects?run=${started.body.runId}`);
    return body.items[0] ?? null;
  });
  return { to, runId: started.body.runId as string, id: effect.id as string, effect };
}

const runEnds = (runId: string) =>
  until(`the end of ${runId}`, async () => {
    const { body } = await api.call("GET", `/api/v1/runs/${runId}`);
    return body.endedAt === null ? null : body;
  });
const sentTo = (to: string) => api.engine.twilio.ledger().filter((entry) => entry.to === to);

describe("effects in doubt", () => {
  test("[E11] are listed with their age and what is known of them", async () => {
    const { id, to, runId, effect } = await doubt();
    expect(effect).toMatchObject({
      id,
      runId,
      runOpen: true,
      provider: "twilio",
      channel: "sms",
      to,
      state: "in_doubt",
      attempts: 1,
      resends: 0,
      policy: "give-up",
      evidence: { lastError: expect.stringContaining("No answer from Twilio"), lookups: expect.any(Number) },
    });
    expect(Date.parse(effect.evidence.graceEndsAt) - Date.parse(effect.sentAt)).toBe(600_000);
    expect((await read(id)).body).toMatchObject({ id, body: `Hola ${to}` });
    const metrics = await api.anonymous("GET", "/metrics");
    expect(metrics.text).toMatch(/^centralita_effects_in_doubt [1-9]\d*$/m);
    expect(metrics.text).toMatch(/^centralita_effects_in_doubt_oldest_seconds \d+$/m);
  });

  test("come page by page, oldest first", async () => {
    await doubt();
    await doubt();
    const all = (await api.call("GET", "/api/v1/effects?state=in_doubt&provider=twilio")).body.items;
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Answer = await api.call(
        "GET",
        `/api/v1/effects?limit=1${cursor ? `&cursor=${cursor}` : ""}`,
      );
      ids.push(...page.body.items.map((item: { id: string }) => item.id));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(ids).toEqual(all.map((item: { id: string }) => item.id));
    expect((await api.call("GET", "/api/v1/effects?state=planned")).body.items).toEqual([]);
  });

  test("of another tenant are not there", async () => {
    const { id } = await doubt();
    const other = await api.otherTenant();
    expect((await other.call("GET", "/api/v1/effects")).body.items).toEqual([]);
    expect(refusal(await other.call("GET", `/api/v1/effects/${id}`))).toEqual([404, "NOT_FOUND"]);
    const wish = { outcome: "refused", note: "not mine" };
    expect(refusal(await resolve(id, wish, other.call))).toEqual([404, "NOT_FOUND"]);
  });
});

test("[E4] a retry waits as long as the vendor asks, as a row", async () => {
  const to = "+573005550199";
  api.engine.twilio.faults.next({ path: MESSAGES, to }, { kind: "status", status: 429, retryAfter: 120 });
  const { body } = await api.call("POST", "/api/v1/flows/notify/runs", { json: { input: { to } } });
  const run = await until("the run to wait", async () => {
    const { body: found } = await api.call("GET", `/api/v1/runs/${body.runId}`);
    return found.status === "waiting" ? found : null;
  });
  expect(run.effects).toMatchObject([
    { state: "retrying", attempts: 1, outcome: { vendorCode: "VENDOR_RATE_LIMITED" } },
  ]);
  const [row] = await inspect<{ ms: number }>(
    api.engine.connection,
    "select (extract(epoch from wake_at - updated_at) * 1000)::double precision as ms from runs where id = $1",
    [body.runId],
  );
  expect(row?.ms).toBeGreaterThan(119_000);
  await inspect(api.engine.connection, MAKE_DUE, [body.runId]);
  await api.engine.app.engine.wake(body.runId);
  expect((await runEnds(body.runId)).effects).toMatchObject([{ state: "accepted", attempts: 2 }]);
});

test("[E9] a number with a pace of its own keeps it; what has no slot yet is planned", async () => {
  const slow = "update numbers set pace_per_second = $1 where tenant_id = $2";
  await inspect(api.engine.connection, slow, [0.01, api.engine.tenantId]);
  api.engine.app.runtime.directory.forget(api.engine.tenantId);
  const started = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      api.call("POST", "/api/v1/flows/notify/runs", { json: { input: { to: `+5730055502${10 + index}` } } }),
    ),
  );
  const planned = await until("two to be planned", async () => {
    const { body } = await api.call("GET", "/api/v1/effects?state=planned");
    return body.items.length >= 2 ? body.items : null;
  });
  expect(planned).toHaveLength(2);
  expect(planned[0]).toMatchObject({ attempts: 1, leavesAt: expect.any(String), state: "planned" });
  for (const { runId } of planned) {
    await until(`${runId} to sleep`, async () => {
      const { body } = await api.call("GET", `/api/v1/runs/${runId}`);
      return body.status === "waiting";
    });
    await api.call("POST", `/api/v1/runs/${runId}/cancel`, { json: {} });
  }
  const ends = await Promise.all(started.map(({ body }) => runEnds(body.runId)));
  expect(ends.filter((run) => run.status === "cancelled").map((run) => run.credits)).toEqual([{}, {}]);
  await inspect(api.engine.connection, slow, [1_000, api.engine.tenantId]);
  // Slots once given stay given, also those of cancelled runs.
  await inspect(api.engine.connection, "delete from sender_pace");
  api.engine.app.runtime.directory.forget(api.engine.tenantId);
});

describe("[E11] settled by hand", () => {
  test("refused: the run goes on, the credits go back, and it is written down who said so", async () => {
    const { id, runId } = await doubt();
    const answer = await resolve(id, { outcome: "refused", note: "Twilio's console has no trace of it" });
    expect([answer.status, answer.body.state]).toEqual([200, "refused"]);
    const run = await runEnds(runId);
    expect(run.credits).toEqual({});
    expect(run.messages).toMatchObject([{ status: "failed", error: { vendorCode: "resolved_by_hand" } }]);
    const { body: me } = await api.call("GET", "/api/v1/me");
    const { body: audit } = await api.call("GET", `/api/v1/audit?target=${id}`);
    expect(audit.items).toMatchObject([
      {
        actor: me.keyId,
        action: "effect.resolve",
        target: id,
        details: {
          outcome: "refused",
          note: "Twilio's console has no trace of it",
          before: { state: "in_doubt" },
          after: { state: "refused" },
        },
      },
    ]);
  });

  test("accepted: charged, and later reports still move it upward", async () => {
    const { id, runId } = await doubt();
    const answer = await resolve(id, {
      outcome: "accepted",
      ref: `SM${runId.slice(4)}`,
      note: "seen in the console",
    });
    expect(answer.body).toMatchObject({ state: "accepted", status: "queued", ref: `SM${runId.slice(4)}` });
    const run = await runEnds(runId);
    expect(run.credits).toEqual({ sms: 1 });
    expect(run.messages).toMatchObject([{ status: "queued", ref: `SM${runId.slice(4)}` }]);
  });

  test("resend: it is sent again, and counted as a possible double", async () => {
    const { id, runId, to } = await doubt();
    expect((await resolve(id, { outcome: "resend", note: "they wait for it" })).status).toBe(200);
    const run = await runEnds(runId);
    expect(run.credits).toEqual({ sms: 1 });
    expect(sentTo(to)).toHaveLength(1);
    expect((await read(id)).body).toMatchObject({ state: "accepted", attempts: 2, resends: 1 });
  });

  test("what is settled already is left alone", async () => {
    const { id, runId } = await doubt();
    await resolve(id, { outcome: "refused", note: "gone" });
    await runEnds(runId);
    const again = await resolve(id, { outcome: "accepted", note: "or not?" });
    expect(refusal(again)).toEqual([409, "EFFECT_SETTLED"]);
    expect((await api.call("GET", `/api/v1/audit?target=${id}`)).body.items).toHaveLength(1);
  });

  test("of a run that is over: nobody can send it again, but it can be paid for", async () => {
    const { id, runId } = await doubt();
    await api.call("POST", `/api/v1/runs/${runId}/cancel`, { json: {} });
    await runEnds(runId);
    expect(refusal(await resolve(id, { outcome: "resend", note: "again" }))).toEqual([409, "RUN_ENDED"]);
    expect((await resolve(id, { outcome: "accepted", note: "it came" })).body).toMatchObject({
      state: "accepted",
    });
    expect((await api.call("GET", `/api/v1/runs/${runId}`)).body.credits).toEqual({ sms: 1 });
  });

  test("needs its scope, a reason, and a reference that is nobody else's", async () => {
    const { id } = await doubt();
    const wish = { outcome: "accepted", note: "x" };
    const reader = await api.withScopes(["runs:read", "runs:write"]);
    expect(refusal(await resolve(id, wish, reader))).toEqual([403, "SCOPE_MISSING"]);
    expect(refusal(await resolve(id, { outcome: "accepted" }))).toEqual([422, "INPUT_INVALID"]);
    expect(refusal(await resolve(id, { ...wish, outcome: "refused", ref: "SM1" }))).toEqual([
      422,
      "INPUT_INVALID",
    ]);
    const [taken] = await inspect<{ ref: string }>(
      api.engine.connection,
      "select ref from effects where ref is not null and provider = 'twilio' limit 1",
    );
    expect(refusal(await resolve(id, { ...wish, ref: taken?.ref }))).toEqual([422, "INPUT_INVALID"]);
    expect((await read(id)).body.state).toBe("in_doubt");
    const unread = await api.withScopes(["runs:read"]);
    expect(refusal(await unread("GET", "/api/v1/audit"))).toEqual([403, "SCOPE_MISSING"]);
  });
});
