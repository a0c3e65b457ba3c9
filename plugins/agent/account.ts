import { AppError, type GuardedStream, type JsonObject, Type } from "../../engine/plugin-api.ts";
import { type Capabilities, capabilitiesOf } from "./model/capabilities.ts";

/** A server that speaks chat completions, and which of its models answer. */
export interface ModelServer {
  readonly apiKey: string;
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Asked where the first one fails; null: none. */
  readonly fallbackModel: string | null;
  readonly capabilities: Capabilities;
}

/** A server with the way to it: its address is the tenant's own word, so it is only reached through the guard. */
export interface ModelAccount extends ModelServer {
  readonly fetch: GuardedStream;
}

const DEFAULT_BASE_URL = "https://api.openai.com/v1";
const DEFAULT_MODEL = "gpt-5.4-mini";

export const ModelAccountFields = Type.Object({
  apiKey: Type.String({
    minLength: 1,
    title: "API key",
    description: "Servers of your own often take any word.",
    "x-secret": true,
  }),
  baseUrl: Type.Optional(
    Type.String({
      title: "Base URL",
      description: "Any server that speaks chat completions, with /v1.",
      default: DEFAULT_BASE_URL,
      pattern: "^https?://",
    }),
  ),
  model: Type.Optional(
    Type.String({ title: "Model", default: DEFAULT_MODEL, description: "Small ones answer sooner." }),
  ),
  fallbackModel: Type.Optional(
    Type.String({ title: "Second model", description: "Asked where the first one fails." }),
  ),
  capabilities: Type.Optional(
    Type.String({
      title: "What the server cannot do",
      description:
        "Words such as no-tools, no-usage, no-json-schema, max_tokens, developer; separated by commas.",
    }),
  ),
});

/** @throws AppError CREDENTIAL_MISSING when it holds no key */
export function modelAccountOf(fields: JsonObject, fetch: GuardedStream): ModelAccount {
  return { ...modelServerOf(fields), fetch };
}

/** The opened credential with its defaults. @throws AppError CREDENTIAL_MISSING when it holds no key */
export function modelServerOf(fields: JsonObject): ModelServer {
  const apiKey = filled(fields.apiKey);
  if (apiKey === null) {
    throw new AppError("CREDENTIAL_MISSING", "Credential openai.account has no apiKey; enter one.", {
      credential: "openai.account",
    });
  }
  return {
    apiKey,
    baseUrl: (filled(fields.baseUrl) ?? DEFAULT_BASE_URL).replace(/\/+$/, ""),
    model: filled(fields.model) ?? DEFAULT_MODEL,
    fallbackModel: filled(fields.fallbackModel),
    capabilities: capabilitiesOf(filled(fields.capabilities) ?? ""),
  };
}

function filled(value: JsonObject[string] | undefined): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}
