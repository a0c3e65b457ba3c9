import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../engine/plugin-api.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { flowOf } from "../support/small-flow.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await buildEngine();
});
afterAll(() => engine.stop());

/** Runs api.run → core.code → core.reply, which answers with what the code gave, and gives the answer. */
async function answerOf(key: string, params: JsonObject, input: JsonObject = {}): Promise<unknown> {
  const body = "{{ steps.work.result | json }}";
  await engine.publish(
    flowOf(key, [
      ["start", "api.run"],
      ["work", "core.code", params],
      ["say", "core.reply", { body }],
    ]),
  );
  const answer = await fetch(`${engine.url}/api/v1/flows/${key}/runs?wait=20`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ input }),
  });
  return answer.json();
}

describe("a code node in a flow", () => {
  test("reads its inputs filled in, and its code as it was written", async () => {
    const params = {
      inputs: [{ name: "guest", value: "{{ trigger.input.name }}" }],
      code: "const braces = {a: {b: 1}};\nreturn { said: '{{ ' + inputs.guest + ' }} {% raw %}', braces };",
    };
    expect(await answerOf("code-reads", params, { name: "Ana" })).toEqual({
      said: "{{ Ana }} {% raw %}",
      braces: { a: { b: 1 } },
    });
  });

  test.each<[string, string]>([
    ["CODE_FAILED", "throw new Error('no')"],
    ["CODE_TIMEOUT", "for (;;);"],
  ])("that goes wrong ends the run with %s", async (code, source) => {
    const key = `code-${code.toLowerCase().replace("_", "-")}`;
    const answer = await answerOf(key, { code: source, timeoutMs: 200 });
    expect(answer).toMatchObject({ status: "failed", outcome: code });
  });
});

test("code that does not parse is told while drawing", async () => {
  const flow = flowOf("code-drawn", [
    ["start", "api.run"],
    ["work", "core.code", { code: "const a = 1;\nconst = 2;" }],
  ]);
  const answer = await fetch(`${engine.url}/api/v1/flows/check`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(flow),
  });
  expect(JSON.stringify(await answer.json())).toContain("cannot be read at line 2");
});
