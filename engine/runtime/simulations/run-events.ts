import type { JsonObject } from "../../core/json.ts";
import type { SimulationEvent } from "../../core/simulation.ts";
import { redact } from "../redaction.ts";
import type { RunEvent } from "../runtime.ts";

type Unplaced<T> = T extends unknown ? Omit<T, "seq" | "at"> : never;
export type NewEvent = Unplaced<SimulationEvent>;
type StepEvent = Extract<RunEvent, { kind: "step" }>;

export interface EndedStep {
  readonly ended: StepEvent;
  readonly params: unknown;
  readonly ms: number;
}
export interface LostMessage {
  readonly lost: Extract<RunEvent, { kind: "undelivered" }>;
}

/** What runs do, as the simulator tells it; credits are asked for when a step has ended. */
export interface RunStory {
  tell(event: RunEvent): NewEvent | EndedStep | LostMessage | null;
}

// What sleeps, is tried again or was done before says so when it goes on.
const UNFINISHED: readonly string[] = ["slept", "again", "repeated"];

export function createRunStory(): RunStory {
  const params = new Map<string, unknown>();
  const spent = new Map<string, number>();
  const seen = new Set<string>();
  const state = (runId: string, change: Partial<Extract<NewEvent, { kind: "run" }>>): NewEvent => ({
    kind: "run",
    runId,
    state: "started",
    nodeId: null,
    until: null,
    outcome: null,
    error: null,
    ...change,
  });
  return {
    tell(event) {
      const { runId } = event;
      switch (event.kind) {
        case "started":
          seen.add(runId);
          return state(runId, { nodeId: event.nodeId });
        case "entered":
          params.set(event.stepKey, redact(event.schema, event.params as JsonObject));
          // A run that another one started begins with its first step.
          if (seen.has(runId)) return null;
          seen.add(runId);
          return state(runId, {});
        case "sleeping":
          return state(runId, { state: "waiting", nodeId: event.nodeId, until: event.until });
        case "ended":
          return state(runId, {
            state: endOf(event.status),
            outcome: event.outcome,
            error: event.error ?? null,
          });
        case "undelivered":
          return { lost: event };
        case "answered":
          return null;
        case "step": {
          const ms = (spent.get(event.stepKey) ?? 0) + event.ms;
          spent.set(event.stepKey, ms);
          if (UNFINISHED.includes(event.port ?? "")) return null;
          return { ended: event, params: params.get(event.stepKey) ?? {}, ms };
        }
      }
    },
  };
}

function endOf(status: string): "succeeded" | "failed" | "cancelled" {
  return status === "succeeded" || status === "cancelled" ? status : "failed";
}
