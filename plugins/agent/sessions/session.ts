import type { JsonObject } from "../../../engine/plugin-api.ts";
import { faultIn } from "../tools/check-values.ts";
import type { TurnAction, TurnEvent, Turned } from "../turn/events.ts";
import type { Policy, ToolRule } from "../turn/policy.ts";
import type { TurnState } from "../turn/state.ts";
import { advanceTurn } from "../turn/turn-engine.ts";

/** A tool as far as a conversation is played again: judged, never run. */
export type RecordedTool = Omit<ToolRule, "check"> & { readonly parameters: JsonObject };
export type RecordedPolicy = Omit<Policy, "tools"> & { readonly tools: readonly RecordedTool[] };

/** One line of a recorded conversation. It starts anew wherever it goes on in another process. */
export type SessionLine =
  | { readonly kind: "start"; readonly policy: RecordedPolicy; readonly state: TurnState }
  | { readonly kind: "turn"; readonly event: TurnEvent; readonly actions: readonly TurnAction[] };

export type Recorder = (line: SessionLine) => void;

/** A policy whose tools say what they take. */
export type RecordablePolicy = Omit<Policy, "tools"> & {
  readonly tools: readonly (ToolRule & RecordedTool)[];
};

/** `advanceTurn`, with everything on record. */
export function recordedTurns(
  policy: RecordablePolicy,
  state: TurnState,
  record: Recorder,
): (state: TurnState, event: TurnEvent) => Turned<TurnState> {
  const tools = policy.tools.map(({ name, class: kind, says, labels, parameters }) => ({
    name,
    class: kind,
    says,
    labels,
    parameters,
  }));
  record({ kind: "start", policy: { ...policy, tools }, state });
  return (before, event) => {
    const turned = advanceTurn(policy, before, event);
    record({ kind: "turn", event, actions: turned.actions });
    return turned;
  };
}

export function playablePolicy({ tools, ...policy }: RecordedPolicy): Policy {
  return {
    ...policy,
    tools: tools.map((tool) => ({ ...tool, check: (values) => faultIn(tool.parameters, values) })),
  };
}

/** @throws SyntaxError naming the line */
export function linesIn(text: string): readonly SessionLine[] {
  return text.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [lineOf(line, index + 1)]));
}

function lineOf(text: string, number: number): SessionLine {
  const value: unknown = parsed(text);
  if (isLine(value)) return value;
  throw new SyntaxError(
    `Line ${number} is no line of a session; expected {"kind":"start","policy":…,"state":…} or {"kind":"turn","event":…,"actions":[…]}.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isLine(value: unknown): value is SessionLine {
  if (typeof value !== "object" || value === null) return false;
  const has = (name: string) =>
    typeof Reflect.get(value, name) === "object" && Reflect.get(value, name) !== null;
  const kind = Reflect.get(value, "kind");
  return kind === "start" ? has("policy") && has("state") : kind === "turn" && has("event") && has("actions");
}
