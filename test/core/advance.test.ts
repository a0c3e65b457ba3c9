import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyResult,
  cancelState,
  decide,
  pauseState,
  startState,
  stepKeyOf,
  wake,
} from "../../engine/core/advance.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { branchState } from "../../engine/core/follow.ts";
import { graphOf } from "../../engine/core/graph.ts";
import { type NodeResult, REENTER, type RunState } from "../../engine/core/run.ts";
import { type Behavior, graphAndBehavior, simulate } from "../support/random-graph.ts";

const NOW = "2026-11-21T15:00:00.000Z";
const LATER = "2026-11-21T15:00:05.000Z";
const RUN = "run_1";

describe("one step", () => {
  test("[A2] a run starts behind its trigger with one cursor", () => {
    const { state } = started(line("a", "b"));
    expect(state.cursor).toEqual({ nodeId: "a", visit: 1 });
    expect(decide(graphOf(line("a", "b")), RUN, state, NOW)).toMatchObject({ kind: "execute", nodeId: "a" });
  });

  test("[A3] a port with nothing attached ends the run successfully", () => {
    const { graph, state } = started(line("a"));
    const after = apply(graph, state, { kind: "next", port: "next", output: { n: 1 } });
    expect(decide(graph, RUN, after, NOW)).toEqual({
      kind: "end",
      outcome: { status: "succeeded", name: "completed", output: { n: 1 } },
    });
  });

  test("[A4] a step key names run, node and visit, and counts visits", () => {
    const { graph, state } = started(loop());
    const again = apply(graph, apply(graph, state, next("next")), next("next"));
    expect(again.cursor && stepKeyOf(RUN, again.cursor)).toBe("run_1:a:2");
  });

  test("[A6] an error leaves by the error port with its code and reason", () => {
    const { graph, state } = started(line("a", "b", "error"));
    const after = apply(graph, state, refused());
    expect(after.cursor?.nodeId).toBe("b");
    expect(after.steps.a).toEqual({ error: { code: "VENDOR_REFUSED", message: "no" } });
  });

  test("[A6] an error with nothing attached ends the run as failed, with code, node and reason", () => {
    const { graph, state } = started(line("a"));
    const after = apply(graph, state, refused());
    expect(after.outcome).toMatchObject({
      status: "failed",
      name: "VENDOR_REFUSED",
      error: { nodeId: "a", message: "no" },
    });
  });

  test("a retryable error sleeps at the same step, then gives up after its tries", () => {
    const { graph, state } = started(line("a"));
    const error = {
      kind: "error",
      error: { code: "VENDOR_UNAVAILABLE", message: "down", retryable: true },
    } as const;
    const first = apply(graph, state, error);
    expect(first.wait).toMatchObject({ again: true, nodeId: "a" });
    const second = apply(graph, awake(graph, first), error);
    const third = apply(graph, awake(graph, second), error);
    expect(third.outcome).toMatchObject({ status: "failed", name: "VENDOR_UNAVAILABLE" });
  });

  test("a retry waits as long as the vendor asked", () => {
    const { graph, state } = started(line("a"));
    const retryable = {
      code: "VENDOR_RATE_LIMITED",
      message: "slow down",
      retryable: true,
      retryAfterMs: 30_000,
    };
    const after = apply(graph, state, { kind: "error", error: retryable });
    expect(Date.parse(after.wait?.until ?? "") - Date.parse(NOW)).toBeGreaterThanOrEqual(30_000);
  });

  test("variables, store and reply are replaced, never changed in place", () => {
    const { graph, state } = started(line("a", "b"));
    const frozen = deepFreeze(state);
    const after = apply(graph, frozen, {
      ...next("next"),
      set: { vars: { x: 1 }, store: { id: "sto_1" } },
      reply: ["hola"],
    });
    expect(after).toMatchObject({ vars: { x: 1 }, store: { id: "sto_1" }, reply: ["hola"] });
    expect(state.reply).toEqual([]);
  });
});

