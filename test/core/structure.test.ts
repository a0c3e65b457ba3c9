import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyResult, decide, startState, wake } from "../../engine/core/advance.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { MAX_RESULTS } from "../../engine/core/follow.ts";
import { type Graph, graphOf } from "../../engine/core/graph.ts";
import { joinOf } from "../../engine/core/join-of.ts";
import type { Json } from "../../engine/core/json.ts";
import type { NodeResult, RunState } from "../../engine/core/run.ts";
import { flowOf } from "../support/small-flow.ts";

const NOW = "2026-11-21T15:00:00.000Z";
const LATER = "2026-11-21T15:00:05.000Z";
const RUN = "run_1";

describe("where branches come together", () => {
  test("is the nearest join that all branches lead to", () => {
    const graph = graphOf(
      flow("p:parallel a b j:join k:join", "p-x-a p-y-b a-next-j b-next-j j-done-k a-other-k"),
    );
    expect(joinOf(graph, "p")).toBe("j");
  });

  test("a branch that leads to none does not count", () => {
    const graph = graphOf(flow("p:parallel a b j:join", "p-x-a p-y-b a-next-j"));
    expect(joinOf(graph, "p")).toBe("j");
  });

  test("is behind the join of a parallel inside a branch", () => {
    const graph = graphOf(
      flow(
        "p:parallel q:parallel a b c i:join o:join",
        "p-x-q p-y-c q-u-a q-v-b a-next-i b-next-i i-done-o c-next-o",
      ),
    );
    expect([joinOf(graph, "p"), joinOf(graph, "q")]).toEqual(["o", "i"]);
  });

  test("is nowhere when the branches lead to different joins, or to none", () => {
    const apart = graphOf(flow("p:parallel j:join k:join", "p-x-j p-y-k"));
    expect(joinOf(apart, "p")).toBeNull();
    expect(joinOf(graphOf(flow("p:parallel a", "p-x-a")), "p")).toBeNull();
  });

  test("is found in a flow whose parallels contain each other", () => {
    const graph = graphOf(flow("p:parallel q:parallel j:join", "p-x-q q-u-p p-y-j q-v-j"));
    expect(joinOf(graph, "p")).toBe("j");
  });

  test("is found as quickly in a hundred parallels inside each other", () => {
    const ids = Array.from({ length: 100 }, (_, n) => n);
    const nodes = ids.flatMap((n) => [`p${n}:parallel`, `j${n}:join`, `a${n}`]).join(" ");
    const edges = ids.flatMap((n) => [
      `p${n}-x-${n < 99 ? `p${n + 1}` : `a${n}`}`,
      `p${n}-y-a${n}`,
      `a${n}-next-j${n}`,
      ...(n > 0 ? [`j${n}-done-j${n - 1}`] : []),
    ]);
    const graph = graphOf(flow(nodes, edges.join(" ")));
    expect(ids.map((n) => joinOf(graph, `p${n}`))).toEqual(ids.map((n) => `j${n}`));
  });
});

describe("a fork", () => {
  const graph = graphOf(flow("p:parallel a b j:join end", "p-x-a p-y-b p-z-j a-next-j b-next-a j-done-end"));

  test("[A2, A11] the run goes to the join; each branch is a state of its own, with a copy of the data", () => {
    const before = { ...begin(graph), vars: { n: 1 }, steps: { before: { seen: true } } };
    const { state, children, event } = apply(graph, before, fork("x", "y", "z"));
    expect(state.cursor).toEqual({ nodeId: "j", visit: 1 });
    expect(state.forks).toEqual({
      j: { step: "run_1:p:1", started: ["x", "y"], empty: ["z"], at: NOW },
    });
    expect(event).toMatchObject({ kind: "left", output: { branches: ["x", "y", "z"] } });
    expect(children?.map(({ branch, state: child }) => [branch, child.cursor?.nodeId])).toEqual([
      ["x", "a"],
      ["y", "b"],
    ]);
    const [x] = children ?? [];
    expect(x?.state).toMatchObject({
      vars: { n: 1 },
      steps: { before: { seen: true }, p: { branches: ["x", "y", "z"] } },
      visits: { a: 1 },
      exchange: null,
      startedAt: before.startedAt,
    });
  });

  test("[A11] a branch ends where the branches come together, and where it began", () => {
    const [x] = apply(graph, begin(graph), fork("x")).children ?? [];
    const after = x && apply(graph, x.state, next("next", { done: 1 })).state;
    expect(after?.outcome).toEqual({ status: "succeeded", name: "completed", output: { done: 1 } });
    const circle = graphOf(flow("p:parallel a j:join", "p-x-a a-next-p p-y-j"));
    const [again] = apply(circle, begin(circle), fork("x", "y")).children ?? [];
    expect(again && apply(circle, again.state, next("next")).state.outcome?.name).toBe("completed");
  });

  test("[A13] leaving the join forgets the fork and cancels what is left of it", () => {
    const joining = apply(graph, begin(graph), fork("x", "y")).state;
    const { state, cancels } = apply(graph, joining, next("done"));
    expect(cancels).toBe("run_1:p:1");
    expect(state.forks).toEqual({});
  });

  test("branches that come together nowhere are an error of the step", () => {
    const loose = graphOf(flow("p:parallel a", "p-x-a"));
    expect(apply(loose, begin(loose), fork("x")).state.outcome).toMatchObject({
      status: "failed",
      name: "FLOW_INVALID",
      error: { nodeId: "p" },
    });
  });
});

