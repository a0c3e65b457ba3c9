import type { PortSpec } from "./ports.ts";
import type { ProblemCode } from "./problem-texts.ts";
import type { ScheduleFault, ScheduleRule } from "./schedule.ts";

/** What `checkFlow` is given from outside: the core itself has no validator, no template parser and no registry. */
export interface CheckTools {
  /** All faults of `value` by a JSON Schema; `path` is a JSON pointer into `value`. Must neither change nor convert `value`. */
  validate(schema: object, value: unknown): readonly SchemaFault[];
  nodeType(type: string, version: number): NodeTypeInfo | null;
  /** Parses a template; `paths` are the variables it expects from outside: `[["steps", "menu", "digits"]]`. */
  analyzeTemplate(source: string): TemplateAnalysis;
  /** A copy of parameters as a run would get them, defaults filled in. Absent: they are checked as they stand. */
  withDefaults?<T>(schema: object, value: T): T;
  /** What keeps a schedule from firing; null when it will. Absent: schedules are not looked at. */
  scheduleFault?(rule: ScheduleRule): ScheduleFault | null;
  /** Why the code of a code node does not compile; null when it does. Absent: code is not looked at. */
  parseCode?(source: string): { readonly line: number; readonly reason: string } | null;
  /** All type names there are, for suggestions. */
  readonly types?: readonly string[];
  /** Language of messages and fixes; default English. */
  readonly locale?: "en" | "es";
}

export interface SchemaFault {
  readonly path: string;
  readonly message: string;
}

export type TemplateAnalysis =
  | { readonly ok: true; readonly paths: readonly (readonly string[])[] }
  | { readonly ok: false; readonly message: string };

/** What a check needs to know about a node or trigger type. */
export interface NodeTypeInfo {
  readonly type: string;
  readonly version: number;
  readonly kind: "node" | "trigger";
  /** JSON Schema of the parameters. */
  readonly params: object;
  readonly ports: readonly PortSpec[];
  /** JSON Schema of the output by port, `*` for ports from a list; a trigger gives `trigger.*` under `next`. */
  readonly outputs: Readonly<Record<string, object>>;
  /** True when a run may sleep in it. */
  readonly waits: boolean;
  /** True when it speaks to or hears from whoever waits for the flow's answer. */
  readonly needsLine?: boolean;
}

/**
 * One thing wrong with a flow, as its author reads it.
 *
 *   { path: "/edges/2/target", nodeId: "menu", code: "dangling_edge", severity: "error",
 *     message: "The connection from \"menu\" (port \"digits\") leads to \"sales\", which does not exist.", fix: "Connect it …" }
 */
export interface Problem {
  /** JSON pointer into the document. */
  readonly path: string;
  readonly nodeId: string | null;
  readonly code: ProblemCode;
  /** An error keeps the flow from being published, a warning does not. */
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly fix: string;
}
