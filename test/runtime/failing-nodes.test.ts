import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../../engine/built-in-plugins.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { AppError, defineNode, definePlugin, next, Type } from "../../engine/plugin-api.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";

const words = (text: string) => ({ en: text, es: text });
const shape = { version: 1, family: "logic", icon: "bug", ports: ["next"], effect: "none" } as const;

/** A plugin whose author made mistakes. */
const clumsy = definePlugin({
  id: "clumsy",
  title: words("Clumsy"),
  nodes: [
    defineNode({
      ...shape,
      type: "clumsy.throws",
      title: words("Throws"),
      help: words("Throws what is no AppError."),
      params: Type.Object({}),
      outputs: { next: Type.Object({}) },
      example: { title: words("Throws"), params: {} },
      run() {
        throw new TypeError("cannot read properties of undefined");
      },
    }),
    defineNode({
      ...shape,
      type: "clumsy.shouts",
      title: words("Shouts"),
      help: words("Gives more than a run may carry."),
      params: Type.Object({}),
      outputs: { next: Type.Object({ text: Type.String() }) },
      example: { title: words("Shouts"), params: {} },
      run: () => next("next", { text: "A".repeat(300 * 1024) }),
    }),
    defineNode({
      ...shape,
      type: "clumsy.late",
      title: words("Late"),
      help: words("Is ready at its third try."),
      params: Type.Object({}),
      outputs: { next: Type.Object({ attempt: Type.Integer() }) },
      example: { title: words("Late"), params: {} },
      run(ctx) {
        if (ctx.attempt < 2) throw new AppError("VENDOR_UNAVAILABLE", "not yet");
        return next("next", { attempt: ctx.attempt });
      },
    }),
  ],
});

let engine: TestEngine;

beforeAll(async () => {
  engine = await buildEngine({ plugins: [...BUILT_IN_PLUGINS, clumsy] });
});

afterAll(() => engine.stop());

interface EndedRun {
  readonly status: string;
  readonly outcome: {
    readonly name: string;
    readonly output?: Record<string, unknown>;
    readonly error?: { readonly nodeId: string; readonly message: string };
  };
}

/** Publishes start → node, runs it over the API to its end, and reads it. */
async function runOf(
  type: string,
  version = 1,
  data: Partial<Flow["nodes"][number]["data"]> = {},
): Promise<EndedRun> {
  const key = `f-${type.replace(".", "-")}-${version}-${Object.keys(data).join("-")}`.toLowerCase();
  const node = (id: string, nodeType: string, nodeVersion: number) => ({
    id,
    type: nodeType,
    version: nodeVersion,
    position: { x: 0, y: 0 },
    data: { params: {} },
  });
  const flow: Flow = {
    schemaVersion: 1,
    key,
    name: key,
    settings: {},
    nodes: [node("start", "api.run", 1), { ...node("step", type, version), data: { params: {}, ...data } }],
    edges: [{ id: "e", source: "start", sourceHandle: "next", target: "step" }],
  };
  await engine.publish(flow);
  const headers = { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" };
  const started = await fetch(`${engine.url}/api/v1/flows/${key}/runs?wait=20`, {
    method: "POST",
    headers,
    body: '{"input":{}}',
  });
  const { runId } = (await started.json()) as { runId: string };
  const read = await fetch(`${engine.url}/api/v1/runs/${runId}`, { headers });
  return (await read.json()) as EndedRun;
}

describe("a step that cannot go on", () => {
  test("[A6] a node that throws what is no AppError ends the run as NODE_FAILED, naming the node", async () => {
    const run = await runOf("clumsy.throws");
    expect(run).toMatchObject({
      status: "failed",
      outcome: { name: "NODE_FAILED", error: { nodeId: "step" } },
    });
    expect(run.outcome.error?.message).toContain("cannot read properties of undefined");
  });

  test("[A7] an output that is too large ends the run as OUTPUT_TOO_LARGE, with its size and the limit", async () => {
    const run = await runOf("clumsy.shouts");
    expect(run.outcome.name).toBe("OUTPUT_TOO_LARGE");
    expect(run.outcome.error?.message).toMatch(/307\d{3} bytes .* 262144 are allowed/);
  });

  test("[A6] a node whose plugin is gone ends the run as NODE_TYPE_UNKNOWN, naming type and version", async () => {
    const run = await runOf("clumsy.throws", 7);
    expect(run.outcome).toMatchObject({ name: "NODE_TYPE_UNKNOWN", error: { nodeId: "step" } });
    expect(run.outcome.error?.message).toContain("clumsy.throws version 7");
  });

  test("a step without effect is tried again as often as its node says", async () => {
    const retry = { maxAttempts: 3, firstDelayMs: 1, maxDelayMs: 1 };
    expect(await runOf("clumsy.late", 1, { retry })).toMatchObject({
      status: "succeeded",
      outcome: { output: { attempt: 2 } },
    });
    const twice = { ...retry, maxAttempts: 2 };
    expect(await runOf("clumsy.late", 1, { retry: twice, note: "twice" })).toMatchObject({
      status: "failed",
      outcome: { name: "VENDOR_UNAVAILABLE" },
    });
  });

  test("a step without effect is not tried again where its node says nothing", async () => {
    expect(await runOf("clumsy.late")).toMatchObject({ outcome: { name: "VENDOR_UNAVAILABLE" } });
  });

  test("a node that says to continue leaves by its first port, with the error", async () => {
    expect(await runOf("clumsy.throws", 1, { onError: "continue" })).toMatchObject({
      status: "succeeded",
      outcome: { name: "completed", output: { error: { code: "NODE_FAILED" } } },
    });
  });
});