describe("[E12] a node that works in parts", () => {
  const part = (memo: number): NodeResult => ({ kind: "repeat", memo, progress: { sent: memo } });

  test("stands at itself again, as a visit of its own, with what it keeps", () => {
    const { graph, state } = started(line("a", "b"));
    const second = apply(graph, state, part(1));
    expect(second).toMatchObject({
      cursor: { nodeId: "a", visit: 2 },
      repeat: { count: 1, memo: 1, progress: { sent: 1 } },
      stepCount: state.stepCount,
    });
    expect(apply(graph, second, part(2)).repeat).toEqual({ count: 2, memo: 2, progress: { sent: 2 } });
  });

  test("leaves nothing behind when the run goes on", () => {
    const { graph, state } = started(line("a", "b"));
    const after = apply(graph, apply(graph, state, part(1)), next("next"));
    expect(after).not.toHaveProperty("repeat");
    expect(after.visits).toEqual({ a: 2, b: 1 });
  });

  test("does not work for ever", () => {
    const { graph, state } = started(line("a"));
    const worn = { ...state, repeat: { count: 20_000, memo: null, progress: {} } };
    expect(apply(graph, worn, part(1)).outcome).toMatchObject({ name: "STEP_LIMIT", error: { nodeId: "a" } });
  });
});

test("[E13] a paused run stands before its step, until it is too old to go on", () => {
  const { graph, state } = started(line("a", "b"));
  const paused = pauseState(graph, RUN, state);
  expect(paused.wait).toMatchObject({ again: true, keys: ["resume:run_1"], nodeId: "a" });
  expect(awake(graph, paused)).toEqual({ ...state, segmentAt: LATER });
  const { until = "" } = paused.wait ?? {};
  expect(decide(graph, RUN, awake(graph, paused), until)).toMatchObject({
    kind: "end",
    outcome: { name: "DURATION_LIMIT" },
  });
});

