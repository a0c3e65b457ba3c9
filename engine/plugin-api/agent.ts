import type { AgentSettings } from "../core/agent-settings.ts";
import type { JsonObject } from "../core/json.ts";
import type { NodeTool, NodeToolResult, NodeToolRun } from "./agent-tools.ts";
import type { GuardedStream } from "./guarded-fetch.ts";

/** What agents of a tenant may do, know and have used, as a step sees it. */
export interface AgentView {
  /** What was agreed with the tenant includes agents. */
  readonly included: boolean;
  /** What the tenant decided for all of its agents. */
  readonly settings: AgentSettings;
  /** Passages of the tenant's documents that say something about a question, best first. */
  search(question: string, options: PassageSearch): Promise<readonly Passage[]>;
  /** A published flow that begins with `core.called`, as a function; null where there is none of that key. */
  callable(flow: string): Promise<CallableFlow | null>;
  /** A node as a function; null where there is none that may be one. */
  nodeTool(type: string, version: number): NodeTool | null;
  /** Runs a node within this step. @throws AppError as the node does */
  runNode(order: NodeToolRun): Promise<NodeToolResult>;
  /** What was used by this run, or by all agents of the tenant since midnight, by its own clock. */
  used(by: "run" | "today"): Promise<{ readonly answers: number; readonly tokens: number }>;
  /** The guarded way to a server of models, whose answers come piece by piece. A model changes nothing, so also in a simulation. */
  readonly fetch: GuardedStream;
  /** Keeps what happened in a conversation, where the operator wants to look at it again. Not by default: it is what people said. */
  record(line: object): void;
  /** Counts an answer of a model, once for each step and part. */
  note(part: string, answer: NotedAnswer): Promise<void>;
}

export interface PassageSearch {
  readonly limit: number;
  /** Only documents of these collections; absent: all. */
  readonly collections?: readonly string[];
}

/** A piece of a document, short enough to be told to a model. */
export interface Passage {
  readonly documentId: string;
  readonly title: string;
  /** From 1. */
  readonly position: number;
  readonly text: string;
  readonly score: number;
}

export interface CallableFlow {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly input: JsonObject;
}

export interface NotedAnswer {
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Until the first word; null: none came. */
  readonly firstMs: number | null;
  readonly totalMs: number;
}
