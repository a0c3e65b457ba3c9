import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKeys } from "../../engine/runtime/sealing.ts";
import { inspect } from "../support/database.ts";
import { MAKE_DUE } from "../support/make-due.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const waiting = (key: string, params: Readonly<Record<string, unknown>> = {}) =>
    flowOf(
      key,
      [
        ["api", "api.run"],
        ["send", "core.set", { values: { url: "{{ callbacks.pay }}" } }],
        ["pay", "core.wait-for-callback", params],
        ["paid", "core.end", { outcome: "paid", output: { got: "{{ steps.pay }}" } }],
        ["late", "core.end", { outcome: "late" }],
      ],
      [
        ["api", "next", "send"],
        ["send", "next", "pay"],
        ["pay", "received", "paid"],
        ["pay", "timeout", "late"],
      ],
    );
  await api.publish(waiting("pays"));
  await api.publish(waiting("opens", { allowGet: true }));
  await api.publish(
    waiting("checks", {
      method: "POST",
      body: { type: "object", required: ["amount"], properties: { amount: { type: "integer" } } },
    }),
  );
  await api.publish(
    flowOf(
      "rounds",
      [
        ["api", "api.run"],
        ["send", "core.set", { values: { url: "{{ callbacks.ask }}" } }],
        ["ask", "core.wait-for-callback"],
      ],
      [
        ["api", "next", "send"],
        ["send", "next", "ask"],
        ["ask", "received", "send"],
      ],
    ),
  );
  await api.publish(
    flowOf("early", [
      ["api", "api.run"],
      ["send", "core.set", { values: { url: "{{ callbacks.pay }}" } }],
      ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
      ["pay", "core.wait-for-callback"],
    ]),
  );
});
afterAll(() => api.stop());

interface Waiting {
  readonly runId: string;
  /** The path of the address. */
  readonly path: string;
}

async function start(flow: string): Promise<Waiting> {
  const started = await api.call("POST", `/api/v1/flows/${flow}/runs`, { json: {} });
  const { runId } = started.body;
  return { runId, path: await until("the run to wait", () => addressOf(runId)) };
}

async function addressOf(runId: string): Promise<string | false> {
  const run = await read(runId);
  return run.status === "waiting" && new URL(run.vars.url).pathname;
}

async function read(runId: string) {
  return (await api.call("GET", `/api/v1/runs/${runId}`)).body;
}

function ended(runId: string) {
  return until("the run's end", async () => {
    const run = await read(runId);
    return run.endedAt !== null && run;
  });
}

const call = (path: string, json?: unknown, method = "POST") =>
  api.anonymous(method, path, json === undefined ? {} : { json });

test("[T7] an earlier step sends the address, and calling it wakes the run with what was said", async () => {
  const { runId, path } = await start("pays");
  const answer = await call(`${path}?shop=7`, { ok: true }, "PUT");
  expect([answer.status, answer.body]).toEqual([202, { runId, nodeId: "pay", received: true }]);
  const run = await ended(runId);
  expect(run.outcome).toMatchObject({
    name: "paid",
    output: { got: { method: "PUT", query: { shop: "7" }, body: { ok: true } } },
  });
  expect(Object.keys(run.outcome.output.got.headers)).not.toContain("authorization");
});

test("[T7] each visit has an address of its own", async () => {
  const { runId, path } = await start("rounds");
  expect((await call(path, { n: 1 })).status).toBe(202);
  const second = await until("the second round", async () => {
    const address = await addressOf(runId);
    return address !== path && address;
  });
  expect((await call(path, { n: 2 })).body.error.code).toBe("CALLBACK_TAKEN");
  expect((await call(second, { n: 2 })).status).toBe(202);
});

test("[T7] nothing of the address is stored by the engine itself", async () => {
  const { path } = await start("early");
  const [token = ""] = path.split("/").slice(-1);
  const [{ signature }] = [{ signature: token.split(".").at(-1) }];
  const found = await inspect(
    api.engine.connection,
    "select 1 from waits where key like '%' || $1 || '%' union all select 1 from inbox where resume_key like '%' || $1 || '%'",
    [signature],
  );
  expect(found).toEqual([]);
});

describe("a signature that does not hold", () => {
  test("[T7] is refused, and nothing is stored", async () => {
    const { runId, path } = await start("pays");
    const forged = createKeys(Buffer.alloc(32, 1)).sign("callback", `${runId}.pay.1`);
    const attempts = [
      `/hooks/callback/${runId}.pay.1.${forged}`,
      path.replace(".pay.1.", ".pay.2."),
      path.slice(0, -1),
      "/hooks/callback/x",
    ];
    for (const attempt of attempts) {
      const answer = await call(attempt, {});
      expect([answer.status, answer.body.error.code], attempt).toEqual([403, "SIGNATURE_INVALID"]);
    }
    const kept = "select 1 from inbox where source = 'callback' and run_id = $1";
    expect(await inspect(api.engine.connection, kept, [runId])).toEqual([]);
    expect((await read(runId)).status).toBe("waiting");
  });
});

