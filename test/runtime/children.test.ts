import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { loadRun } from "../../engine/store/runs.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { stepsOf } from "../support/journal.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const HOUR = { for: { amount: 1, unit: "hours" } } as const;

let engine: TestEngine;

beforeAll(async () => {
  engine = await buildEngine();
});
afterAll(() => engine.stop());

describe("branches", () => {
  test("[A11] run as children with a copy of the data, and come together with what their steps gave", async () => {
    await publishBranches("two", { right: ["core.wait", { for: { amount: 0.05, unit: "seconds" } }] });
    const { runId, outcome, output } = await run("two", { name: "Ana" });
    expect(outcome).toBe("joined");
    expect(output).toMatchObject({
      join: {
        branches: {
          left: { status: "succeeded", outcome: "completed", output: { who: "Ana" } },
          right: { status: "succeeded" },
        },
        succeeded: 2,
        failed: 0,
      },
      left: { who: "Ana" },
    });
    expect(await childrenOf(runId)).toMatchObject([
      { branch: "left", status: "succeeded", depth: 1 },
      { branch: "right", status: "succeeded", depth: 1 },
    ]);
    const counted = await inspect(engine.connection, "select 1 from interactions where run_id = any ($1)", [
      [runId, ...(await childrenOf(runId)).map(({ id }) => id)],
    ]);
    expect(counted).toHaveLength(1);
  });

  test("a branch that fails ends its parent as BRANCH_FAILED, and says why", async () => {
    await publishBranches("one-fails", { right: ["core.hours", { of: "store" }] });
    const ended = await run("one-fails");
    expect(ended).toMatchObject({ status: "failed", error: { code: "BRANCH_FAILED", nodeId: "join" } });
    expect(ended.error?.message).toContain('"right"');
  });

  test("failures can be ignored", async () => {
    await publishBranches("may-fail", { right: ["core.hours", { of: "store" }] }, { failures: "ignore" });
    expect(await run("may-fail")).toMatchObject({
      outcome: "joined",
      output: {
        join: { failed: 1, branches: { right: { status: "failed" }, left: { status: "succeeded" } } },
      },
    });
  });

  test("[A13] the first is enough: the others are cancelled", async () => {
    await publishBranches("first", { right: ["core.wait", HOUR] }, { mode: "any" });
    const { runId, output } = await run("first");
    expect(output.join).toMatchObject({ succeeded: 1, branches: { right: { status: "open" } } });
    await until("the other branch to be cancelled", async () =>
      (await childrenOf(runId)).every(({ branch, status }) => branch === "left" || status === "cancelled"),
    );
  });

  test("[A13] a join that waits no longer leaves by timeout and cancels what is left", async () => {
    await publishBranches("late", { right: ["core.wait", HOUR] }, { timeoutSeconds: 1 });
    const { runId, outcome } = await run("late");
    expect(outcome).toBe("too_late");
    await until("the branch to be cancelled", async () =>
      (await childrenOf(runId)).some(({ branch, status }) => branch === "right" && status === "cancelled"),
    );
  });

  test("[A13] whoever cancels a run cancels its children, and theirs", async () => {
    await engine.publish(
      flowOf(
        "deep-wait",
        [
          ["api", "api.run"],
          ["outer", "core.parallel", { branches: ["a", "b"] }],
          ["inner", "core.parallel", { branches: ["c", "d"] }],
          ["rest_c", "core.wait", HOUR],
          ["rest_d", "core.wait", HOUR],
          ["inner_join", "core.join"],
          ["rest_b", "core.wait", HOUR],
          ["outer_join", "core.join"],
        ],
        [
          ["api", "next", "outer"],
          ["outer", "a", "inner"],
          ["inner", "c", "rest_c"],
          ["inner", "d", "rest_d"],
          ["rest_c", "next", "inner_join"],
          ["rest_d", "next", "inner_join"],
          ["inner_join", "done", "outer_join"],
          ["outer", "b", "rest_b"],
          ["rest_b", "next", "outer_join"],
        ],
      ),
    );
    const runId = await start("deep-wait");
    await until("all to sleep", async () => {
      const family = await familyOf(runId);
      return family.length === 5 && family.every(({ status }) => status === "waiting");
    });
    expect((await familyOf(runId)).map(({ depth }) => depth)).toEqual([0, 1, 1, 2, 2]);
    await engine.app.engine.cancel(engine.tenantId, runId);
    await until("all to be cancelled", async () =>
      (await familyOf(runId)).every(({ status }) => status === "cancelled"),
    );
  });

  test("the trace names parent, branch and children; the list shows them only when asked", async () => {
    await publishBranches("traced", {});
    const { runId } = await run("traced");
    const parent = await get(`/api/v1/runs/${runId}`);
    expect(parent).toMatchObject({ parentRunId: null, branch: null });
    expect(parent.children).toHaveLength(2);
    const left = parent.children.find(({ branch }) => branch === "left");
    expect(await get(`/api/v1/runs/${left?.id}`)).toMatchObject({
      parentRunId: runId,
      parentStep: `${runId}:split:1`,
      branch: "left",
      children: [],
    });
    const { items } = await get<Page>("/api/v1/runs?flow=traced");
    expect(items.map(({ id }) => id)).toEqual([runId]);
    expect((await get<Page>(`/api/v1/runs?parent=${runId}`)).items).toHaveLength(2);
  });
});

