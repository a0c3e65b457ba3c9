import { describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../../engine/built-in-plugins.ts";
import { checkFlow } from "../../engine/core/check-flow.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { createRegistry } from "../../engine/registry.ts";
import { createTemplates } from "../../engine/runtime/templates.ts";
import { createValidator } from "../../engine/validator.ts";
import { flowOf } from "../support/small-flow.ts";

const validator = createValidator();
const registry = createRegistry(BUILT_IN_PLUGINS, validator.compile);

describe("branches", () => {
  test("that come together have no problems, nested or not", () => {
    expect(
      problemsOf(
        {
          split: ["core.parallel", { branches: ["a", "b"] }],
          inner: ["core.parallel", { branches: ["c", "d"] }],
          c: set(),
          inner_join: ["core.join", {}],
          b: set(),
          join: ["core.join", {}],
        },
        "split.a.inner inner.c.c inner.d.inner_join c.next.inner_join inner_join.done.join split.b.b b.next.join",
      ),
    ).toEqual([]);
  });

  test("need a join, and a join needs branches", () => {
    const split = { split: ["core.parallel", { branches: ["a"] }], a: set() } as const;
    expect(problemsOf(split, "split.a.a")).toEqual(["parallel_without_join split"]);
    expect(problemsOf({ join: ["core.join", {}] }, "")).toEqual(["join_without_parallel join"]);
  });

  test("one that ends by itself is pointed out", () => {
    expect(
      problemsOf(
        { split: ["core.parallel", { branches: ["a", "b"] }], a: set(), b: set(), join: ["core.join", {}] },
        "split.a.a split.b.b a.next.join",
      ),
    ).toEqual(["branch_never_joins split"]);
  });

  test("have nobody on the line; before and after them there is", () => {
    const say = ["twilio.say", { text: "Hola" }] as const;
    const nodes = {
      before: say,
      split: ["core.parallel", { branches: ["a", "b"] }],
      a: set(),
      b: say,
      join: ["core.join", {}],
      after: say,
    } as const;
    const edges = "before.next.split split.a.a split.b.b a.next.join b.next.join join.done.after";
    expect(problemsOf(nodes, edges)).toEqual(["caller_not_in_branch b"]);
  });
});

describe("items", () => {
  const edges = "each.item.say say.next.each each.done.after";
  const nodes = (concurrency: number) => ({
    each: ["core.for-each", { list: ["x"], concurrency }] as const,
    say: ["twilio.say", { text: "Hola" }] as const,
    after: ["twilio.say", { text: "Hola" }] as const,
  });

  test("one after the other may speak to the caller, and their way back is no endless loop", () => {
    expect(problemsOf(nodes(1), edges)).toEqual([]);
  });

  test("side by side they may not", () => {
    expect(problemsOf(nodes(2), edges)).toEqual(["caller_not_in_branch say"]);
  });
});

test("percentages must add up to 100", () => {
  const arms = (percent: number) => [
    { port: "a", percent },
    { port: "b", percent: 40 },
  ];
  expect(problemsOf({ split: ["core.split", { arms: arms(60) }] }, "")).toEqual([]);
  expect(problemsOf({ split: ["core.split", { arms: arms(50) }] }, "")).toEqual(["split_not_whole split"]);
});

test("what an error does may be said at a node, in two ways", () => {
  const document = flowOf("f", [
    ["start", "twilio.incoming-call"],
    ["a", ...set()],
  ]);
  const withOnError = (onError: string) => ({
    ...document,
    nodes: document.nodes.map((node) => ({ ...node, data: { ...node.data, onError } })),
  });
  expect(codesOf(withOnError("continue"))).toEqual([]);
  expect(codesOf(withOnError("ignore")).join()).toContain("document_malformed");
});

type Node = readonly [type: string, params: Readonly<Record<string, unknown>>];

function set(): Node {
  return ["core.set", { values: { x: 1 } }];
}

/** Behind a call: the nodes in order, the first of which it leads to, and `source.port.target` of each edge. */
function problemsOf(nodes: Readonly<Record<string, Node>>, edges: string): string[] {
  const steps = Object.entries(nodes).map(([id, [type, params]]) => [id, type, { ...params }] as const);
  const ways = edges
    .split(" ")
    .filter(Boolean)
    .map((word) => {
      const [source = "", port = "", target = ""] = word.split(".");
      return [source, port, target] as const;
    });
  const first = steps[0]?.[0] ?? "";
  return codesOf(
    flowOf("f", [["start", "twilio.incoming-call"], ...steps], [["start", "next", first], ...ways]),
  );
}

function codesOf(document: Flow | object): string[] {
  const problems = checkFlow(document, {
    validate: validator.violations,
    withDefaults: validator.withDefaults,
    nodeType: registry.info,
    analyzeTemplate: createTemplates().analyze,
    types: registry.types,
  });
  return problems.map(({ code, nodeId }) => `${code} ${nodeId}`);
}
