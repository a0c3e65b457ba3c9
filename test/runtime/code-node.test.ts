import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../engine/plugin-api.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { flowOf } from "../support/small-flow.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await buildEngine();
});
afterAll(() => engine.stop());

interface Ended {
  readonly status: string;
  readonly outcome: {
    readonly name: string;
    readonly error?: { readonly code: string; readonly message: string };
  };
}

/** Runs api.run → core.code → core.end, whose output is what the code gave. */
async function run(key: string, params: JsonObject, input: Json): Promise<{ output: unknown; run: Ended }> {
  await engine.publish(
    flowOf(key, [
      ["start", "api.run"],
      ["work", "core.code", params],
      ["end", "core.reply", { body: "{{ steps.work.result | json }}" }],
    ]),
  );
  const headers = { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" };
  const started = await fetch(`${engine.url}/api/v1/flows/${key}/runs?wait=20`, {
    method: "POST",
    headers,
    body: JSON.stringify({ input }),
  });
  const answer = (await started.json()) as { runId: string; reply?: unknown; output?: unknown };
  const read = await fetch(`${engine.url}/api/v1/runs/${answer.runId}`, { headers });
  return { output: answer, run: (await read.json()) as Ended };
}

describe("a code node in a flow", () => {
  test("reads its inputs filled in, and its code as it was written", async () => {
    const params = {
      inputs: [{ name: "guest", value: "{{ trigger.input.name }}" }],
      code: "const braces = {a: {b: 1}};\nreturn { said: '{{ ' + inputs.guest + ' }} {% raw %}', braces };",
    };
    const { output, run: ended } = await run("code-reads", params, { name: "Ana" });
    expect(ended).toMatchObject({ status: "ended" });
    expect(JSON.stringify(output)).toContain("{{ Ana }} {% raw %}");
  });

  test.each<[string, string]>([
    ["CODE_FAILED", "throw new Error('no')"],
    ["CODE_TIMEOUT", "for (;;);"],
  ])("that goes wrong ends the run with %s", async (code, source) => {
    const key = `code-${code.toLowerCase().replace("_", "-")}`;
    const { run: ended } = await run(key, { code: source, timeoutMs: 200 }, {});
    expect(ended).toMatchObject({ status: "failed", outcome: { name: code } });
  });
});
