import { type JsonObject, type Static, Type } from "../../../engine/plugin-api.ts";
import { ChatOutput, outputOf } from "../chat/outputs.ts";
import type { Redaction } from "../privacy/redact.ts";
import { es } from "../spanish.ts";
import { type Entry, newConversation } from "../turn/state.ts";
import { isConfirmed } from "../turn/turn-engine.ts";
import type { KeptCall } from "./plan.ts";

const { target, summary, reason, transcript, tools, sources, notes, turns, tokens } = ChatOutput.properties;

export const VoiceOutput = Type.Object({
  reason,
  summary,
  target,
  transcript,
  tools,
  sources,
  notes,
  turns,
  tokens,
  whisper: Type.String({
    title: "Whisper",
    description: "For whoever takes the call; empty where it is handed over cold.",
    ...es("Aviso a quien atiende", "Para quien toma la llamada; vacío si el traspaso es frío."),
  }),
  did: Type.Union(
    [
      Type.Object({
        tool: Type.String({ title: "Tool", ...es("Herramienta") }),
        values: Type.Record(Type.String(), Type.Unknown(), { title: "With", ...es("Con") }),
        result: Type.Record(Type.String(), Type.Unknown(), { title: "Result", ...es("Resultado") }),
      }),
      Type.Null(),
    ],
    {
      title: "What it did last",
      description: "After a yes of the caller: the reservation, with its code.",
      ...es("Lo último que hizo", "Tras un sí de quien llama: la reserva, con su código."),
    },
  ),
  variables: Type.Record(Type.String(), Type.Unknown(), { title: "Values", ...es("Valores") }),
  language: Type.String({ title: "Language", ...es("Idioma") }),
  answers: Type.Integer({ title: "Answers of a model", ...es("Respuestas de un modelo") }),
  seconds: Type.Integer({ title: "Seconds", ...es("Segundos") }),
  latencyMs: Type.Object(
    {
      median: Type.Union([Type.Integer(), Type.Null()], { title: "Median", ...es("Mediana") }),
      worst: Type.Union([Type.Integer(), Type.Null()], { title: "Worst", ...es("Peor") }),
    },
    {
      title: "Latency (ms)",
      description: "From what the caller said to the first word of the answer.",
      ...es("Latencia (ms)", "Desde lo que dijo quien llama hasta la primera palabra de la respuesta."),
    },
  ),
  credits: Type.Object(
    {
      voice: Type.Integer({ title: "Minutes", ...es("Minutos") }),
      ai: Type.Integer({ title: "Answers", ...es("Respuestas") }),
    },
    { title: "Credits", ...es("Créditos") },
  ),
});
export type VoiceOutput = Static<typeof VoiceOutput>;

export interface CallEnd {
  readonly kept: KeptCall | null;
  readonly locale: string;
  readonly reason: string;
  readonly data: JsonObject;
  readonly seconds: number;
  readonly isWarm: boolean;
  readonly contact: string;
  readonly variables: JsonObject;
  readonly redaction: Redaction;
}

/** What later steps, and people reading the run, know of a call. */
export function voiceOutput({
  kept,
  locale,
  reason: why,
  data,
  seconds,
  isWarm,
  contact,
  variables,
  redaction,
}: CallEnd): VoiceOutput {
  const talk = kept?.relay.talk ?? newConversation(locale);
  const { lastMessage: _lastMessage, ...said } = outputOf(
    { talk, cited: kept?.cited ?? [] },
    { reason: why, data },
    redaction,
  );
  const latencies = [...(kept?.latencies ?? [])].sort((a, b) => a - b);
  const answers = kept?.answers ?? 0;
  return {
    ...said,
    whisper: isWarm ? whisperOf(talk.language, contact, said.summary) : "",
    did: didLast(talk.history),
    variables: { ...variables },
    language: talk.language,
    answers,
    seconds,
    latencyMs: {
      median: latencies[Math.floor(latencies.length / 2)] ?? null,
      worst: latencies.at(-1) ?? null,
    },
    credits: { voice: Math.ceil(seconds / 60), ai: answers },
  };
}

/** What was confirmed and worked out, as data for later steps. */
function didLast(history: readonly Entry[]): VoiceOutput["did"] {
  const done = history.flatMap((entry) => {
    if (entry.role !== "calls") return [];
    return entry.calls.flatMap((call) => {
      const result = isConfirmed(call) ? objectIn(resultOf(history, call.id)) : null;
      if (result === null || "error" in result) return [];
      return [{ tool: call.name, values: objectIn(call.arguments) ?? {}, result }];
    });
  });
  return done.at(-1) ?? null;
}

function resultOf(history: readonly Entry[], id: string): string {
  const found = history.find((entry) => entry.role === "result" && entry.callId === id);
  return found?.role === "result" ? found.text : "";
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

const LONGEST_WHISPER = 400;

function whisperOf(language: string, contact: string, words: string): string {
  const isEnglish = /^en(-|_|$)/i.test(language);
  const begin = isEnglish ? `Call from ${contact}.` : `Llamada de ${contact}.`;
  return `${begin} ${words}`.trim().slice(0, LONGEST_WHISPER);
}