describe("calls that come twice", () => {
  test("[T8] the same gets the same answer, another is told that it comes second", async () => {
    const { runId, path } = await start("pays");
    const answers = await Promise.all([1, 2, 3, 4].map(() => call(path, { ok: true })));
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      answers.map(() => [202, { runId, nodeId: "pay", received: true }]),
    );
    const run = await ended(runId);
    expect((await call(path, { ok: true })).status).toBe(202);
    const other = await call(path, { ok: false });
    expect([other.status, other.body.error.code]).toEqual([409, "CALLBACK_TAKEN"]);
    expect((await read(runId)).outcome).toEqual(run.outcome);
  });

  test("[T8] of two different calls at once exactly one counts", async () => {
    const { runId, path } = await start("pays");
    const answers = await Promise.all([1, 2, 3].map((n) => call(path, { n })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409]);
    const winner = answers.findIndex(({ status }) => status === 202) + 1;
    expect((await ended(runId)).outcome.output.got.body).toEqual({ n: winner });
  });
});

test("[T8, D10] a call that comes before its wait is kept for it", async () => {
  const { runId, path } = await start("early");
  expect((await call(path, { n: 1 })).status).toBe(202);
  expect((await call(path, { n: 1 })).status).toBe(202);
  expect((await call(path, { n: 2 })).body.error.code).toBe("CALLBACK_TAKEN");
  expect((await read(runId)).status).toBe("waiting");
  await inspect(api.engine.connection, MAKE_DUE, [runId]);
  expect((await ended(runId)).outcome.output).toMatchObject({ body: { n: 1 } });
});

test("[T8] after the timeout, or after the run's end, a call is told so", async () => {
  const { runId, path } = await start("pays");
  await inspect(api.engine.connection, MAKE_DUE, [runId]);
  expect((await ended(runId)).outcome.name).toBe("late");
  const late = await call(path, {});
  expect([late.status, late.body.error.code]).toEqual([410, "CALLBACK_EXPIRED"]);
  const cancelled = await start("early");
  await api.call("POST", `/api/v1/runs/${cancelled.runId}/cancel`);
  expect((await call(cancelled.path, {})).body.error.code).toBe("CALLBACK_EXPIRED");
  const kept = "select 1 from inbox where run_id = any ($1) and source = 'callback'";
  expect(await inspect(api.engine.connection, kept, [[runId, cancelled.runId]])).toEqual([]);
});

describe("opening the address", () => {
  test("[T9] shows a page that asks, and does nothing", async () => {
    const { runId, path } = await start("pays");
    const page = await api.anonymous("GET", path);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.text).toContain('<form method="post"><button>Confirmar</button>');
    expect(page.headers.get("content-security-policy")).toContain("form-action 'self'");
    expect((await read(runId)).status).toBe("waiting");
    const form = { "content-type": "application/x-www-form-urlencoded", accept: "text/html" };
    const pressed = await api.anonymous("POST", path, { raw: "", headers: form });
    expect([pressed.status, pressed.text]).toEqual([202, expect.stringContaining("Gracias")]);
    expect((await ended(runId)).outcome.name).toBe("paid");
  });

  test("[T9] is enough where the node says so", async () => {
    const { runId, path } = await start("opens");
    expect((await api.anonymous("GET", `${path}?yes=1`)).status).toBe(202);
    expect((await ended(runId)).outcome.output.got).toMatchObject({ method: "GET", query: { yes: "1" } });
  });
});

test("a call its node does not take is refused, and the run goes on waiting", async () => {
  const { runId, path } = await start("checks");
  const method = await call(path, { amount: 1 }, "PUT");
  expect([method.status, method.body.error.code]).toEqual([405, "CALLBACK_METHOD"]);
  const body = await call(path, { amount: "a lot" });
  expect([body.status, body.body.error.code]).toEqual([422, "INPUT_INVALID"]);
  expect(body.body.error.message).toContain("/body/amount");
  expect((await read(runId)).status).toBe("waiting");
  expect((await call(path, { amount: 5 })).status).toBe(202);
  expect((await ended(runId)).outcome.name).toBe("paid");
});

test("a template that names no such node is a problem while drawing", async () => {
  const document = flowOf("typo", [
    ["api", "api.run"],
    ["send", "core.set", { values: { url: "{{ callbacks.pai }}" } }],
    ["pay", "core.wait-for-callback"],
  ]);
  const { body } = await api.call("POST", "/api/v1/flows/check", { json: document });
  expect(body.problems).toContainEqual(
    expect.objectContaining({ code: "reference_callback_unknown", fix: "Write callbacks.pay." }),
  );
});
