import fc from "fast-check";
import { applyResult, decide, startState, wake } from "../../engine/core/advance.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { graphOf } from "../../engine/core/graph.ts";
import type { NodeResult, RunState } from "../../engine/core/run.ts";

const PORTS = ["next", "other", "error"] as const;
const RUN = "run_1";
const START = Date.parse("2026-11-21T15:00:00.000Z");

/** What the nodes of a random flow do, turn by turn, and whether the run is read back from its row at some point. */
export interface Behavior {
  readonly turns: readonly Turn[];
  readonly reloadBefore?: number;
}

type Turn =
  | "next"
  | "other"
  | "fail"
  | "fail-retryable"
  | "wait-event"
  | "wait-timeout"
  | "again"
  | "repeat"
  | "end";

/** Flows of one to eight nodes, loops and dangling ports included, with what their nodes will do. */
export function graphAndBehavior(): fc.Arbitrary<{ flow: Flow; behavior: Behavior }> {
  const turn = fc.constantFrom<Turn>(
    "next",
    "next",
    "next",
    "other",
    "fail",
    "fail-retryable",
    "wait-event",
    "wait-timeout",
    "again",
    "repeat",
    "end",
  );
  const flow = fc.integer({ min: 1, max: 8 }).chain((size) => {
    const target = fc.option(fc.nat(size - 1), { nil: null });
    return fc
      .array(fc.record({ next: target, other: target, error: target }), { minLength: size, maxLength: size })
      .map(flowOf);
  });
  return fc.record({ flow, behavior: fc.record({ turns: fc.array(turn, { minLength: 1, maxLength: 40 }) }) });
}

/** Plays a flow with these turns: the keys of its steps in order, and where it stands at the end. */
export function simulate(
  flow: Flow,
  behavior: Behavior,
): { readonly keys: readonly string[]; readonly state: RunState } {
  const graph = graphOf(flow);
  let state = startState(graph, {
    triggerNodeId: "start",
    trigger: {},
    contact: {},
    store: null,
    exchange: null,
    now: moment(0),
  });
  const keys: string[] = [];
  // The turns come round again, so that only an end or a wait can be the last word.
  for (let index = 0; index < 2000; index++) {
    const turn = behavior.turns[index % behavior.turns.length] ?? "next";
    if (behavior.reloadBefore === index) state = JSON.parse(JSON.stringify(state));
    const decision = decide(graph, RUN, state, moment(index));
    if (decision.kind === "end" || (decision.kind === "sleep" && index > 200)) break;
    if (decision.kind === "sleep") {
      const cause =
        turn === "wait-event"
          ? ({ kind: "event", name: "digits", output: {} } as const)
          : ({ kind: "timeout" } as const);
      state = wake(graph, RUN, state, cause, moment(index))?.state ?? state;
      continue;
    }
    if (keys.at(-1) !== decision.stepKey) keys.push(decision.stepKey);
    state = applyResult(graph, RUN, state, {
      // No list is endless.
      result: resultOf(turn === "repeat" && (state.repeat?.count ?? 0) > 3 ? "next" : turn, index),
      retries: true,
      now: moment(index),
      random: () => 0.5,
    }).state;
  }
  return { keys, state };
}

function resultOf(turn: Turn, index: number): NodeResult {
  switch (turn) {
    case "next":
    case "other":
      return { kind: "next", port: turn, output: { index } };
    case "fail":
    case "fail-retryable":
      return {
        kind: "error",
        error: { code: "VENDOR_UNAVAILABLE", message: "down", retryable: turn === "fail-retryable" },
      };
    case "wait-event":
    case "wait-timeout":
      return {
        kind: "wait",
        wait: { keys: ["k"], until: moment(index + 1), timeoutPort: "other", events: { digits: "next" } },
      };
    case "repeat":
      return { kind: "repeat", memo: index, progress: { index } };
    case "again":
      return { kind: "again", until: moment(index + 1), keys: [] };
    case "end":
      return { kind: "end", outcome: "done", output: {} };
  }
}

function flowOf(targets: readonly Readonly<Record<(typeof PORTS)[number], number | null>>[]): Flow {
  const node = (id: string) => ({
    id,
    type: "core.set",
    version: 1,
    position: { x: 0, y: 0 },
    data: { params: {} },
  });
  const edges = targets.flatMap((ports, source) =>
    PORTS.flatMap((port) => {
      const target = ports[port];
      return target === null
        ? []
        : [{ id: `${source}-${port}`, source: `n${source}`, sourceHandle: port, target: `n${target}` }];
    }),
  );
  return {
    schemaVersion: 1,
    key: "random",
    name: "Random",
    settings: { maxSteps: 30 },
    nodes: [node("start"), ...targets.map((_, index) => node(`n${index}`))],
    edges: [{ id: "start", source: "start", sourceHandle: "next", target: "n0" }, ...edges],
  };
}

function moment(index: number): string {
  return new Date(START + index * 1000).toISOString();
}
