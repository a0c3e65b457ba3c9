import type OpenAI from "openai";
import type { ModelAccount } from "../account.ts";
import type { Entry } from "../turn/state.ts";
import type { FunctionTool, ModelRequest } from "./port.ts";

type Body = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;
type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;

/** The request in the words of chat completions, with nothing in it that this server does not know. */
export function requestBody(account: ModelAccount, request: ModelRequest, model: string): Body {
  const { capabilities } = account;
  return {
    model,
    stream: true,
    messages: [
      { role: capabilities.systemRole, content: request.instructions },
      ...request.history.map(messageOf),
    ],
    [capabilities.maxTokensField]: request.maxTokens,
    ...(capabilities.usage ? { stream_options: { include_usage: true } } : {}),
    ...toolsOf(account, request.tools),
    ...shapeOf(account, request),
    ...(capabilities.reasoningEffort === null
      ? {}
      : { reasoning_effort: capabilities.reasoningEffort as NonNullable<Body["reasoning_effort"]> }),
    ...(request.user === undefined ? {} : { safety_identifier: request.user }),
  };
}

function messageOf(entry: Entry): Message {
  switch (entry.role) {
    case "person":
      return { role: "user", content: entry.text };
    case "agent":
      return { role: "assistant", content: entry.cut ? `${entry.text} [interrupted]` : entry.text };
    case "calls":
      return {
        role: "assistant",
        content: entry.text === "" ? null : entry.text,
        tool_calls: entry.calls.map(({ id, name, arguments: args }) => ({
          id,
          type: "function" as const,
          function: { name, arguments: args },
        })),
      };
    case "result":
      return { role: "tool", tool_call_id: entry.callId, content: entry.text };
  }
}

function toolsOf({ capabilities }: ModelAccount, tools: readonly FunctionTool[]): Partial<Body> {
  if (!capabilities.tools || tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: "function" as const,
      function: { name, description, parameters },
    })),
    ...(capabilities.parallelTools ? {} : { parallel_tool_calls: false }),
  };
}

function shapeOf({ capabilities }: ModelAccount, { shape }: ModelRequest): Partial<Body> {
  if (!shape) return {};
  if (!capabilities.jsonSchema) return { response_format: { type: "json_object" } };
  return {
    response_format: {
      type: "json_schema",
      json_schema: { name: shape.name, schema: shape.schema, strict: false },
    },
  };
}