describe("waiting for children", () => {
  const graph = graphOf(flow("e:for-each body end", "e-item-body e-done-end body-next-e"));
  const start = [{ branch: "0", port: "item", output: { item: "a", index: 0, count: 2 } }];

  test("the step is entered again with the same key and what it kept, and left children are cancelled", () => {
    const asleep = apply(graph, begin(graph), { kind: "children", start, seen: 0, memory: { left: 1 } });
    expect(asleep.children?.[0]?.state).toMatchObject({ steps: { e: { item: "a" } }, endsAt: ["e"] });
    expect(asleep.state.wait).toMatchObject({
      again: true,
      keys: ["children:run_1:e:1"],
      children: { of: "run_1:e:1", seen: 0 },
    });
    const awake = wake(graph, RUN, asleep.state, { kind: "timeout" }, LATER)?.state as RunState;
    expect(awake).toMatchObject({ cursor: { nodeId: "e", visit: 1 }, memory: { left: 1 } });
    const left = apply(graph, awake, next("done"));
    expect(left.cancels).toBe("run_1:e:1");
    expect(left.state).toMatchObject({ memory: null, awaits: null });
  });

  test("[A7] it sleeps until its run becomes too old, unless it says how long", () => {
    const asleep = apply(graph, begin(graph), { kind: "children", start: [], seen: 0 }).state;
    const late = wake(graph, RUN, asleep, { kind: "timeout" }, asleep.wait?.until ?? "")?.state;
    expect(late && decide(graph, RUN, late, asleep.wait?.until ?? "")).toMatchObject({
      outcome: { name: "DURATION_LIMIT" },
    });
  });

  test("[A14] a call lends the request under way to the called flow", () => {
    const exchange = { deliveryId: "inb_1", via: "twilio/voice" };
    const talking = { ...begin(graph), exchange, reply: ["uno"] };
    const called = {
      branch: "f",
      state: talking,
      flow: { key: "f", versionId: "v", triggerType: "core.called" },
    };
    const { state } = apply(graph, talking, { kind: "children", start: [called], seen: 0 });
    expect(state).toMatchObject({ exchange: null, reply: [], lentTo: "run_1:e:1" });
  });
});

