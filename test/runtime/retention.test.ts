import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../../engine/built-in-plugins.ts";
import type { Flow } from "../../engine/core/flow.ts";
import type { JsonObject } from "../../engine/core/json.ts";
import { defineNode, definePlugin, next, Type, wait } from "../../engine/plugin-api.ts";
import { MAX_LINE_BYTES } from "../../engine/runtime/journal-line.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";

const words = (text: string) => ({ en: text, es: text });
const shape = { version: 1, family: "logic", icon: "bug", effect: "none" } as const;
const HOUR_MS = 3_600_000;

/** Nodes that give much, give secrets, or sleep. */
const hoarder = definePlugin({
  id: "hoarder",
  title: words("Hoarder"),
  nodes: [
    defineNode({
      ...shape,
      type: "hoarder.gives",
      title: words("Gives"),
      help: words("Gives a text of so many bytes."),
      ports: ["next"],
      params: Type.Object({ bytes: Type.Integer() }),
      outputs: { next: Type.Object({ text: Type.String() }) },
      example: { title: words("Gives"), params: { bytes: 1 } },
      run: (_ctx, { bytes }) => next("next", { text: "a".repeat(bytes) }),
    }),
    defineNode({
      ...shape,
      type: "hoarder.code",
      title: words("Code"),
      help: words("Gives a secret code."),
      ports: ["next"],
      params: Type.Object({}),
      outputs: { next: Type.Object({ code: Type.String({ "x-secret": true }), to: Type.String() }) },
      example: { title: words("Code"), params: {} },
      run: () => next("next", { code: "4711", to: "Ana" }),
    }),
    defineNode({
      ...shape,
      type: "hoarder.sleeps",
      title: words("Sleeps"),
      help: words("Waits for so many hours."),
      ports: ["done"],
      waits: true,
      params: Type.Object({ hours: Type.Number() }),
      outputs: { done: Type.Object({}) },
      example: { title: words("Sleeps"), params: { hours: 1 } },
      run: (ctx, { hours }) =>
        wait({
          until: new Date(ctx.now.getTime() + hours * HOUR_MS),
          timeoutPort: "done",
          events: {},
          keys: [ctx.urls.stepKey],
        }),
    }),
  ],
});

interface RunAnswer {
  readonly id: string;
  readonly status: string;
  readonly outcome: {
    readonly name: string;
    readonly output: JsonObject;
    readonly error?: { readonly nodeId: string; readonly message: string };
  } | null;
  readonly input: JsonObject;
  readonly journal: string;
  readonly steps: readonly { readonly nodeId: string; readonly output?: JsonObject; readonly ms: number }[];
}

let engine: TestEngine;
const watched: unknown[] = [];

beforeAll(async () => {
  engine = await buildEngine({
    plugins: [...BUILT_IN_PLUGINS, hoarder],
    watch: (event) => watched.push(event),
  });
});

afterAll(() => engine.stop());

describe("[R5] a tenant's payload budget", () => {
  afterAll(() => setBudget(null));

  test("used up, leaves of a step what happened; the run does not notice", async () => {
    await setBudget(0);
    const run = await runOf(flowOf("budget", [START, ["give", "hoarder.gives", { bytes: 100 }], SAYS]));
    expect(run.status).toBe("succeeded");
    expect(run.outcome?.output).toEqual({ heard: "a".repeat(100) });
    expect(run.steps).toEqual([
      expect.objectContaining({
        nodeId: "give",
        port: "next",
        ms: expect.any(Number),
        output: { $omitted: { bytes: 111, why: "budget" } },
      }),
      expect.objectContaining({ nodeId: "say", output: { $omitted: { bytes: 112, why: "budget" } } }),
    ]);
  });

  test("raised, is heard of without a restart; what is kept is added up in the database", async () => {
    await setBudget(1_000_000);
    const before = await used();
    const run = await runOf(flowOf("raised", [START, ["give", "hoarder.gives", { bytes: 5_000 }], SAYS]));
    expect(run.steps[0]?.output).toEqual({ text: "a".repeat(5_000) });
    await engine.app.runtime.payloads.flush();
    expect((await used()) - before).toBe(5_011 + 5_012);
  });
});

