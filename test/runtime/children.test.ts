import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";

let engine: TestEngine;

beforeAll(async () => {
  engine = await buildEngine();
});
afterAll(() => engine.stop());

interface Ended {
  readonly runId: string;
  readonly status: string;
  readonly outcome: string;
  readonly output: Record<string, unknown>;
  readonly error?: { readonly code: string; readonly message: string };
}

async function run(flow: string, input: object = {}): Promise<Ended> {
  const answer = await fetch(`${engine.url}/api/v1/flows/${flow}/runs?wait=30`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ input }),
  });
  return (await answer.json()) as Ended;
}

describe("parallel", () => {
  test("[A11] branches run as children and come together", async () => {
    await engine.publish(
      flowOf(
        "two-branches",
        [
          ["api", "api.run"],
          ["split", "core.parallel", { branches: ["left", "right"] }],
          ["l", "core.set", { values: { side: "left" } }],
          ["r", "core.wait", { for: { amount: 0.05, unit: "seconds" } }],
          ["join", "core.join"],
          ["done", "core.end", { outcome: "joined", output: { branches: "{{ steps.join.branches }}", l: "{{ steps.l }}" } }],
        ],
        [
          ["api", "next", "split"],
          ["split", "left", "l"],
          ["split", "right", "r"],
          ["l", "next", "join"],
          ["r", "next", "join"],
          ["join", "done", "done"],
        ],
      ),
    );
    const started = performance.now();
    const ended = await run("two-branches");
    console.log(performance.now() - started, JSON.stringify(ended));
    expect(ended.outcome).toBe("joined");
    console.log(await inspect(engine.connection, "select id, status, branch, depth, seq from runs where id = $1 or parent_run_id = $1", [ended.runId]));
  });
});