describe("a loop", () => {
  const graph = graphOf(flow("e:for-each a b end", "e-item-a a-next-b b-next-e e-done-end"));

  test("[A12] the body runs for each item, and its way back or its end is the next", () => {
    let state = apply(graph, begin(graph), list(["x", "y"], { collect: true })).state;
    expect(state.cursor).toEqual({ nodeId: "a", visit: 1 });
    expect(state.steps.e).toEqual({ item: "x", index: 0, count: 2 });
    state = apply(graph, state, next("next")).state;
    state = apply(graph, state, next("next", { n: 1 })).state;
    expect([state.cursor, state.steps.e]).toEqual([
      { nodeId: "a", visit: 2 },
      { item: "y", index: 1, count: 2 },
    ]);
    state = apply(graph, state, next("nowhere", { n: 2 })).state;
    expect(state.cursor?.nodeId).toBe("end");
    expect(state.steps.e).toEqual({ count: 2, failed: 0, results: [{ n: 1 }, { n: 2 }], complete: true });
    expect(state.frames).toEqual([]);
  });

  test("an empty list, and a body with nothing in it, are over at once", () => {
    expect(apply(graph, begin(graph), list([])).state.cursor?.nodeId).toBe("end");
    const bare = graphOf(flow("e:for-each end", "e-done-end e-item-e"));
    expect(apply(bare, begin(bare), list(["x", "y"])).state).toMatchObject({
      cursor: { nodeId: "end" },
      steps: { e: { count: 2 } },
    });
  });

  test("[A12] leading back to an outer loop leaves the inner one", () => {
    const nested = graphOf(flow("o:for-each i:for-each a", "o-item-i i-item-a a-next-o"));
    let state = apply(nested, begin(nested), list(["x", "y"])).state;
    state = apply(nested, state, list([1, 2])).state;
    expect(state.frames?.map(({ nodeId, index }) => [nodeId, index])).toEqual([
      ["o", 0],
      ["i", 0],
    ]);
    state = apply(nested, state, next("next")).state;
    expect(state).toMatchObject({ cursor: { nodeId: "i", visit: 2 }, steps: { o: { item: "y" } } });
    expect(state.frames).toHaveLength(1);
  });

  test("[A6] an error ends the item where the loop goes on all the same, else the run", () => {
    const kept = apply(graph, begin(graph), list(["x", "y"], { keepGoing: true, collect: true })).state;
    const onward = apply(graph, kept, refused()).state;
    expect(onward.steps.e).toMatchObject({ item: "y" });
    const over = apply(graph, apply(graph, onward, next("next")).state, next("next")).state;
    expect(over.steps.e).toMatchObject({ failed: 1, results: [{ error: { code: "VENDOR_REFUSED" } }, {}] });
    const strict = apply(graph, begin(graph), list(["x", "y"])).state;
    expect(apply(graph, strict, refused()).state.outcome?.name).toBe("VENDOR_REFUSED");
  });

  test("[A10] each item has the flow's number of steps to itself, and no more", () => {
    const tight = { ...flow("e:for-each a", "e-item-a a-next-e a-other-a"), settings: { maxSteps: 4 } };
    const small = graphOf(tight);
    let state = apply(small, begin(small), list(Array(50).fill(0))).state;
    for (let item = 0; item < 40; item++) state = apply(small, state, next("next")).state;
    expect(decide(small, RUN, state, NOW).kind).toBe("execute");
    for (let step = 0; step < 4; step++) state = apply(small, state, next("other")).state;
    expect(decide(small, RUN, state, NOW)).toMatchObject({ outcome: { name: "STEP_LIMIT" } });
  });

  test.each([
    ["too many items", Array(10_001).fill(0), 0],
    ["too many items in all loops of the run", [1, 2], 99_999],
    ["too much in its items", ["A".repeat(300 * 1024)], 0],
  ])("[A10] a list with %s is LIST_LIMIT", (_what, items, looped) => {
    const state = { ...begin(graph), looped };
    expect(apply(graph, state, list(items)).state.outcome).toMatchObject({
      name: "LIST_LIMIT",
      error: { nodeId: "e" },
    });
  });

  test("results are kept until they grow too large", () => {
    let state = apply(graph, begin(graph), list([1, 2, 3], { collect: true })).state;
    for (let item = 0; item < 3; item++) {
      state = apply(graph, state, next("next")).state;
      state = apply(graph, state, next("next", { text: "A".repeat(MAX_RESULTS / 2) })).state;
    }
    expect(state.steps.e).toMatchObject({ count: 3, complete: false });
    expect(JSON.stringify(state.steps.e).length).toBeLessThan(MAX_RESULTS + 200);
  });
});

describe("an error that nothing is attached for", () => {
  const graph = graphOf(flow("a b", "a-sent-b"));

  test("leaves by the first port where the node says to continue", () => {
    const flowWith = flow("a b", "a-sent-b");
    const nodes = flowWith.nodes.map((node) => ({
      ...node,
      data: { ...node.data, onError: "continue" as const },
    }));
    const goesOn = graphOf({ ...flowWith, nodes });
    const { state, event } = apply(goesOn, begin(goesOn), refused(), "sent");
    expect(state).toMatchObject({
      cursor: { nodeId: "b" },
      steps: { a: { error: { code: "VENDOR_REFUSED" } } },
    });
    expect(event).toMatchObject({ kind: "left", port: "sent", error: { code: "VENDOR_REFUSED" } });
  });

  test("[A6] ends the run where it says nothing, or has no port", () => {
    expect(apply(graph, begin(graph), refused(), "sent").state.outcome?.name).toBe("VENDOR_REFUSED");
  });
});

