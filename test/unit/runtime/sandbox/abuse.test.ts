import { afterAll, afterEach, describe, expect, test } from "vitest";
import { createSandbox } from "../../../../engine/runtime/sandbox/sandbox.ts";
import { codeRun, endOf } from "../../../support/code-run.ts";
import { isRunning } from "../../../support/process-state.ts";

const sandbox = createSandbox({ maxChildren: 2 });
const pids = new Set<number>();

afterEach(() => {
  for (const pid of sandbox.pids()) pids.add(pid);
});

afterAll(async () => {
  await sandbox.stop();
  expect(pids.size).toBeGreaterThan(0);
  expect([...pids].filter(isRunning)).toEqual([]);
});

/** Ends with one of `codes`, and whoever comes next is served. */
async function endsWith(code: string, codes: readonly string[], timeoutMs = 500): Promise<void> {
  const end = await endOf(sandbox, codeRun(code, { timeoutMs }));
  expect(codes).toContain("code" in end ? end.code : JSON.stringify(end.returned));
  const next = codeRun("return inputs.a + 1", { tenantId: "ten_2", inputs: { a: 1 } });
  expect(await sandbox.run(next)).toBe(2);
}

describe("[S15] code that does not end is ended with CODE_TIMEOUT", () => {
  test.each<[string, string]>([
    ["an endless loop", "for (;;);"],
    ["an endless loop after an await", "await null; for (;;);"],
    [
      "microtasks that make microtasks",
      "const again = () => { Promise.resolve().then(again); }; again(); await new Promise(() => {});",
    ],
    ["a promise that never settles", "await new Promise(() => {});"],
    ["a catastrophic regular expression", "return /^(a+)+$/.test('a'.repeat(60) + 'b');"],
    ["a sort that takes its time", "return new Array(1e6).fill(0).sort(() => { for (;;); });"],
    ["a message that takes for ever", "throw { get name() { return 1; }, toJSON() { for (;;); } };"],
    [
      "a stack that takes for ever",
      "const e = new Error(); e.__defineGetter__('stack', () => { for (;;); }); throw e;",
    ],
    ["a result that takes for ever", "return { toJSON() { for (;;); } };"],
    ["a result that never comes", "return { then() {} };"],
    ["code beside the function", "}); for (;;); (async function () {"],
    ["a big number that nothing interrupts", "for (;;) String(2n ** 100000000n);"],
  ])("%s", (_, code) => endsWith(code, ["CODE_TIMEOUT"]));

  test.each<[string, string]>([
    ["a list filled in one go", "for (;;) new Array(1e8).fill(0);"],
    ["a million lists in one another", "for (;;) JSON.parse('['.repeat(1e6) + ']'.repeat(1e6));"],
    [
      "promises that wait for one another",
      "const again = () => Promise.resolve().then(again); await again();",
    ],
  ])("or, where memory runs out first, with CODE_MEMORY: %s", (_, code) =>
    endsWith(code, ["CODE_TIMEOUT", "CODE_MEMORY"], 200),
  );
});

describe("[S15] code that takes more memory than it may is ended with CODE_MEMORY", () => {
  test.each<[string, string]>([
    ["lists", "const all = []; for (;;) all.push(new Array(10_000).fill(1));"],
    ["small lists", "const all = []; for (;;) all.push(new Array(1000).fill(1));"],
    ["objects", "const all = []; for (let i = 0; ; i++) all.push({ i, ['k' + i]: '' + i });"],
    ["long texts", "const all = []; for (let i = 0; ; i++) all.push(('' + i).padStart(1e6, 'é').split(''));"],
    [
      "closures",
      "let f = () => 0; for (;;) { const g = f; const big = new Array(100).fill(f); f = () => [g, big]; }",
    ],
    ["typed arrays", "const all = []; for (;;) all.push(new Uint8Array(1e6).fill(1));"],
    ["a map", "const all = new Map(); for (let i = 0; ; i++) all.set(i, ('' + i).repeat(20));"],
  ])("%s", (_, code) => endsWith(code, ["CODE_MEMORY"], 10_000));
});

