import type { JsonObject } from "../core/json.ts";
import type { Text } from "./words.ts";

/** A node that an agent may use as a tool: it neither waits nor speaks on the line, and leaves by ports of its own. */
export interface NodeTool {
  readonly title: Text;
  readonly help: Text;
  /** JSON Schema of its parameters. */
  readonly params: JsonObject;
  /** `once`: it does something that cannot be taken back. */
  readonly effect: "none" | "repeatable" | "once";
}

/** One run of a node as a tool. */
export interface NodeToolRun {
  readonly type: string;
  readonly version: number;
  /** What its author decided: templates, which see the values as `{{ args.… }}`. */
  readonly params: JsonObject;
  /** What a model filled in: never read as templates. */
  readonly values: JsonObject;
  /** Names of the values that are parameters of the node. */
  readonly open: readonly string[];
  /** Its effects are named below this one. */
  readonly part: string;
}

export interface NodeToolResult {
  readonly port: string;
  /** Without what the node's schema calls secret. */
  readonly output: JsonObject;
}