describe("[R6] a large output", () => {
  test("is in the journal by its beginning, while later steps have all of it", async () => {
    const bytes = MAX_LINE_BYTES + 1;
    const run = await runOf(flowOf("large", [START, ["give", "hoarder.gives", { bytes }], SAYS]));
    expect(run.steps[0]?.output).toEqual({
      $head: expect.stringMatching(/^\{"text":"a{8000,}$/),
      $omitted: { bytes: bytes + 11, why: "size" },
    });
    expect(run.outcome?.output).toEqual({ heard: "a".repeat(bytes) });
  });
});

describe("[R7] a run that carries too much", () => {
  test("ends as STATE_TOO_LARGE, with the node and the size", async () => {
    const gives = Array.from({ length: 10 }, (_, index) => {
      return [`give${index}`, "hoarder.gives", { bytes: 250_000 }] as const;
    });
    const run = await runOf(flowOf("hoard", [START, ...gives]));
    expect(run).toMatchObject({
      status: "failed",
      outcome: { name: "STATE_TOO_LARGE", error: { nodeId: "give8" } },
    });
    expect(run.outcome?.error?.message).toMatch(/22\d{5} bytes; 2097152 are allowed/);
    expect(await stateBytes(run.id)).toBeLessThan(2_097_152);
  });
});

describe("[R8] a wait beyond the run's allowed age", () => {
  const sleeper = (key: string, hours: number): Flow => {
    const flow = flowOf(key, [START, ["sleep", "hoarder.sleeps", { hours }]], [["start", "next", "sleep"]]);
    return { ...flow, settings: { ...flow.settings, maxDurationMs: 2 * HOUR_MS } };
  };

  test("is refused as WAIT_TOO_LONG, naming the node and the limit", async () => {
    const run = await runOf(sleeper("long-sleeper", 3));
    expect(run).toMatchObject({
      status: "failed",
      outcome: { name: "WAIT_TOO_LONG", error: { nodeId: "sleep" } },
    });
    expect(run.outcome?.error?.message).toContain("settings.maxDurationMs is 7200000");
  });

  test("within it, is waited for", async () => {
    expect(await runOf(sleeper("short-sleeper", 1))).toMatchObject({ status: "waiting", outcome: null });
  });
});

describe("[R9] a secret", () => {
  const flow = flowOf("secret", [
    [
      "start",
      "api.run",
      { input: { type: "object", properties: { card: { type: "string", "x-secret": true } } } },
    ],
    ["code", "hoarder.code"],
    ["say", "core.end", { outcome: "said", output: { same: "{{ steps.code.code | append: '!' }}" } }],
  ]);

  test("is a mark in the journal, in API answers and for watchers; later steps have it", async () => {
    const run = await runOf(flow, { card: "tok_1", last4: "4242" });
    expect(run.outcome?.output).toEqual({ same: "4711!" });
    expect(run.steps[0]?.output).toEqual({ code: { $redacted: true }, to: "Ana" });
    expect(run.input).toEqual({ input: { card: { $redacted: true }, last4: "4242" } });
    const [kept] = await inspect<{ events: string }>(
      engine.connection,
      "select jsonb_agg(events)::text as events from journal where run_id = $1",
      [run.id],
    );
    expect(kept?.events).toContain('{"$redacted": true}');
    expect(kept?.events).not.toContain('"4711"');
    const seen = watched.filter((event) => JSON.stringify(event).includes(run.id));
    expect(seen.length).toBeGreaterThan(1);
    expect(JSON.stringify(seen)).not.toContain('"4711"');
  });

  test("is a mark also as what the run ends with", async () => {
    const key = "secret-end";
    const answer = await startOf(flowOf(key, [START, ["code", "hoarder.code"]]));
    expect(answer.output).toEqual({ code: { $redacted: true }, to: "Ana" });
    expect((await read(answer.runId)).outcome?.output).toEqual(answer.output);
  });
});

describe("[R10] a run whose steps are past retention", () => {
  test("says so: all are kept, or some, or none", async () => {
    const flow = flowOf("old", [START, SAYS]);
    const run = await runOf(flow);
    expect(run).toMatchObject({ journal: "kept", steps: [{ nodeId: "say" }] });
    await backdate(run.id, "started_at");
    expect(await read(run.id)).toMatchObject({ journal: "partial", steps: [{ nodeId: "say" }] });
    await backdate(run.id, "ended_at");
    expect(await read(run.id)).toMatchObject({ status: "succeeded", journal: "expired", steps: [] });
  });
});

const START = ["start", "api.run"] as const;
// Repeats what the step `give` gave, where there is one.
const SAYS = ["say", "core.end", { outcome: "said", output: { heard: "{{ steps.give.text }}" } }] as const;

async function runOf(flow: Flow, input: JsonObject = {}): Promise<RunAnswer> {
  return read((await startOf(flow, input)).runId);
}

async function startOf(flow: Flow, input: JsonObject = {}): Promise<{ runId: string; output: JsonObject }> {
  await engine.publish(flow);
  const seconds = flow.key.endsWith("sleeper") ? 1 : 20;
  const answer = await fetch(`${engine.url}/api/v1/flows/${flow.key}/runs?wait=${seconds}`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ input }),
  });
  return (await answer.json()) as { runId: string; output: JsonObject };
}

async function read(runId: string): Promise<RunAnswer> {
  const answer = await fetch(`${engine.url}/api/v1/runs/${runId}`, {
    headers: { authorization: `Bearer ${engine.apiKey}` },
  });
  return (await answer.json()) as RunAnswer;
}

/** Writes it into the tenant's settings and lets this process hear of it. */
async function setBudget(bytes: number | null): Promise<void> {
  await inspect(
    engine.connection,
    "update tenants set settings = settings || jsonb_build_object('payloadBudgetBytes', $2::bigint) where id = $1",
    [engine.tenantId, bytes],
  );
  engine.app.runtime.payloads.take(engine.tenantId, 0);
  await engine.app.runtime.payloads.flush();
}

async function used(): Promise<number> {
  const [row] = await inspect<{ bytes: number }>(
    engine.connection,
    "select sum(bytes)::integer as bytes from payload_use where tenant_id = $1",
    [engine.tenantId],
  );
  return row?.bytes ?? 0;
}

async function stateBytes(runId: string): Promise<number> {
  const [row] = await inspect<{ bytes: number }>(
    engine.connection,
    "select octet_length(state::text) as bytes from runs where id = $1",
    [runId],
  );
  return row?.bytes ?? 0;
}

async function backdate(runId: string, column: "started_at" | "ended_at"): Promise<void> {
  await inspect(
    engine.connection,
    `update runs set ${column} = ${column} - interval '400 days' where id = $1`,
    [runId],
  );
}
