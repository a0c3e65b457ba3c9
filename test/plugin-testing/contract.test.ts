import { expect, test } from "vitest";
import {
  defineCredential,
  defineNode,
  definePlugin,
  type NodeDefinition,
  next,
  Type,
  wait,
} from "../../engine/plugin-api.ts";
import { type ContractOptions, contractTests } from "../../engine/plugin-testing.ts";

const text = { en: "Words", es: "Palabras" };
const account = defineCredential({
  id: "shop.account",
  title: text,
  fields: Type.Object({ token: Type.String({ "x-secret": true }) }),
  test: async () => ({ ok: true, message: "" }),
});

const GOOD = defineNode({
  type: "shop.find",
  version: 1,
  title: text,
  help: { en: "Finds it. Use it.", es: "Lo busca. Úselo." },
  family: "data",
  icon: "search",
  params: Type.Object({ order: Type.String({ minLength: 1, title: "Order", "x-es": "Pedido" }) }),
  outputs: { found: Type.Object({ status: Type.String() }), missing: Type.Object({}) },
  ports: ["found", "missing"],
  effect: "repeatable",
  example: { title: text, params: { order: "A 17" } },
  async run(ctx) {
    const answer = await ctx.fetch("https://shop.example/");
    return answer.status === 200 ? next("found", { status: answer.text }) : next("missing", {});
  },
});

/** What is wrong with a plugin of this one node, by the name of the test that says so. */
async function verdicts(
  change: Partial<NodeDefinition>,
  options: ContractOptions = {},
): Promise<Record<string, string>> {
  const node = { ...GOOD, ...change } as NodeDefinition;
  const plugin = definePlugin({ id: "shop", title: text, nodes: [node], credentials: [account] });
  const all = await Promise.all(
    contractTests(plugin, options).map(async ({ name, run }) => {
      const failure = await run().then(
        () => null,
        (error: unknown) =>
          error instanceof Error ? `${error.message} ${error.cause ?? ""}` : String(error),
      );
      return failure === null ? [] : [[name, failure] as const];
    }),
  );
  return Object.fromEntries(all.flat());
}

const RUNS_TEST = "shop.find: leaves by its ports, with outputs that fit, and tells no secret";

test("a plugin that keeps its word passes every test", async () => {
  expect(await verdicts({})).toEqual({});
});

test("a definition the registry refuses is refused in its words", async () => {
  const found = await verdicts({ title: { en: "Find", es: "" } });
  expect(found["shop: its definitions are complete"]).toContain("title.es is missing");
});

test("an example that does not fit is named", async () => {
  const found = await verdicts({ example: { title: text, params: { order: "" } } });
  expect(Object.keys(found)).toContain("shop.find: the example fits its parameters");
});

test("a port nobody declared is found", async () => {
  const found = await verdicts({ run: () => next("nowhere", {}) });
  expect(found[RUNS_TEST]).toContain('leaves by "nowhere"; its ports are found, missing, error');
});

test("a wait for a port nobody declared is found", async () => {
  const events = { paid: "paid" };
  const run = () => wait({ until: new Date(0), timeoutPort: "missing", events, keys: ["key"] });
  expect((await verdicts({ run }))[RUNS_TEST]).toContain("waits for ports it does not have: paid");
});

test("an output that does not fit its port is found", async () => {
  const found = await verdicts({ run: () => next("found", { status: 7 }) });
  expect(found[RUNS_TEST]).toContain('the output of port "found" does not fit: /status must be string');
});

test("an error that is not one of the house's is found", async () => {
  const run = () => {
    throw new TypeError("undefined is not a function");
  };
  expect((await verdicts({ run }))[RUNS_TEST]).toContain("undefined is not a function");
});

test.each([
  ["an output", async (_: unknown, token: string) => next("found", { status: token })],
  [
    "a log line",
    async (log: (words: string) => void, token: string) => {
      log(`asking with ${token}`);
      return next("missing", {});
    },
  ],
])("a secret in %s is found", async (_, act) => {
  const found = await verdicts({
    async run(ctx) {
      const { token } = await ctx.credential<{ token: string }>("shop.account");
      return act((words) => ctx.log.info({}, words), token);
    },
  });
  expect(found[RUNS_TEST]).toContain("a secret is told");
});

test("saved parameters of an older version are carried over, and the step that breaks them is named", async () => {
  const migrate = { 1: (params: object) => ({ order: Reflect.get(params, "number") }) };
  const change = { version: 2, migrate } as Partial<NodeDefinition>;
  const name = "shop.find: what version 1 saved still fits";
  expect(await verdicts(change, { saved: { "shop.find": { 1: { number: "A 17" } } } })).toEqual({});
  expect((await verdicts(change))[name]).toContain('saved["shop.find"][1]');
  const broken = await verdicts(change, { saved: { "shop.find": { 1: { numero: "A 17" } } } });
  expect(broken[name]).toContain("version 1 becomes");
});
