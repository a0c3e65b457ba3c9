import { AppError, type JsonObject, Type } from "../../engine/plugin-api.ts";
import type { DeepgramAccount } from "./voice/pipeline/deepgram.ts";
import type { ElevenLabsAccount } from "./voice/pipeline/elevenlabs.ts";

const DEEPGRAM_URL = "https://api.deepgram.com";
const NOVA = "nova-3";
const FLUX = "flux-general-multi";
const ELEVENLABS_URL = "https://api.elevenlabs.io";
const VOICE_MODEL = "eleven_flash_v2_5";

const key = Type.String({ minLength: 1, title: "API key", "x-secret": true });

const baseUrl = (value: string, description: string) =>
  Type.Optional(
    Type.String({ title: "Base URL", description, default: value, pattern: "^https?://[^?#]+$" }),
  );

const model = (title: string, value: string) => Type.Optional(Type.String({ title, default: value }));

export const DeepgramAccountFields = Type.Object({
  apiKey: key,
  baseUrl: baseUrl(DEEPGRAM_URL, "Where Deepgram answers, without /v1."),
  novaModel: model("Model of nova", NOVA),
  fluxModel: model("Model of Flux", FLUX),
});

export const ElevenLabsAccountFields = Type.Object({
  apiKey: key,
  baseUrl: baseUrl(ELEVENLABS_URL, "That of your region, without /v1."),
  voiceId: Type.String({
    minLength: 1,
    title: "Voice",
    description: "Id of the voice that speaks where nobody says another one.",
  }),
  model: model("Model", VOICE_MODEL),
});

/** The opened credential with its defaults. @throws AppError CREDENTIAL_MISSING */
export function deepgramAccountOf(fields: JsonObject): DeepgramAccount {
  return {
    apiKey: required(fields, "deepgram.account", "apiKey"),
    baseUrl: socketUrl(filled(fields.baseUrl) ?? DEEPGRAM_URL),
    novaModel: filled(fields.novaModel) ?? NOVA,
    fluxModel: filled(fields.fluxModel) ?? FLUX,
  };
}

/** The opened credential with its defaults. @throws AppError CREDENTIAL_MISSING */
export function elevenLabsAccountOf(fields: JsonObject): ElevenLabsAccount {
  return {
    apiKey: required(fields, "elevenlabs.account", "apiKey"),
    baseUrl: socketUrl(filled(fields.baseUrl) ?? ELEVENLABS_URL),
    voiceId: required(fields, "elevenlabs.account", "voiceId"),
    model: filled(fields.model) ?? VOICE_MODEL,
  };
}

function required(fields: JsonObject, credential: string, name: string): string {
  const value = filled(fields[name]);
  if (value !== null) return value;
  throw new AppError("CREDENTIAL_MISSING", `Credential ${credential} has no ${name}; enter one.`, {
    credential,
  });
}

/** `https` becomes `wss`. */
function socketUrl(url: string): string {
  return url.replace(/^http/, "ws").replace(/\/+$/, "");
}

function filled(value: JsonObject[string] | undefined): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}
