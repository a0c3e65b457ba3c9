import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../../../../engine/runtime/sandbox/sandbox.ts";
import { codeRun, endOf } from "../../../support/code-run.ts";
import { isRunning } from "../../../support/process-state.ts";
import { until } from "../../../support/until.ts";

const sandbox = createSandbox({ maxChildren: 2 });
afterAll(() => sandbox.stop());

const STUCK = "return String(2n ** 400000000n).length;";

describe("running code", () => {
  test("gives what the code returns, from inputs that are copies", async () => {
    const code = "const { list } = inputs;\nreturn { sum: list[0] + (await list[1]), when: new Date(0) };";
    const inputs = { list: [1, 2] };
    expect(await sandbox.run(codeRun(code, { inputs }))).toEqual({
      sum: 3,
      when: "1970-01-01T00:00:00.000Z",
    });
  });

  test.each<[string, string]>([
    ["nothing", ""],
    ["a comment at the end", "return null // done"],
    ["what JSON cannot say", "return () => 1"],
  ])("%s is null", async (_, code) => {
    expect(await sandbox.run(codeRun(code))).toBe(null);
  });

  test("inputs are frozen, all the way down", async () => {
    const inputs = { deep: { list: [{ a: 1 }] } };
    const end = await endOf(sandbox, codeRun("\ninputs.deep.list[0].a = 2;", { inputs }));
    expect(end).toMatchObject({ code: "CODE_FAILED", message: expect.stringMatching(/line 2: TypeError/) });
  });

  test.each<[string, string, RegExp]>([
    ["thrown", "const a = 1;\n\nnull.x;", /at line 3: TypeError: Cannot read/],
    [
      "thrown further in",
      "function f() {\n  throw new RangeError('no');\n}\nf();",
      /at line 2: RangeError: no/,
    ],
    ["of syntax", "const a = 1;\nconst = 2;", /at line 2: SyntaxError: Unexpected token '='/],
  ])("an error %s names its line", async (_, code, message) => {
    expect(await endOf(sandbox, codeRun(code))).toMatchObject({
      code: "CODE_FAILED",
      message: expect.stringMatching(message),
    });
  });

  test("code and inputs that are too large are not even tried", async () => {
    const long = codeRun(`return 1 ${" ".repeat(70_000)}`);
    expect(await endOf(sandbox, long)).toMatchObject({ code: "PARAMS_INVALID" });
    const heavy = codeRun("return 1", { inputs: { text: "x".repeat(2 ** 20) } });
    expect(await endOf(sandbox, heavy)).toMatchObject({ code: "PARAMS_INVALID" });
  });
});

describe("the output schema", () => {
  const outputSchema = {
    $id: "mine",
    type: "object",
    required: ["total"],
    properties: { total: { type: "number" } },
  };

  test("lets through what fits, as it is", async () => {
    const run = codeRun("return { total: 1, more: '2' }", { outputSchema });
    expect(await sandbox.run(run)).toEqual({ total: 1, more: "2" });
  });

  test.each<[string, object, RegExp]>([
    ["what does not fit", outputSchema, /output schema: result\/total must be number/],
    ["a schema that is none", { type: "objct" }, /the output schema is wrong/],
  ])("says so of %s", async (_, schema, message) => {
    const run = codeRun("return { total: '1' }", { outputSchema: { ...schema } });
    expect(await endOf(sandbox, run)).toMatchObject({
      code: "CODE_FAILED",
      message: expect.stringMatching(message),
    });
  });

  test("[S15] a pattern that takes for ever ends as CODE_TIMEOUT", async () => {
    const pattern = codeRun("return 'a'.repeat(60) + 'b'", {
      outputSchema: { type: "string", pattern: "^(a+)+$" },
      timeoutMs: 100,
    });
    expect(await endOf(sandbox, pattern)).toMatchObject({ code: "CODE_TIMEOUT" });
    expect(await sandbox.run(codeRun("return 1"))).toBe(1);
  });
});

describe("[A8] the same run gives the same answer", () => {
  test("chance comes from the seed", async () => {
    const code = "return [Math.random(), Math.random()]";
    const [once_, twice] = [await sandbox.run(codeRun(code)), await sandbox.run(codeRun(code))];
    expect(twice).toEqual(once_);
    expect(await sandbox.run(codeRun(code, { seed: 8 }))).not.toEqual(once_);
  });

  test("time is the moment of the step, however it is asked for, in UTC", async () => {
    const code = `class Mine extends Date {}
      const format = new Intl.DateTimeFormat("es", { dateStyle: "short", timeStyle: "short" });
      return [
        new Date().toISOString(), Date.now(), Date(), new Date().constructor.now(), new Mine().toISOString(),
        format.format(), format.formatToParts().length, new Date(2026, 0, 1).toISOString(),
        new Date() instanceof Date, "Temporal" in globalThis,
      ];`;
    expect(await sandbox.run(codeRun(code))).toEqual([
      "2026-11-21T15:00:00.000Z",
      1795273200000,
      "Sat Nov 21 2026 15:00:00 GMT+0000 (Coordinated Universal Time)",
      1795273200000,
      "2026-11-21T15:00:00.000Z",
      "21/11/26, 15:00",
      9,
      "2026-01-01T00:00:00.000Z",
      true,
      false,
    ]);
  });
});

