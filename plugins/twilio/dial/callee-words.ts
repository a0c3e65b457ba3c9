import type { NodeContext } from "../../../engine/plugin-api.ts";
import { spokenVoice } from "../spoken-voice.ts";
import { stepUrl } from "../step-url.ts";
import { type Voice, voiceFor } from "../voices.ts";
import type { ConnectParams } from "./params.ts";

/**
 * What whoever answers hears before being connected, as a URL that says it itself: words, voice and, where they must
 * accept, the key and how long it is waited for. Undefined: they are connected at once.
 */
export function calleeUrl(ctx: NodeContext, params: ConnectParams): string | undefined {
  const whisper = params.whisper?.trim();
  const speaker = voiceOf(ctx, params.calleeLanguage);
  const question = params.screening ? questionOf(params, speaker) : undefined;
  const text = [whisper, question].filter(Boolean).join(" ");
  if (text === "") return undefined;
  return stepUrl(ctx, "twilio/voice/whisper", {
    text,
    ...speaker,
    ...(params.screening ? { key: params.screeningKey, within: String(params.screeningSeconds) } : {}),
  });
}

/** What the caller from a queue hears before being connected. */
export function queueUrl(ctx: NodeContext, params: ConnectParams): string | undefined {
  const text = params.queueGreeting?.trim();
  return text ? stepUrl(ctx, "twilio/voice/whisper", { text, ...voiceOf(ctx, undefined) }) : undefined;
}

function voiceOf(ctx: NodeContext, language: string | undefined): Voice {
  return language?.trim() ? spokenVoice(ctx, language) : voiceFor(ctx.locale, ctx.tenant.country);
}

function questionOf(params: ConnectParams, { language }: Voice): string {
  const own = params.screeningText?.trim();
  if (own) return own;
  const key = KEY_NAMES[params.screeningKey] ?? { en: params.screeningKey, es: params.screeningKey };
  return language.startsWith("es")
    ? `Pulse ${key.es} para tomar la llamada.`
    : `Press ${key.en} to take the call.`;
}

const KEY_NAMES: Readonly<Record<string, { readonly en: string; readonly es: string }>> = {
  "*": { en: "star", es: "asterisco" },
  "#": { en: "pound", es: "numeral" },
};
