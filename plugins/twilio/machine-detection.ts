import { Type } from "../../engine/plugin-api.ts";
import { type Author, badInput } from "./bad-input.ts";
import type { CallRequest } from "./calls-api.ts";
import { es } from "./spanish.ts";

const whenUsed = {
  "x-group": "detection",
  "x-visible": { param: "detection", in: ["before", "while"] },
} as const;

/** Person or answering machine: the parameters of whoever wants to know. */
export const DETECTION_FIELDS = {
  detection: Type.Enum(["none", "before", "while"], {
    default: "none",
    title: "Person or machine",
    description:
      "none: not asked. before: the flow goes on once it is known; whoever answers hears a few seconds of silence. while: a greeting is said meanwhile.",
    ...es(
      "Persona o contestador",
      "none: no se averigua. before: el flujo sigue cuando se sabe; quien contesta oye unos segundos de silencio. while: mientras tanto se dice un saludo.",
    ),
  }),
  greeting: Type.Optional(
    Type.String({
      maxLength: 300,
      title: "Greeting meanwhile",
      description: "Said at once to whoever answers, until it is known who that is.",
      "x-group": "detection",
      "x-visible": { param: "detection", in: ["while"] },
      ...es("Saludo mientras tanto", "Se dice enseguida a quien contesta, hasta saber quién es."),
    }),
  ),
  waitForBeep: Type.Boolean({
    default: true,
    title: "Wait for the beep",
    description: "A machine is known when its greeting is over, so that a message can be left.",
    ...whenUsed,
    ...es(
      "Esperar la señal",
      "Se reconoce un contestador cuando acaba su saludo, para poder dejar un mensaje.",
    ),
  }),
  detectionTimeoutSeconds: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 120,
    title: "Find out within (s)",
    description: "After that it counts as unknown, which leaves by “answered”.",
    ...whenUsed,
    ...es("Averiguarlo en (s)", "Después cuenta como desconocido, que sale por «answered»."),
  }),
  speechThresholdMs: Type.Optional(
    Type.Integer({
      minimum: 1000,
      maximum: 6000,
      title: "Longest human greeting (ms)",
      description: "Who speaks for longer counts as a machine; 2400 unless you choose.",
      ...whenUsed,
      ...es(
        "Saludo humano más largo (ms)",
        "Quien habla más tiempo cuenta como contestador; 2400 si no elige.",
      ),
    }),
  ),
  speechEndThresholdMs: Type.Optional(
    Type.Integer({
      minimum: 500,
      maximum: 5000,
      title: "Silence that ends speech (ms)",
      description: "1200 unless you choose.",
      ...whenUsed,
      ...es("Silencio que termina el habla (ms)", "1200 si no elige."),
    }),
  ),
  silenceTimeoutMs: Type.Optional(
    Type.Integer({
      minimum: 2000,
      maximum: 10_000,
      title: "Silence at the start (ms)",
      description: "After that it counts as unknown; 5000 unless you choose.",
      ...whenUsed,
      ...es("Silencio al principio (ms)", "Después cuenta como desconocido; 5000 si no elige."),
    }),
  ),
};

export interface DetectionParams {
  readonly detection: "none" | "before" | "while";
  readonly greeting?: string;
  readonly waitForBeep: boolean;
  readonly detectionTimeoutSeconds: number;
  readonly speechThresholdMs?: number;
  readonly speechEndThresholdMs?: number;
  readonly silenceTimeoutMs?: number;
  readonly sendDigits?: string;
}

/**
 * What Twilio is asked to find out; `verdictUrl` is where it tells when the call does not wait for it.
 * @throws AppError PARAMS_INVALID with key tones, which make Twilio forget about it
 */
export function detectionRequest(
  params: DetectionParams,
  author: Author,
  verdictUrl: string,
): Partial<CallRequest> {
  if (params.detection === "none") return {};
  if (params.sendDigits) {
    const words = {
      en: "With key tones (sendDigits) Twilio does not find out who answered; leave one of the two out.",
      es: "Con tonos (sendDigits) Twilio no averigua quién contestó; quite uno de los dos.",
    };
    throw badInput(author, words, { sendDigits: params.sendDigits });
  }
  const { speechThresholdMs, speechEndThresholdMs, silenceTimeoutMs } = params;
  return {
    machineDetection: params.waitForBeep ? "DetectMessageEnd" : "Enable",
    machineDetectionTimeout: params.detectionTimeoutSeconds,
    ...(speechThresholdMs === undefined ? {} : { machineDetectionSpeechThreshold: speechThresholdMs }),
    ...(speechEndThresholdMs === undefined
      ? {}
      : { machineDetectionSpeechEndThreshold: speechEndThresholdMs }),
    ...(silenceTimeoutMs === undefined ? {} : { machineDetectionSilenceTimeout: silenceTimeoutMs }),
    // The SDK wants it as text.
    ...(params.detection === "while"
      ? { asyncAmd: "true", asyncAmdStatusCallback: verdictUrl, asyncAmdStatusCallbackMethod: "POST" }
      : {}),
  };
}
