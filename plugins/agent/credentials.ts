import { defineCredential, Type } from "../../engine/plugin-api.ts";
import { ModelAccountFields, modelServerOf } from "./account.ts";
import {
  DeepgramAccountFields,
  deepgramAccountOf,
  ElevenLabsAccountFields,
  elevenLabsAccountOf,
} from "./speech-accounts.ts";

/** Where models answer. */
export const modelAccount = defineCredential({
  id: "openai.account",
  title: { en: "Language model (chat completions)", es: "Modelo de lenguaje (chat completions)" },
  fields: ModelAccountFields,
  async test(fields, { fetch: guarded }) {
    const { apiKey, baseUrl, model } = modelServerOf(fields);
    const answer = await guarded(`${baseUrl}/models`, { headers: { authorization: `Bearer ${apiKey}` } });
    if (answer.status !== 200)
      return { ok: false, message: `${baseUrl} answered ${answer.status} to the question for its models.` };
    return { ok: true, message: `${baseUrl} lets us in; ${model} will answer.` };
  },
});

/** The system tools look things up in and write to. */
export const erpAccount = defineCredential({
  id: "agent.erp",
  title: { en: "Business system of agents", es: "Sistema del negocio para los agentes" },
  fields: Type.Object({
    baseUrl: Type.String({
      title: "Base URL",
      description: "Below it are /availability, /reservations, /orders, /appointments, /hours and /balance.",
      pattern: "^https?://",
    }),
    apiKey: Type.String({
      minLength: 1,
      title: "API key",
      description: "Sent as a bearer token.",
      "x-secret": true,
    }),
  }),
  async test({ baseUrl, apiKey }, { fetch: guarded }) {
    const answer = await guarded(`${String(baseUrl)}/hours`, {
      headers: { authorization: `Bearer ${String(apiKey)}` },
    });
    return {
      ok: answer.status === 200,
      message: `It answered ${answer.status} to the question for its hours.`,
    };
  },
});

/** Who hears a caller. */
export const deepgramAccount = defineCredential({
  id: "deepgram.account",
  title: { en: "Deepgram (hears)", es: "Deepgram (escucha)" },
  fields: DeepgramAccountFields,
  async test(fields, { fetch: guarded }) {
    const { apiKey, baseUrl } = deepgramAccountOf(fields);
    const url = `${overHttp(baseUrl)}/v1/projects`;
    const answer = await guarded(url, { headers: { authorization: `Token ${apiKey}` } });
    if (answer.status === 200) return { ok: true, message: "Deepgram lets us in." };
    return { ok: false, message: `Deepgram answered ${answer.status} to the question for its projects.` };
  },
});

/** Who speaks to a caller. */
export const elevenLabsAccount = defineCredential({
  id: "elevenlabs.account",
  title: { en: "ElevenLabs (speaks)", es: "ElevenLabs (habla)" },
  fields: ElevenLabsAccountFields,
  async test(fields, { fetch: guarded }) {
    const { apiKey, baseUrl, voiceId } = elevenLabsAccountOf(fields);
    const url = `${overHttp(baseUrl)}/v1/voices/${encodeURIComponent(voiceId)}`;
    const answer = await guarded(url, { headers: { "xi-api-key": apiKey } });
    if (answer.status === 200) return { ok: true, message: "ElevenLabs lets us in and has this voice." };
    return {
      ok: false,
      message: `ElevenLabs answered ${answer.status} to the question for voice ${voiceId}.`,
    };
  },
});

function overHttp(socketUrl: string): string {
  return socketUrl.replace(/^ws/, "http");
}