describe("a parent and a child that miss each other", () => {
  test("[D11] a child whose end nobody heard of is found by the sweeper", async () => {
    await publishBranches("unheard", { right: ["core.wait", HOUR] });
    const runId = await start("unheard");
    const right = await until(
      "the branch to sleep",
      async () =>
        (await childrenOf(runId)).find((child) => child.branch === "right" && child.status === "waiting") ??
        null,
    );
    // What a process writes that dies before it can tell anybody.
    const row = await loadRun(engine.app.db, right.id);
    if (!row) throw new Error("the branch is gone");
    const [result] = await inspect<{ result: { ok: boolean; wakes: string[] }[] }>(
      engine.connection,
      "select engine_commit($1) as result",
      [
        JSON.stringify([
          {
            tenant: row.tenantId,
            runId: row.id,
            expect: "waiting",
            epoch: row.epoch,
            seq: row.seq,
            status: "succeeded",
            state: { ...row.state, wait: null, outcome: { status: "succeeded", name: "late", output: {} } },
            owner: "another process",
            leaseMs: 1000,
            events: [],
          },
        ]),
      ],
    );
    expect(result?.result).toMatchObject([{ ok: true, wakes: [runId] }]);
    await until("the parent to end", async () => (await statusOf(runId)) === "succeeded");
  });
});

