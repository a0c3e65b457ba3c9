import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { MAKE_DUE } from "../support/make-due.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await buildEngine();
  await engine.publish(
    flowOf(
      "approval",
      [
        ["api", "api.run"],
        ["ask", "core.wait-for-signal", { signal: "approved" }],
        ["late", "core.set", { values: { answer: "none" } }],
        ["pause", "core.wait", { for: { amount: 2, unit: "hours" } }],
        ["done", "core.end", { outcome: "unanswered" }],
      ],
      [
        ["api", "next", "ask"],
        ["ask", "timeout", "late"],
        ["late", "next", "pause"],
        ["pause", "next", "done"],
      ],
    ),
  );
});
afterAll(() => engine.stop());

async function start(flow = "approval", node = "ask"): Promise<string> {
  const response = await fetch(`${engine.url}/api/v1/flows/${flow}/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: "{}",
  });
  const { runId } = (await response.json()) as { runId: string };
  await standsAt(runId, node);
  return runId;
}

interface Row {
  readonly status: string;
  readonly node: string;
}

function standsAt(runId: string, node: string): Promise<Row> {
  return until(`${runId} to stand at ${node}`, async () => {
    const [row] = await inspect<Row>(
      engine.connection,
      "select status, state #>> '{cursor,nodeId}' as node from runs where id = $1 and status in ('waiting', 'succeeded')",
      [runId],
    );
    return row?.node === node && row;
  });
}

async function exits(runId: string, node: string): Promise<readonly { port: string; cause: string }[]> {
  return inspect(
    engine.connection,
    `select e ->> 'port' as port, e ->> 'cause' as cause from journal, jsonb_array_elements(events) e
     where run_id = $1 and e ->> 'nodeId' = $2 and e ->> 'kind' = 'left'`,
    [runId, node],
  );
}

const wakeNow = (runId: string) => engine.app.engine.wakeNow(engine.tenantId, runId);

describe("[T15] waking a run now", () => {
  test("it leaves by the timeout of the wait it is in, one wait at a time", async () => {
    const id = await start();
    await wakeNow(id);
    await standsAt(id, "pause");
    expect(await exits(id, "ask")).toEqual([{ port: "timeout", cause: "timeout" }]);
    await wakeNow(id);
    await standsAt(id, "done");
    expect(await exits(id, "pause")).toEqual([{ port: "next", cause: "timeout" }]);
  });

  test("[A5] it leaves once when its own timer, and other people, wake it in the same moment", async () => {
    for (let round = 0; round < 8; round++) {
      const id = await start();
      const { engine: running } = engine.app;
      await Promise.all([
        wakeNow(id),
        inspect(engine.connection, MAKE_DUE, [id]).then(() => running.wake(id)),
        wakeNow(id),
      ]);
      await until("the wait to be over", async () => (await exits(id, "ask")).length > 0);
      expect(await exits(id, "ask")).toEqual([{ port: "timeout", cause: "timeout" }]);
    }
  });

  test("[A5] a signal and the wake in the same moment have one winner", async () => {
    for (let round = 0; round < 6; round++) {
      const id = await start();
      await Promise.all([
        wakeNow(id),
        fetch(`${engine.url}/api/v1/runs/${id}/signal`, {
          method: "POST",
          headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
          body: JSON.stringify({ key: "approved" }),
        }),
      ]);
      await until("the wait to be over", async () => (await exits(id, "ask")).length > 0);
      expect(await exits(id, "ask")).toHaveLength(1);
    }
  });

  test("branches that are awaited are awaited still; each of them can be woken", async () => {
    await engine.publish(
      flowOf(
        "branches",
        [
          ["api", "api.run"],
          ["fork", "core.parallel", { branches: ["left", "right"] }],
          ["one", "core.wait", { for: { amount: 1, unit: "hours" } }],
          ["two", "core.wait", { for: { amount: 1, unit: "hours" } }],
          ["join", "core.join", {}],
          ["done", "core.end", { outcome: "joined" }],
        ],
        [
          ["api", "next", "fork"],
          ["fork", "left", "one"],
          ["fork", "right", "two"],
          ["one", "next", "join"],
          ["two", "next", "join"],
          ["join", "done", "done"],
        ],
      ),
    );
    const id = await start("branches", "join");
    await wakeNow(id);
    await standsAt(id, "join");
    const children = await inspect<{ id: string }>(
      engine.connection,
      "select id from runs where parent_run_id = $1",
      [id],
    );
    for (const child of children) {
      await until("the branch to wait", async () => (await statusOf(child.id)) === "waiting");
      await wakeNow(child.id);
    }
    await standsAt(id, "done");
  });
});

async function statusOf(runId: string): Promise<string | undefined> {
  const [row] = await inspect<Row>(engine.connection, "select status from runs where id = $1", [runId]);
  return row?.status;
}