describe("waits", () => {
  const wait = {
    kind: "wait",
    wait: {
      keys: ["step:x"],
      until: LATER,
      timeoutPort: "timeout",
      events: { "digits:1": "one", digits: "other", "*": "any" },
      eventData: { "digits:1": { output: { store: "a" }, set: { vars: { chosen: 1 } } } },
    },
    reply: ["menu"],
  } as const;

  test.each([
    ["digits:1", "one"],
    ["digits:7", "other"],
    ["hangup", "any"],
  ])("event %s leaves by %s", (name, port) => {
    const { graph, state } = started(line("a"));
    const woken = wake(
      graph,
      RUN,
      apply(graph, state, wait),
      { kind: "event", name, output: { digits: "1" } },
      NOW,
    );
    expect(woken?.event).toMatchObject({ kind: "left", port, cause: "event" });
  });

  test("an event may add to the output and to the run", () => {
    const { graph, state } = started(line("a"));
    const woken = wake(
      graph,
      RUN,
      apply(graph, state, wait),
      { kind: "event", name: "digits:1", output: { digits: "1" } },
      NOW,
    );
    expect(woken?.state).toMatchObject({ steps: { a: { digits: "1", store: "a" } }, vars: { chosen: 1 } });
  });

  test("[A23] an event, or the timeout, may enter the same step again, which hears it until it is left", () => {
    const { graph, state } = started(line("a", "b"));
    const asking = {
      ...wait,
      wait: { ...wait.wait, events: { verdict: REENTER, digits: "other" }, timeoutPort: REENTER },
    };
    const asleep = apply(graph, state, asking);
    const told = wake(graph, RUN, asleep, { kind: "event", name: "verdict", output: { by: "human" } }, LATER);
    expect(told?.event.kind).toBe("again");
    expect(told?.state).toMatchObject({
      cursor: { nodeId: "a", visit: 1 },
      heard: { name: "verdict", output: { by: "human" } },
      wait: null,
    });
    const late = wake(graph, RUN, asleep, { kind: "timeout" }, LATER);
    expect(late?.state.heard).toEqual({ name: "timeout", output: {} });
    const knowing = {
      ...asking,
      wait: { ...asking.wait, eventData: { verdict: { output: { so: "far" } } } },
    };
    const again = { kind: "event", name: "verdict", output: { by: "human" } } as const;
    expect(wake(graph, RUN, apply(graph, state, knowing), again, LATER)?.state.heard?.output).toEqual({
      by: "human",
      so: "far",
    });
    const left = told && apply(graph, told.state, next("next"));
    expect(left?.cursor).toEqual({ nodeId: "b", visit: 1 });
    expect(left).not.toHaveProperty("heard");
  });

  test("[A23] what was heard outlives a retry of the step", () => {
    const { graph, state } = started(line("a"));
    const asleep = apply(graph, state, { ...wait, wait: { ...wait.wait, events: { verdict: REENTER } } });
    const told = wake(graph, RUN, asleep, { kind: "event", name: "verdict", output: {} }, NOW);
    const waiting = told && apply(graph, told.state, { kind: "again", until: LATER, keys: [] });
    expect(waiting && awake(graph, waiting).heard).toEqual({ name: "verdict", output: {} });
  });

  test("[A23] a step that asks for more time may hear the event that ends it, and nothing where none does", () => {
    const { graph, state } = started(line("a"));
    const asking = { kind: "again", until: LATER, keys: ["ask:1"], hears: true } as const;
    const asleep = apply(graph, state, asking);
    const told = wake(graph, RUN, asleep, { kind: "event", name: "answer", output: { body: "1" } }, NOW);
    expect(told?.state).toMatchObject({ heard: { name: "answer", output: { body: "1" } }, wait: null });
    const asleepAgain = told && apply(graph, told.state, asking);
    expect(asleepAgain && awake(graph, asleepAgain)).not.toHaveProperty("heard");
    const deaf = told && apply(graph, told.state, { kind: "again", until: LATER, keys: ["effect:1"] });
    const reported = deaf && wake(graph, RUN, deaf, { kind: "event", name: "status", output: {} }, NOW);
    expect(reported?.state.heard).toEqual({ name: "answer", output: { body: "1" } });
  });

  test("[A23] what was heard is forgotten with a result that is neither a retry nor a wait for evidence", () => {
    const { graph, state } = started(line("a"));
    const told = { ...state, heard: { name: "answer", output: {} } };
    expect(apply(graph, told, { kind: "repeat", memo: null, progress: {} })).not.toHaveProperty("heard");
    expect(apply(graph, told, wait)).not.toHaveProperty("heard");
    expect(apply(graph, told, wait).wait?.timeoutPort).toBe("timeout");
  });

  test("[A24] a step may say which call the run speaks on from here; its branches speak on it, too", () => {
    const { graph, state } = started(line("a", "b"));
    const call = { sid: "CA2", from: "+576015550100", to: "+573001112233", direction: "outbound" } as const;
    const after = apply(graph, state, { ...next("next"), set: { line: call } });
    expect(after.line).toEqual(call);
    const child = branchState({ graph, state: after, port: "next", output: {}, endsAt: [] });
    expect(child.line).toEqual(call);
  });

  test("[A5] a run that is not asleep, or was woken already, takes no cause", () => {
    const { graph, state } = started(line("a"));
    const asleep = apply(graph, state, wait);
    const woken = wake(graph, RUN, asleep, { kind: "timeout" }, NOW);
    expect(woken?.event.port).toBe("timeout");
    expect(woken && wake(graph, RUN, woken.state, { kind: "timeout" }, NOW)).toBeNull();
    expect(wake(graph, RUN, state, { kind: "timeout" }, NOW)).toBeNull();
  });

  test("[A5] an event the wait does not name is stale", () => {
    const { graph, state } = started(line("a"));
    const narrow = apply(graph, state, { ...wait, wait: { ...wait.wait, events: { digits: "next" } } });
    expect(wake(graph, RUN, narrow, { kind: "event", name: "speech", output: {} }, NOW)).toBeNull();
  });

  test("[A8] a woken run starts a new segment with the moment of its wake", () => {
    const { graph, state } = started(line("a", "b"));
    const woken = wake(graph, RUN, apply(graph, state, wait), { kind: "timeout" }, LATER);
    expect(woken?.state.segmentAt).toBe(LATER);
  });

  test("[A9] a wait with a reply answers the request; one without keeps it waiting", () => {
    const { graph, state } = started(line("a"));
    expect(apply(graph, state, wait).wait?.answers).toBe(true);
    const { reply: _, ...silent } = wait;
    expect(apply(graph, state, silent).wait?.answers).toBeUndefined();
  });

  test("`again` enters the same step with the same key", () => {
    const { graph, state } = started(line("a"));
    const asleep = apply(graph, state, { kind: "again", until: LATER, keys: ["effect:1"] });
    const woken = wake(graph, RUN, asleep, { kind: "event", name: "status", output: {} }, LATER);
    expect(woken?.state.cursor).toEqual(state.cursor);
    expect(woken?.event.kind).toBe("again");
  });
});

