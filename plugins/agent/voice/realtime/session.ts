import type { JsonObject } from "../../../../engine/plugin-api.ts";
import type { FunctionTool } from "../../model/port.ts";

/** When a caller's turn is over. */
export type TurnDetection =
  /** After so much silence. */
  | { readonly kind: "server"; readonly silenceMs: number; readonly threshold: number }
  /** When the words sound finished. */
  | { readonly kind: "semantic"; readonly eagerness: "low" | "medium" | "high" | "auto" };

export interface RealtimeSession {
  readonly instructions: string;
  readonly tools: readonly FunctionTool[];
  readonly language: string;
  readonly voice: string;
  readonly detection: TurnDetection;
  /** Writes down what the caller says; another model than the one that answers. */
  readonly transcription: string;
  readonly maxTokens: number;
}

/** What the server is told before anything is said. µ-law as the phone sends it, both ways: nothing is transcoded. */
export function sessionFields(session: RealtimeSession): JsonObject {
  return {
    type: "realtime",
    instructions: session.instructions,
    output_modalities: ["audio"],
    audio: {
      input: {
        // No rate: with µ-law the server refuses one.
        format: { type: "audio/pcmu" },
        transcription: { model: session.transcription, language: primary(session.language) },
        turn_detection: detectionFields(session.detection, true),
      },
      output: { format: { type: "audio/pcmu" }, voice: session.voice },
    },
    tools: session.tools.map(({ name, description, parameters }) => ({
      type: "function",
      name,
      description,
      parameters,
    })),
    tool_choice: "auto",
    max_output_tokens: session.maxTokens,
  };
}

/** Whether the server answers by itself as soon as the caller has finished. */
export function answeringFields(detection: TurnDetection, answersItself: boolean): JsonObject {
  return {
    type: "realtime",
    audio: { input: { turn_detection: detectionFields(detection, answersItself) } },
  };
}

function detectionFields(detection: TurnDetection, create_response: boolean): JsonObject {
  const both = { create_response, interrupt_response: true };
  if (detection.kind === "semantic") return { type: "semantic_vad", eagerness: detection.eagerness, ...both };
  const { threshold, silenceMs: silence_duration_ms } = detection;
  return { type: "server_vad", threshold, prefix_padding_ms: 300, silence_duration_ms, ...both };
}

function primary(language: string): string {
  return language.split(/[-_]/)[0]?.toLowerCase() ?? "es";
}