describe("loops", () => {
  test("[A12] one item after the other, in the same run, with nested loops and branches inside", async () => {
    await engine.publish(
      flowOf(
        "nested",
        [
          ["api", "api.run"],
          ["rows", "core.for-each", { list: "{{ trigger.input.rows }}", collect: true }],
          ["cells", "core.for-each", { list: "{{ steps.rows.item }}", collect: true }],
          ["split", "core.parallel", { branches: ["a", "b"] }],
          ["note_a", "core.set", { values: { note: "a{{ steps.cells.item }}" } }],
          ["note_b", "core.set", { values: { note: "b{{ steps.cells.item }}" } }],
          ["join", "core.join"],
          ["both", "core.set", { values: { both: "{{ steps.note_a.note }} {{ steps.note_b.note }}" } }],
          ["done", "core.end", { output: { rows: "{{ steps.rows }}" } }],
        ],
        [
          ["api", "next", "rows"],
          ["rows", "item", "cells"],
          ["cells", "item", "split"],
          ["split", "a", "note_a"],
          ["split", "b", "note_b"],
          ["note_a", "next", "join"],
          ["note_b", "next", "join"],
          ["join", "done", "both"],
          ["both", "next", "cells"],
          ["rows", "done", "done"],
        ],
      ),
    );
    const { output, runId } = await run("nested", { rows: [["1", "2"], [], ["3"]] });
    const cell = (n: string) => ({ both: `a${n} b${n}` });
    expect(output.rows).toEqual({
      count: 3,
      failed: 0,
      complete: true,
      results: [
        { count: 2, failed: 0, complete: true, results: [cell("1"), cell("2")] },
        { count: 0, failed: 0, complete: true, results: [] },
        { count: 1, failed: 0, complete: true, results: [cell("3")] },
      ],
    });
    expect(await childrenOf(runId)).toHaveLength(6);
  });

  test("[A10] a long list is no endless loop: more steps than the flow may take, in several commits", async () => {
    await engine.publish(
      flowOf(
        "long",
        [
          ["api", "api.run"],
          ["each", "core.for-each", { list: "{{ trigger.input.list }}" }],
          ["first", "core.set", { values: { at: "{{ steps.each.index }}" } }],
          ["second", "core.set", { values: { last: "{{ vars.at }}" } }],
          ["done", "core.end", { output: { last: "{{ vars.last }}", count: "{{ steps.each.count }}" } }],
        ],
        [
          ["api", "next", "each"],
          ["each", "item", "first"],
          ["first", "next", "second"],
          ["each", "done", "done"],
        ],
      ),
    );
    const { runId, output } = await run("long", { list: Array.from({ length: 1500 }, (_, n) => n) });
    expect(output).toEqual({ last: 1499, count: 1500 });
    const [row] = await inspect<{ seq: number }>(engine.connection, "select seq from runs where id = $1", [
      runId,
    ]);
    expect(row?.seq).toBeGreaterThan(5);
    expect(await run("long", { list: Array.from({ length: 10_001 }, (_, n) => n) })).toMatchObject({
      status: "failed",
      error: { code: "LIST_LIMIT" },
    });
    expect(await run("long", { list: "ana" })).toMatchObject({ error: { code: "PARAMS_INVALID" } });
  });

  test("[A11] two hundred items side by side, never more at once than asked for", async () => {
    await engine.publish(
      flowOf(
        "many",
        [
          ["api", "api.run"],
          [
            "each",
            "core.for-each",
            { list: "{{ trigger.input.list }}", concurrency: 20, collect: true, onItemError: "continue" },
          ],
          ["odd", "core.branch", { cases: [{ port: "bad", when: isBad("{{ steps.each.item }}") }] }],
          ["fail", "core.hours", { of: "store" }],
          ["note", "core.set", { values: { n: "{{ steps.each.item }}" } }],
          ["done", "core.end", { output: { each: "{{ steps.each }}" } }],
        ],
        [
          ["api", "next", "each"],
          ["each", "item", "odd"],
          ["odd", "bad", "fail"],
          ["odd", "else", "note"],
          ["each", "done", "done"],
        ],
      ),
    );
    const { runId, output } = await run("many", { list: Array.from({ length: 200 }, (_, n) => n) });
    const each = output.each as { count: number; failed: number; results: { n?: number; error?: object }[] };
    expect(each).toMatchObject({ count: 200, failed: 1, complete: true });
    expect(each.results.map(({ n }) => n ?? null)).toEqual(
      Array.from({ length: 200 }, (_, n) => (n === 13 ? null : n)),
    );
    const [most] = await inspect<{ most: number }>(
      engine.connection,
      `select max(n)::int as most from (select (select count(*) from runs b where b.parent_run_id = $1
         and b.started_at <= a.started_at and b.ended_at > a.started_at) as n from runs a where a.parent_run_id = $1) s`,
      [runId],
    );
    expect(most?.most).toBeLessThanOrEqual(20);
    expect(most?.most).toBeGreaterThan(1);
  });

  test("[A13] an item that fails stops the loop, and the others with it", async () => {
    await engine.publish(
      flowOf(
        "stops",
        [
          ["api", "api.run"],
          ["each", "core.for-each", { list: "{{ trigger.input.list }}", concurrency: 3 }],
          ["odd", "core.branch", { cases: [{ port: "bad", when: isBad("{{ steps.each.item }}") }] }],
          ["fail", "core.hours", { of: "store" }],
          ["rest", "core.wait", HOUR],
        ],
        [
          ["api", "next", "each"],
          ["each", "item", "odd"],
          ["odd", "bad", "fail"],
          ["odd", "else", "rest"],
        ],
      ),
    );
    const { runId, error } = await run("stops", { list: [1, 13, 2] });
    expect(error).toMatchObject({ code: "BRANCH_FAILED", nodeId: "each" });
    await until("the others to be cancelled", async () =>
      (await childrenOf(runId)).every(({ status }) => status === "cancelled" || status === "failed"),
    );
  });
});