describe("[S15] code that fails does so with CODE_FAILED", () => {
  test.each<[string, string]>([
    ["a recursion without an end", "const f = () => f() + 1; return f();"],
    ["a text that cannot be", "let text = 'x'; for (;;) text += text;"],
    ["a list that cannot be", "return new Array(-1);"],
    ["a result nested too deep", "let list = []; for (let i = 0; i < 1000; i++) list = [list]; return list;"],
    ["a result that contains itself", "const me = {}; me.me = me; return me;"],
    ["a result that is no JSON", "return 10n;"],
    ["a result that poisons prototypes", `return JSON.parse('{"__proto__":{"admin":true}}');`],
    ["a result the database cannot keep", "return 'a\\u0000b';"],
    ["half a character", "return ['\\ud800'];"],
    ["something thrown that is no error", "throw Symbol('x');"],
    ["a null thrown", "throw null;"],
    ["code that is no function body", "return 1 }); (async () => { return 2"],
    ["code that does not compile", "return ("],
    ["a module", "return import('node:fs');"],
    ["a forged answer", "Array.prototype.toJSON = () => ['threw', 'forged', 1]; return [];"],
    ["a forged answer of another kind", "Array.prototype.toJSON = () => ({ kind: 'ready' }); return [];"],
  ])("%s", (_, code) => endsWith(code, ["CODE_FAILED"], 5000));
});

describe("[S15] a result that is too large is refused with OUTPUT_TOO_LARGE", () => {
  test.each<[string, string]>([
    ["a text", "return 'x'.repeat(300 * 1024);"],
    ["a text that is too large only in bytes", "return 'é'.repeat(200 * 1024);"],
    ["a list", "return new Array(200_000).fill(1);"],
  ])("%s", (_, code) => endsWith(code, ["OUTPUT_TOO_LARGE"], 5000));
});

describe("[S14] code finds no door", () => {
  const names = ["process", "require", "module", "global", "Buffer", "fetch", "setTimeout", "ivm", "__start"];
  test.each<[string, string]>([
    ["by name", "NAMES"],
    ["by the constructor of a list", "[].constructor.constructor('return NAMES')()"],
    ["by the constructor of an async function", "await (async () => {}).constructor('return NAMES')()"],
    ["by its inputs", "inputs.list.constructor.constructor('return NAMES')()"],
    [
      "by an error of the engine's own",
      "(() => { try { null.x } catch (e) { return e.constructor.constructor('return NAMES')() } })()",
    ],
    ["by eval", "(0, eval)('NAMES')"],
    [
      "by the structure of a stack",
      "(() => { Error.prepareStackTrace = (_, s) => s.map((f) => f.getThis?.()).filter(Boolean); const t = new Error().stack; delete Error.prepareStackTrace; return t.length ? t : NAMES })()",
    ],
  ])("%s", async (_, expression) => {
    const types = `[${names.map((name) => `typeof ${name}`).join(",")}]`;
    const code = `return ${expression.replace("NAMES", types)};`;
    expect(await sandbox.run(codeRun(code, { inputs: { list: [] } }))).toEqual(names.map(() => "undefined"));
  });

  test("nor any name but those of the language", async () => {
    const code =
      "return Object.getOwnPropertyNames(globalThis).filter((name) => !/^[A-Z]/.test(name)).sort();";
    expect(await sandbox.run(codeRun(code))).toEqual([
      "console",
      "decodeURI",
      "decodeURIComponent",
      "encodeURI",
      "encodeURIComponent",
      "escape",
      "eval",
      "globalThis",
      "isFinite",
      "isNaN",
      "parseFloat",
      "parseInt",
      "undefined",
      "unescape",
    ]);
  });

  test("nor shared memory, threads or machine code", async () => {
    const code =
      "return ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef'].filter((n) => n in globalThis);";
    expect(await sandbox.run(codeRun(code))).toEqual([]);
  });
});

test("[S14] nothing one run leaves behind is there for the next", async () => {
  const leave = [
    "Object.prototype.left = 1; Array.prototype.map = () => 'mine'; JSON.parse = () => 'mine';",
    "globalThis.left = 1; Promise.prototype.then = undefined; Math.max = () => 0;",
    "return 'ok';",
  ].join("\n");
  const look = "return [typeof {}.left, typeof left, [1].map(String), JSON.parse('2'), Math.max(1, 2)];";
  for (let run = 0; run < 4; run += 1) {
    expect(await sandbox.run(codeRun(leave))).toBe("ok");
    expect(await sandbox.run(codeRun(look))).toEqual(["undefined", "undefined", ["1"], 2, 2]);
  }
});