describe("limits", () => {
  test("[A7] too many steps end the run with the limit's own code", () => {
    const flow = { ...loop(), settings: { maxSteps: 5 } };
    const graph = graphOf(flow);
    let state = begin(flow);
    for (let step = 0; step < 5; step++) state = apply(graph, state, next("next"));
    expect(decide(graph, RUN, state, NOW)).toMatchObject({
      kind: "end",
      outcome: { status: "failed", name: "STEP_LIMIT" },
    });
  });

  test("[A7] too many steps are told with the path they went", () => {
    const flow = { ...loop(), settings: { maxSteps: 50 } };
    const graph = graphOf(flow);
    let state = begin(flow);
    for (let step = 0; step < 50; step++) state = apply(graph, state, next("next"));
    const decision = decide(graph, RUN, state, NOW);
    const told = decision.kind === "end" ? decision.outcome.error?.message : "";
    const nodes = flow.nodes.slice(1).map((node) => node.id);
    for (const id of nodes) expect(told).toContain(id);
    expect(told).toMatch(/ went round \w+( → \w+)*( → …)?\.$/);
  });

  test("[A7] a run that is too old ends with the limit's own code", () => {
    const { graph, state } = started({ ...line("a"), settings: { maxDurationMs: 1000 } });
    expect(decide(graph, RUN, state, LATER)).toMatchObject({
      outcome: { status: "failed", name: "DURATION_LIMIT" },
    });
  });

  test("a cancelled run is over, whatever it waited for", () => {
    const { graph, state } = started(line("a"));
    const cancelled = cancelState(apply(graph, state, { kind: "again", until: LATER, keys: [] }));
    expect(decide(graph, RUN, cancelled, NOW)).toMatchObject({
      kind: "end",
      outcome: { status: "cancelled" },
    });
  });
});