describe("calls of flows", () => {
  beforeAll(async () => {
    await engine.publish(
      flowOf("greeter", [
        [
          "called",
          "core.called",
          {
            input: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
            output: { type: "object", required: ["greeting"] },
          },
        ],
        ["end", "core.end", { outcome: "greeted", output: { greeting: "Hola {{ trigger.input.name }}" } }],
      ]),
    );
    await engine.publish(
      flowOf("broken-promise", [
        ["called", "core.called", { output: { type: "object", required: ["greeting"] } }],
        ["end", "core.end", { output: { other: 1 } }],
      ]),
    );
    await engine.publish(
      flowOf(
        "endless",
        [
          ["called", "core.called"],
          ["api", "api.run"],
          ["again", "core.call-flow", { flow: "endless" }],
        ],
        [
          ["called", "next", "again"],
          ["api", "next", "again"],
        ],
      ),
    );
    await engine.publish(
      flowOf(
        "caller",
        [
          ["api", "api.run"],
          [
            "call",
            "core.call-flow",
            {
              flow: "{{ trigger.input.flow }}",
              input: { name: "{{ trigger.input.name }}" },
              outcomes: ["greeted"],
            },
          ],
          ["yes", "core.end", { outcome: "yes", output: { call: "{{ steps.call }}" } }],
          ["no", "core.end", { outcome: "no", output: { call: "{{ steps.call }}" } }],
        ],
        [
          ["api", "next", "call"],
          ["call", "greeted", "yes"],
          ["call", "failed", "no"],
        ],
      ),
    );
  });

  test("the outcome is a way out, and the output comes with it", async () => {
    expect(await run("caller", { flow: "greeter", name: "Ana" })).toMatchObject({
      outcome: "yes",
      output: { call: { outcome: "greeted", output: { greeting: "Hola Ana" } } },
    });
  });

  test("what goes in and what comes out is checked", async () => {
    expect(await run("caller", { flow: "greeter" })).toMatchObject({
      status: "failed",
      error: { code: "INPUT_INVALID", nodeId: "call" },
    });
    expect(await run("caller", { flow: "broken-promise", name: "Ana" })).toMatchObject({
      outcome: "no",
      output: { call: { outcome: "OUTPUT_INVALID" } },
    });
  });

  test("a flow that is not there, or that nobody may call, is FLOW_NOT_CALLABLE", async () => {
    const missing = await run("caller", { flow: "nowhere", name: "Ana" });
    expect(missing).toMatchObject({ error: { code: "FLOW_NOT_CALLABLE" } });
    const closed = await run("caller", { flow: "caller", name: "Ana" });
    expect(closed.error?.message).toContain("no core.called trigger");
  });

  test("[A15] flows call each other eight deep and no deeper: CALL_DEPTH", async () => {
    const { runId } = await run("endless");
    const family = await until("all to end", async () => {
      const rows = await familyOf(runId);
      return rows.every(({ status }) => status !== "running" && status !== "waiting") ? rows : null;
    });
    expect(family.map(({ depth }) => depth)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(family.at(-1)).toMatchObject({ status: "failed", outcome: "CALL_DEPTH" });
  });

  test("[A14] a caller is lent to the called flow, and comes back with what is still to be said", async () => {
    await engine.publish(
      flowOf(
        "asks-name",
        [
          ["called", "core.called"],
          ["two", "twilio.say", { text: "dos" }],
          ["ask", "twilio.gather", { prompt: { text: "tres" }, digitPorts: ["1"] }],
          ["four", "twilio.say", { text: "cuatro" }],
          ["end", "core.end", { outcome: "asked", output: { digits: "{{ steps.ask.digits }}" } }],
        ],
        [
          ["called", "next", "two"],
          ["two", "next", "ask"],
          ["ask", "1", "four"],
          ["four", "next", "end"],
        ],
      ),
    );
    await engine.publish(
      flowOf(
        "front-desk",
        [
          ["call", "twilio.incoming-call"],
          ["one", "twilio.say", { text: "uno" }],
          ["sub", "core.call-flow", { flow: "asks-name", outcomes: ["asked"] }],
          ["five", "twilio.say", { text: "cinco {{ steps.sub.output.digits }}" }],
        ],
        [
          ["call", "next", "one"],
          ["one", "next", "sub"],
          ["sub", "asked", "five"],
        ],
      ),
      { number: DEMO.numbers.shared, channel: "voice" },
    );
    const phone = engine.twilio.ring({
      from: "+573009990001",
      to: DEMO.numbers.shared,
      script: { inputs: ["1"] },
    });
    const { spoken, requests, sid } = await phone.done;
    expect(spoken.join(" ")).toMatch(/uno.*dos.*tres.*cuatro.*cinco 1/);
    // Nobody was put on hold: the answer to the call, and the one to the digits.
    expect(requests).toHaveLength(2);
    const [call] = await inspect<{ run_id: string }>(
      engine.connection,
      "select run_id from calls where provider_ref = $1",
      [sid],
    );
    expect(await statusOf(call?.run_id ?? "")).toBe("succeeded");
  });

  test("[A14] a caller whose called flow fails goes on in the flow that called it", async () => {
    await engine.publish(
      flowOf("gives-up", [
        ["called", "core.called"],
        ["say", "twilio.say", { text: "un momento" }],
        ["fail", "core.hours", { of: "store" }],
      ]),
    );
    await engine.publish(
      flowOf(
        "goes-on",
        [
          ["call", "twilio.incoming-call"],
          ["sub", "core.call-flow", { flow: "gives-up" }],
          ["sorry", "twilio.say", { text: "lo sentimos" }],
        ],
        [
          ["call", "next", "sub"],
          ["sub", "failed", "sorry"],
        ],
      ),
      { number: DEMO.numbers.shared, channel: "voice" },
    );
    const phone = engine.twilio.ring({ from: "+573009990002", to: DEMO.numbers.shared });
    expect((await phone.done).spoken.join(" ")).toMatch(/un momento.*lo sentimos/);
  });
});

describe("goals", () => {
  test("are counted once for each time the flow comes by", async () => {
    await engine.publish(
      flowOf("sells", [
        ["api", "api.run"],
        ["sold", "core.goal", { name: "sale", value: 12.5, currency: "EUR" }],
      ]),
    );
    const { runId } = await run("sells");
    const rows = await inspect(
      engine.connection,
      "select name, value::float, currency, flow_key, step_key from goals where run_id = $1",
      [runId],
    );
    expect(rows).toEqual([
      { name: "sale", value: 12.5, currency: "EUR", flow_key: "sells", step_key: `${runId}:sold:1` },
    ]);
    expect(await stepsOf(engine.connection, runId)).toContain("sold next");
  });
});

describe("cancelling", () => {
  test("[D15] a run that is asked to stop while it goes to sleep does not sleep", async () => {
    await engine.publish(
      flowOf(
        "slow-then-sleeps",
        [
          ["api", "api.run"],
          ["look", "twilio.lookup", { number: "+573007770021" }],
          ["rest", "core.wait", HOUR],
        ],
        [
          ["api", "next", "look"],
          ["look", "mobile", "rest"],
        ],
      ),
    );
    engine.twilio.faults.next({ path: /PhoneNumbers/ }, { kind: "slow", ms: 800 });
    const runId = await start("slow-then-sleeps");
    await until("the vendor to be asked", async () => (await statusOf(runId)) === "running");
    await engine.app.engine.cancel(engine.tenantId, runId);
    await until("the run to end", async () => (await statusOf(runId)) === "cancelled");
  });
});

// ------------------------------------------------------------------------------------------------

interface Ended {
  readonly runId: string;
  readonly status: string;
  readonly outcome: string;
  readonly output: Record<string, unknown>;
  readonly error?: { readonly code: string; readonly message: string };
}

interface Member {
  readonly id: string;
  readonly branch: string | null;
  readonly status: string;
  readonly depth: number;
  readonly outcome: string | null;
}

/** Starts a flow over the API and waits for its end. */
async function run(flow: string, input: object = {}): Promise<Ended> {
  const answer = await post(`/api/v1/flows/${flow}/runs?wait=30`, { input });
  return (await answer.json()) as Ended;
}

async function start(flow: string): Promise<string> {
  const answer = await post(`/api/v1/flows/${flow}/runs`, { input: {} });
  return ((await answer.json()) as { runId: string }).runId;
}

function post(path: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" };
  return fetch(`${engine.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

interface Trace {
  readonly children: readonly { readonly id: string; readonly branch: string }[];
}

interface Page {
  readonly items: readonly { readonly id: string }[];
}

async function get<T = Trace>(path: string): Promise<T> {
  const answer = await fetch(`${engine.url}${path}`, {
    headers: { authorization: `Bearer ${engine.apiKey}` },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

function childrenOf(runId: string): Promise<Member[]> {
  return inspect<Member>(
    engine.connection,
    `select id, branch, status, depth, state #>> '{outcome,name}' as outcome from runs
     where parent_run_id = $1 order by branch`,
    [runId],
  );
}

/** A run with its children and theirs, by depth. */
function familyOf(runId: string): Promise<Member[]> {
  return inspect<Member>(
    engine.connection,
    `with recursive family as (select * from runs where id = $1
       union all select r.* from family f join runs r on r.parent_run_id = f.id)
     select id, branch, status, depth, state #>> '{outcome,name}' as outcome from family order by depth, branch`,
    [runId],
  );
}

async function statusOf(runId: string): Promise<string | undefined> {
  const [row] = await inspect<{ status: string }>(
    engine.connection,
    "select status from runs where id = $1",
    [runId],
  );
  return row?.status;
}

/** Two branches, one of which keeps the name it was given; the other does what is named here. */
async function publishBranches(
  key: string,
  { right = ["core.set", { values: { side: "right" } }] }: { right?: readonly [string, object] },
  join: object = {},
): Promise<void> {
  await engine.publish(
    flowOf(
      key,
      [
        ["api", "api.run"],
        ["split", "core.parallel", { branches: ["left", "right"] }],
        ["l", "core.set", { values: { who: "{{ trigger.input.name | default: 'nobody' }}" } }],
        ["r", right[0], { ...right[1] }],
        ["join", "core.join", { ...join }],
        [
          "done",
          "core.end",
          { outcome: "joined", output: { join: "{{ steps.join }}", left: "{{ steps.l }}" } },
        ],
        ["late", "core.end", { outcome: "too_late" }],
      ],
      [
        ["api", "next", "split"],
        ["split", "left", "l"],
        ["split", "right", "r"],
        ["l", "next", "join"],
        ["r", "next", "join"],
        ["r", "open", "join"],
        ["join", "done", "done"],
        ["join", "timeout", "late"],
      ],
    ),
  );
}

function isBad(left: string) {
  return { match: "all", conditions: [{ left, operator: "equal_to", right: "13" }] };
}
