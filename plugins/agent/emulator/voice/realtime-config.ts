import { isObject } from "../chat-request.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface ConfigFault {
  readonly message: string;
  readonly param: string;
}

/** What the real one refuses, with nothing of it applied. */
export function configFault(update: Fields, model: string | null): ConfigFault | null {
  if (update.type !== "realtime")
    return { message: "Missing required parameter: 'session.type'.", param: "session.type" };
  if (typeof update.model === "string" && update.model !== model)
    return { message: "The model of a session cannot be changed.", param: "session.model" };
  const modalities = Array.isArray(update.output_modalities) ? update.output_modalities : ["audio"];
  if (modalities.length !== 1)
    return {
      message: "Invalid modalities: expected ['text'] or ['audio'].",
      param: "session.output_modalities",
    };
  return formatFault(update, "input") ?? formatFault(update, "output");
}

function formatFault({ audio }: Fields, side: "input" | "output"): ConfigFault | null {
  const format = at(at(audio, side), "format");
  if (!isObject(format) || format.type === "audio/pcm" || !("rate" in format)) return null;
  const param = `session.audio.${side}.format.rate`;
  return { message: `Unknown parameter: '${param}'.`, param };
}

/** Objects are merged, anything else is replaced. */
export function merged(before: Fields, update: Fields): Fields {
  const entries = Object.entries(update).map(([name, value]) => {
    const old = before[name];
    return [name, isObject(old) && isObject(value) ? merged(old, value) : value] as const;
  });
  return { ...before, ...Object.fromEntries(entries) };
}

export interface TurnDetection {
  readonly type: "server_vad" | "semantic_vad";
  readonly creates: boolean;
  readonly interrupts: boolean;
  /** How long it must be silent after these words. */
  silenceMs(text: string): number;
}

const EAGERNESS_MS: Readonly<Record<string, number>> = { low: 8_000, medium: 4_000, high: 2_000 };
const WHOLE_SENTENCE_MS = 200;

/** Null: the client says when a turn is over. */
export function turnDetection(session: Fields): TurnDetection | null {
  const detection = at(at(session.audio, "input"), "turn_detection");
  if (detection === null) return null;
  const fields: Fields = isObject(detection) ? detection : {};
  const type = fields.type === "semantic_vad" ? "semantic_vad" : "server_vad";
  const fixed = Number(fields.silence_duration_ms ?? 500);
  const longest = EAGERNESS_MS[String(fields.eagerness)] ?? 4_000;
  return {
    type,
    creates: fields.create_response !== false,
    interrupts: fields.interrupt_response !== false,
    silenceMs: (text) => {
      if (type === "server_vad") return fixed;
      return /[,…]$|\.\.\.$/.test(text) ? longest : WHOLE_SENTENCE_MS;
    },
  };
}

export function transcribes(session: Fields): boolean {
  return isObject(at(at(session.audio, "input"), "transcription"));
}

function at(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}
