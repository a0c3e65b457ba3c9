import type { JsonObject } from "../../../engine/plugin-api.ts";

/** A request for a chat completion as it came over the wire, as far as the emulator looks at it. */
export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ChatTool[];
  readonly shape: { readonly name: string; readonly schema: JsonObject } | null;
  readonly wantsUsage: boolean;
}

export interface ChatMessage {
  readonly role: "system" | "developer" | "user" | "assistant" | "tool";
  readonly content: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly callId: string | null;
}

export interface ChatTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
}

/** What a real server says 400 to, in words. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
}

const ROLES = ["system", "developer", "user", "assistant", "tool"] as const;

/** @throws BadRequest */
export function chatRequestOf(body: unknown): ChatRequest {
  if (!isObject(body)) throw new BadRequest("The body must be a JSON object.");
  if (typeof body.model !== "string" || body.model === "") throw new BadRequest("Missing parameter: model.");
  const messages = listOf(body.messages).map(messageOf);
  if (messages.length === 0) throw new BadRequest("Missing parameter: messages.");
  checkResults(messages);
  return {
    model: body.model,
    stream: body.stream === true,
    messages,
    tools: listOf(body.tools).map(toolOf),
    shape: shapeOf(body.response_format),
    wantsUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
  };
}

function messageOf(value: unknown): ChatMessage {
  if (!isObject(value)) throw new BadRequest("Every message must be an object.");
  const role = ROLES.find((one) => one === value.role);
  if (!role) throw new BadRequest(`Invalid role: ${String(value.role)}.`);
  const calls = listOf(value.tool_calls).map((call) => {
    const fn = isObject(call) && isObject(call.function) ? call.function : {};
    return { id: text(isObject(call) ? call.id : ""), name: text(fn.name), arguments: text(fn.arguments) };
  });
  const callId = typeof value.tool_call_id === "string" ? value.tool_call_id : null;
  return { role, content: text(value.content), calls, callId };
}

/** As the real one: the results of all calls come right after them. */
function checkResults(messages: readonly ChatMessage[]): void {
  messages.forEach(({ calls }, index) => {
    const results = messages.slice(index + 1, index + 1 + calls.length);
    const missing = calls.find(({ id }) => !results.some(({ callId }) => callId === id));
    if (missing)
      throw new BadRequest(
        `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. Missing: ${missing.id}`,
      );
  });
}

function toolOf(value: unknown): ChatTool {
  const fn = isObject(value) && isObject(value.function) ? value.function : null;
  const name = text(fn?.name);
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) throw new BadRequest(`Invalid name of a function: "${name}".`);
  const parameters = isObject(fn?.parameters) ? fn.parameters : {};
  return { name, description: text(fn?.description), parameters: parameters as JsonObject };
}

function shapeOf(value: unknown): ChatRequest["shape"] {
  if (!isObject(value)) return null;
  if (value.type === "json_object") return { name: "json", schema: {} };
  const shape = isObject(value.json_schema) ? value.json_schema : null;
  if (value.type !== "json_schema" || !shape) return null;
  return { name: text(shape.name), schema: (isObject(shape.schema) ? shape.schema : {}) as JsonObject };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