describe("[S16] nobody's code keeps the others waiting", () => {
  test("one tenant never has all children", async () => {
    const own = createSandbox({ maxChildren: 2 });
    const flood = Array.from({ length: 6 }, () => endOf(own, codeRun("for (;;);", { timeoutMs: 60_000 })));
    // Nobody of the flood can have ended when the other tenant is served, else there is more than one at a time.
    let ended = 0;
    for (const end of flood) void end.then(() => ended++);
    expect(await own.run(codeRun("return 1", { tenantId: "ten_2" }))).toBe(1);
    expect(ended).toBe(0);
    await own.stop();
    expect(await Promise.all(flood)).toEqual(
      flood.map(() => expect.objectContaining({ code: "SHUTTING_DOWN" })),
    );
  });

  test("more than may wait are turned away with CODE_BUSY", async () => {
    const own = createSandbox({ maxChildren: 2, maxWaiting: 2 });
    await own.run(codeRun("return 1"));
    const [stuck, ...waiting] = [1, 2, 3].map(() => endOf(own, codeRun("for (;;);", { timeoutMs: 60_000 })));
    expect(await endOf(own, codeRun("return 1"))).toMatchObject({ code: "CODE_BUSY" });
    await own.stop();
    for (const end of [stuck, ...waiting]) expect(await end).toMatchObject({ code: "SHUTTING_DOWN" });
  });

  test("so is who waits too long", async () => {
    // No child starts within a millisecond.
    const own = createSandbox({ maxWaitMs: 1 });
    expect(await endOf(own, codeRun("return 1"))).toMatchObject({ code: "CODE_BUSY" });
    await own.stop();
  });
});

describe("[S17] children come and go with the work", () => {
  test("none is there before the first run; a spare one is after", async () => {
    const own = createSandbox({ maxChildren: 2 });
    expect(own.pids()).toEqual([]);
    await own.run(codeRun("return 1"));
    await until("the spare child", () => own.pids().length === 2);
    await own.stop();
  });

  test("an unused child goes, a used-up one is replaced", async () => {
    const own = createSandbox({ maxChildren: 2, idleMs: 300, maxUses: 2 });
    const first = await pidsAfterRun(own);
    for (let run = 0; run < 6; run += 1) expect(await own.run(codeRun("return 1"))).toBe(1);
    await until("the first children to go", () => !first.some(isRunning));
    await until("all children to go", () => own.pids().length === 0);
    expect(await own.run(codeRun("return 2"))).toBe(2);
    await own.stop();
  });

  test("stop ends what runs, what waits and every process", async () => {
    const own = createSandbox({ maxChildren: 2 });
    const pids = await pidsAfterRun(own);
    const runs = [1, 2, 3].map(() => endOf(own, codeRun(STUCK, { timeoutMs: 60_000 })));
    await own.stop();
    for (const end of runs) expect(await end).toMatchObject({ code: "SHUTTING_DOWN" });
    expect(pids.filter(isRunning)).toEqual([]);
    expect(await endOf(own, codeRun("return 1"))).toMatchObject({ code: "SHUTTING_DOWN" });
    expect(own.pids()).toEqual([]);
  });

  test("a child that is killed under its code ends that run alone", async () => {
    const own = createSandbox({ maxChildren: 2 });
    const pids = await pidsAfterRun(own);
    const stuck = endOf(own, codeRun(STUCK, { timeoutMs: 60_000 }));
    for (const pid of pids) process.kill(pid, "SIGKILL");
    expect(await stuck).toMatchObject({ code: "CODE_MEMORY" });
    expect(await own.run(codeRun("return 1"))).toBe(1);
    await own.stop();
  });

  test("a child that is killed while it starts costs no run", async () => {
    const own = createSandbox({ maxChildren: 2 });
    const first = own.run(codeRun("return 1"));
    for (const pid of own.pids()) process.kill(pid, "SIGKILL");
    expect(await first).toBe(1);
    await own.stop();
  });

  test("no child outlives an engine that is killed, not even in code that nothing can interrupt", async () => {
    const script = path.join(import.meta.dirname, "../../../support/sandbox-parent.ts");
    const parent = fork(script, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const [pids] = (await once(parent, "message")) as [number[]];
    expect(pids.length).toBeGreaterThan(0);
    parent.kill("SIGKILL");
    await until("the children to end", () => !pids.some(isRunning));
  });
});

async function pidsAfterRun(own: Sandbox): Promise<number[]> {
  await own.run(codeRun("return 1"));
  return own.pids();
}