describe("random flows with loops in them", () => {
  test("[A10] every run ends, whatever its loops contain", () => {
    fc.assert(
      fc.property(loopingFlow(), ({ document, turns }) => {
        expect(play(document, turns).state.outcome).not.toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  test("[A4] no step key comes twice, and a run read back from its row goes the same way", () => {
    fc.assert(
      fc.property(loopingFlow(), fc.nat(60), ({ document, turns }, reloadAt) => {
        const { keys } = play(document, turns);
        expect(new Set(keys).size).toBe(keys.length);
        expect(play(document, turns, reloadAt).keys).toEqual(keys);
      }),
      { numRuns: 150 },
    );
  });
});

type Turn = "next" | "each" | "fail" | "end";

function loopingFlow(): fc.Arbitrary<{ document: Flow; turns: readonly Turn[] }> {
  const turn = fc.constantFrom<Turn>("next", "next", "each", "each", "fail", "end");
  const turns = fc.array(turn, { minLength: 1, maxLength: 12 });
  const document = fc.integer({ min: 1, max: 5 }).chain((size) => {
    const target = fc.option(fc.nat(size - 1), { nil: null });
    const ports = fc.record({ next: target, item: target, done: target, error: target });
    return fc.array(ports, { minLength: size, maxLength: size }).map((nodes) => {
      const edges = nodes.flatMap((node, index) =>
        Object.entries(node).flatMap(([port, to]) => (to === null ? [] : [`n${index}-${port}-n${to}`])),
      );
      const made = flow(nodes.map((_, index) => `n${index}`).join(" "), edges.join(" "));
      return { ...made, settings: { maxSteps: 6 } };
    });
  });
  return fc.record({ document, turns });
}

function play(document: Flow, turns: readonly Turn[], reloadAt = -1): { keys: string[]; state: RunState } {
  const graph = graphOf(document);
  let state = begin(graph);
  const keys: string[] = [];
  for (let index = 0; index < 100_000 && !state.outcome; index++) {
    if (index === reloadAt) state = JSON.parse(JSON.stringify(state));
    const decision = decide(graph, RUN, state, NOW);
    if (decision.kind === "end") return { keys, state: { ...state, outcome: decision.outcome } };
    if (decision.kind === "execute") keys.push(decision.stepKey);
    const turn = turns[index % turns.length];
    const result =
      turn === "each"
        ? list([1, 2], { keepGoing: true })
        : turn === "fail"
          ? refused()
          : turn === "end" && index > 40
            ? ({ kind: "end", outcome: "done", output: {} } as const)
            : next("next");
    state = apply(graph, state, result).state;
  }
  return { keys, state };
}

// ------------------------------------------------------------------------------------------------

/** `id:type` of each node behind a trigger that leads to the first, and `source-port-target` of each edge. */
function flow(nodes: string, edges: string): Flow {
  const steps = nodes.split(" ").map((word) => {
    const [id = "", type = "set"] = word.split(":");
    return [id, `core.${type}`] as const;
  });
  const ways = edges
    .split(" ")
    .filter(Boolean)
    .map((word) => {
      const [source = "", port = "", target = ""] = word.split("-");
      return [source, port, target] as const;
    });
  const first = steps[0]?.[0] ?? "";
  return flowOf("f", [["start", "api.run"], ...steps], [["start", "next", first], ...ways]);
}

function begin(graph: Graph): RunState {
  const start = { triggerNodeId: "start", trigger: {}, contact: {}, store: null, exchange: null, now: NOW };
  return startState(graph, start);
}

function apply(graph: Graph, state: RunState, result: NodeResult, firstPort?: string) {
  return applyResult(graph, RUN, state, { result, retries: true, now: NOW, random: () => 0.5, firstPort });
}

function next(port: string, output: Record<string, Json> = {}): NodeResult {
  return { kind: "next", port, output };
}

function fork(...branches: string[]): NodeResult {
  return { kind: "fork", branches };
}

function list(items: readonly Json[], more: { collect?: boolean; keepGoing?: boolean } = {}): NodeResult {
  return { kind: "each", items, collect: false, keepGoing: false, ...more };
}

function refused(): NodeResult {
  return { kind: "error", error: { code: "VENDOR_REFUSED", message: "no", retryable: false } };
}
