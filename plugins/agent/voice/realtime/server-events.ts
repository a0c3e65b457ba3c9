import type { Usage } from "../../turn/events.ts";
import type { ToolCall } from "../../turn/state.ts";

/** Why a response was asked for. The server sends it back; one it began by itself has none. */
export type Purpose = "line" | "turn" | "own";

/** What a Realtime server tells, as far as a call needs it. */
export type ServerEvent =
  | { readonly type: "session_created" }
  | { readonly type: "session_updated"; readonly answersItself: boolean }
  | { readonly type: "speech_started" }
  | { readonly type: "committed"; readonly itemId: string }
  /** `text` is null where it could not be understood. */
  | { readonly type: "transcribed"; readonly itemId: string; readonly text: string | null }
  | { readonly type: "response_created"; readonly responseId: string; readonly purpose: Purpose }
  | {
      readonly type: "audio";
      readonly responseId: string;
      readonly itemId: string;
      readonly audio: Buffer;
    }
  | {
      readonly type: "words";
      readonly responseId: string;
      readonly itemId: string;
      readonly text: string;
    }
  | { readonly type: "response_done"; readonly responseId: string; readonly end: ResponseEnd }
  | { readonly type: "error"; readonly code: string; readonly message: string }
  | { readonly type: "other" }
  | { readonly type: "malformed" };

export interface ResponseEnd {
  readonly status: "completed" | "cancelled" | "incomplete" | "failed";
  readonly reason: string;
  /** Only those that came whole, and only of a response that did. */
  readonly calls: readonly ToolCall[];
  readonly usage: Usage;
}

type Raw = Readonly<Record<string, unknown>>;

export function readServerEvent(value: unknown): ServerEvent {
  const event = fields(value);
  switch (event.type) {
    case undefined:
      return { type: "malformed" };
    case "session.created":
      return { type: "session_created" };
    case "session.updated":
      return { type: "session_updated", answersItself: answersItself(fields(event.session)) };
    case "input_audio_buffer.speech_started":
      return { type: "speech_started" };
    case "input_audio_buffer.committed":
      return { type: "committed", itemId: text(event.item_id) };
    case "conversation.item.input_audio_transcription.completed":
      return { type: "transcribed", itemId: text(event.item_id), text: text(event.transcript) };
    case "conversation.item.input_audio_transcription.failed":
      return { type: "transcribed", itemId: text(event.item_id), text: null };
    case "error":
      return errorOf(fields(event.error));
    default:
      return responseEvent(event);
  }
}

function responseEvent(event: Raw): ServerEvent {
  const place = { responseId: text(event.response_id), itemId: text(event.item_id) };
  const response = fields(event.response);
  switch (event.type) {
    case "response.created":
      return { type: "response_created", responseId: text(response.id), purpose: purposeOf(response) };
    case "response.output_audio.delta":
      return { type: "audio", ...place, audio: Buffer.from(text(event.delta), "base64") };
    case "response.output_audio_transcript.delta":
      return { type: "words", ...place, text: text(event.delta) };
    case "response.done":
      return { type: "response_done", responseId: text(response.id), end: endOf(response) };
    default:
      return { type: "other" };
  }
}

function answersItself(session: Raw): boolean {
  return fields(fields(fields(session.audio).input).turn_detection).create_response !== false;
}

function purposeOf(response: Raw): Purpose {
  const { purpose } = fields(response.metadata);
  return purpose === "line" || purpose === "turn" ? purpose : "own";
}

function endOf(response: Raw): ResponseEnd {
  const status = (["completed", "cancelled", "incomplete"] as const).find((one) => one === response.status);
  const details = fields(response.status_details);
  const output = Array.isArray(response.output) ? response.output.map(fields) : [];
  const usage = fields(response.usage);
  return {
    status: status ?? "failed",
    reason: text(details.reason) || text(fields(details.error).code),
    calls: status === "completed" ? output.filter(isWholeCall).map(callOf) : [],
    usage: {
      promptTokens: Number(usage.input_tokens) || 0,
      completionTokens: Number(usage.output_tokens) || 0,
    },
  };
}

/** An interrupted call comes with its arguments cut. */
function isWholeCall(item: Raw): boolean {
  return item.type === "function_call" && item.status === "completed";
}

function callOf(item: Raw): ToolCall {
  return { id: text(item.call_id), name: text(item.name), arguments: text(item.arguments) };
}

function errorOf(error: Raw): ServerEvent {
  return {
    type: "error",
    code: text(error.code) || text(error.type),
    message: text(error.message).slice(0, 500),
  };
}

function fields(value: unknown): Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