describe("random flows", () => {
  test("[A7] every run ends, or waits with a deadline", () => {
    fc.assert(
      fc.property(graphAndBehavior(), ({ flow, behavior }) => {
        const { state } = simulate(flow, behavior);
        const decision = decide(graphOf(flow), RUN, state, NOW);
        expect(
          decision.kind === "end" || (decision.kind === "sleep" && Date.parse(decision.wait.until) > 0),
        ).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("[A1] the same history gives the same decisions", () => {
    fc.assert(
      fc.property(graphAndBehavior(), ({ flow, behavior }) => {
        expect(simulate(flow, behavior)).toEqual(simulate(flow, behavior));
      }),
      { numRuns: 200 },
    );
  });

  test("[A4] a crash at any point, then deciding again, gives the same step keys, and no key twice", () => {
    fc.assert(
      fc.property(graphAndBehavior(), fc.nat(30), ({ flow, behavior }, crashAfter) => {
        const whole = simulate(flow, behavior);
        const crashed = simulate(flow, withCrash(behavior, crashAfter));
        expect(crashed.keys).toEqual(whole.keys);
        expect(new Set(whole.keys).size).toBe(whole.keys.length);
      }),
      { numRuns: 200 },
    );
  });
});

/** The state is written to its row and read back, as after a crash, before step `at`. */
describe("a wait that leads back into its node", () => {
  const WAIT = {
    kind: "wait",
    wait: {
      until: LATER,
      timeoutPort: "timeout",
      keys: ["k"],
      events: { hangup: "gone" },
      back: { events: ["digits"], memo: { page: 1 } },
      eventData: { digits: { output: { more: true } } },
    },
  } as const;
  const asleep = () => {
    const { graph, state } = started(line("a", "b", "timeout"));
    return { graph, state: apply(graph, state, WAIT) };
  };

  test("[A16] enters it again as a visit of its own, with what it kept and what it heard", () => {
    const { graph, state } = asleep();
    const event = { kind: "event", name: "digits:9", output: { digits: "9" } } as const;
    const woken = wake(graph, RUN, state, event, LATER);
    expect(woken?.state).toMatchObject({
      cursor: { nodeId: "a", visit: 2 },
      wait: null,
      segmentAt: LATER,
      repeat: { memo: { page: 1, heard: { event: "digits:9", output: { digits: "9", more: true } } } },
    });
    expect(woken?.event).toMatchObject({ kind: "repeated", stepKey: "run_1:a:1", cause: "event" });
    expect(decide(graph, RUN, woken?.state ?? state, LATER)).toMatchObject({
      kind: "execute",
      stepKey: "run_1:a:2",
    });
  });

  test("[A16] other causes leave it as ever", () => {
    const { graph, state } = asleep();
    expect(wake(graph, RUN, state, { kind: "timeout" }, LATER)?.state.cursor?.nodeId).toBe("b");
    const gone = wake(graph, RUN, state, { kind: "event", name: "hangup", output: {} }, LATER);
    expect(gone?.event).toMatchObject({ kind: "left", port: "gone" });
    expect(gone?.state.repeat).toBeUndefined();
    const other = { kind: "event", name: "speech", output: {} } as const;
    expect(wake(graph, RUN, state, other, LATER)).toBeNull();
  });

  test("[A16] the timeout leads back, too, where the node says so", () => {
    const { graph, state } = started(line("a"));
    const wait = { ...WAIT.wait, back: { events: ["timeout"], memo: {} } };
    const woken = wake(graph, RUN, apply(graph, state, { kind: "wait", wait }), { kind: "timeout" }, LATER);
    expect(woken?.state.repeat?.memo).toEqual({ heard: { event: "timeout", output: {} } });
  });
});

function withCrash(behavior: Behavior, at: number): Behavior {
  return { ...behavior, reloadBefore: at };
}

function started(flow: Flow) {
  return { graph: graphOf(flow), state: begin(flow) };
}

function begin(flow: Flow): RunState {
  return startState(graphOf(flow), {
    triggerNodeId: "start",
    trigger: {},
    contact: {},
    store: null,
    exchange: null,
    now: NOW,
  });
}

function apply(graph: ReturnType<typeof graphOf>, state: RunState, result: NodeResult): RunState {
  return applyResult(graph, RUN, state, { result, retries: true, now: NOW, random: () => 0.5 }).state;
}

function awake(graph: ReturnType<typeof graphOf>, state: RunState): RunState {
  return wake(graph, RUN, state, { kind: "timeout" }, LATER)?.state ?? state;
}

function next(port: string) {
  return { kind: "next", port, output: {} } as const;
}

function refused(): NodeResult {
  return { kind: "error", error: { code: "VENDOR_REFUSED", message: "no", retryable: false } };
}

/** start → a (→ b by `port`) */
function line(a: string, b?: string, port = "next"): Flow {
  const edges = [{ id: "e0", source: "start", sourceHandle: "next", target: a }];
  if (b) edges.push({ id: "e1", source: a, sourceHandle: port, target: b });
  return flowOf([a, ...(b ? [b] : [])], edges);
}

/** start → a → b → a */
function loop(): Flow {
  return flowOf(
    ["a", "b"],
    [
      { id: "e0", source: "start", sourceHandle: "next", target: "a" },
      { id: "e1", source: "a", sourceHandle: "next", target: "b" },
      { id: "e2", source: "b", sourceHandle: "next", target: "a" },
    ],
  );
}

function flowOf(ids: readonly string[], edges: Flow["edges"]): Flow {
  const node = (id: string) => ({
    id,
    type: "core.set",
    version: 1,
    position: { x: 0, y: 0 },
    data: { params: {} },
  });
  return { schemaVersion: 1, key: "f", name: "F", settings: {}, nodes: ["start", ...ids].map(node), edges };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const entry of Object.values(value)) deepFreeze(entry);
    Object.freeze(value);
  }
  return value;
}
