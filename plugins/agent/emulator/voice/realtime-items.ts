import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { type ChatMessage, type ChatRequest, type ChatTool, isObject } from "../chat-request.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** One thing of a conversation. `audioMs` is how long it sounds. */
export type RealtimeItem =
  | {
      readonly kind: "message";
      readonly id: string;
      readonly role: "user" | "assistant" | "system";
      readonly text: string;
      readonly audioMs: number;
    }
  | {
      readonly kind: "call";
      readonly id: string;
      readonly callId: string;
      readonly name: string;
      readonly arguments: string;
      readonly status: "completed" | "incomplete";
    }
  | { readonly kind: "result"; readonly id: string; readonly callId: string; readonly output: string };

/** An item a client made; null: it is none. */
export function itemOf(value: unknown, id: string): RealtimeItem | null {
  if (!isObject(value)) return null;
  if (value.type === "function_call_output")
    return { kind: "result", id, callId: String(value.call_id), output: String(value.output) };
  if (value.type !== "message") return null;
  const role = (["user", "assistant", "system"] as const).find((one) => one === value.role);
  const content = Array.isArray(value.content) ? value.content.filter(isObject) : [];
  const text = content.map((part) => String(part.text ?? "")).join("");
  return role ? { kind: "message", id, role, text, audioMs: 0 } : null;
}

/** As the wire shows it. */
export function shown(item: RealtimeItem): object {
  switch (item.kind) {
    case "result":
      return { id: item.id, type: "function_call_output", call_id: item.callId, output: item.output };
    case "call":
      return {
        id: item.id,
        type: "function_call",
        call_id: item.callId,
        name: item.name,
        arguments: item.arguments,
        status: item.status,
      };
    case "message":
      return {
        id: item.id,
        type: "message",
        role: item.role,
        status: "completed",
        content: [contentOf(item)],
      };
  }
}

function contentOf({ role, text, audioMs }: Extract<RealtimeItem, { kind: "message" }>): object {
  if (role === "assistant") return { type: "output_audio", transcript: text };
  return audioMs > 0 ? { type: "input_audio", transcript: null } : { type: "input_text", text };
}

/** The conversation as a question to the model of rules. */
export function questionOf(session: Fields, items: readonly RealtimeItem[]): ChatRequest {
  const instructions = typeof session.instructions === "string" ? session.instructions : "";
  const tools = Array.isArray(session.tools) ? session.tools.filter(isObject).map(toolOf) : [];
  return {
    model: "realtime",
    stream: false,
    messages: [message("system", instructions), ...items.map(messageOf)],
    tools,
    shape: null,
    wantsUsage: false,
  };
}

function toolOf({ name, description, parameters }: Fields): ChatTool {
  return {
    name: String(name),
    description: String(description ?? ""),
    parameters: (isObject(parameters) ? parameters : {}) as JsonObject,
  };
}

function messageOf(item: RealtimeItem): ChatMessage {
  if (item.kind === "result") return { ...message("tool", item.output), callId: item.callId };
  if (item.kind === "message") return message(item.role, item.text);
  const { callId: id, name, arguments: args } = item;
  return { ...message("assistant", ""), calls: [{ id, name, arguments: args }] };
}

function message(role: ChatMessage["role"], content: string): ChatMessage {
  return { role, content, calls: [], callId: null };
}
