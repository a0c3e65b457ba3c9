/** What a tenant decides for all of its agents; kept in `tenants.settings` under `agent`. */
import { type Static, Type } from "typebox";
import type { JsonObject } from "./json.ts";
import { isRecord } from "./plain-data.ts";

export const BUSINESSES = [
  "hotel",
  "restaurant",
  "shop",
  "clinic",
  "gym",
  "parking",
  "transport",
  "other",
] as const;
export const TONES = ["warm", "formal", "brief"] as const;

/** What people say that need not be kept. */
export const PRIVATE_KINDS = ["card", "identity", "email", "phone"] as const;

export const AgentSettingsSchema = Type.Object(
  {
    business: Type.Optional(
      Type.Enum([...BUSINESSES], { description: "What agents know how to behave in." }),
    ),
    tone: Type.Optional(Type.Enum([...TONES])),
    instructions: Type.Optional(
      Type.String({ maxLength: 4000, description: "What every agent of yours is told, before its own." }),
    ),
    disclosure: Type.Optional(
      Type.String({ maxLength: 300, description: "Said first, such as that nobody human answers." }),
    ),
    disclosures: Type.Optional(
      Type.Record(Type.String({ pattern: "^[A-Z]{2}$" }), Type.String({ minLength: 1, maxLength: 300 }), {
        additionalProperties: false,
        maxProperties: 50,
        description: "The same for people of one country, such as ES.",
      }),
    ),
    redact: Type.Optional(
      Type.Array(Type.Enum([...PRIVATE_KINDS]), {
        uniqueItems: true,
        description: "What only a mark is kept of in transcripts and summaries. Absent: all of it.",
      }),
    ),
    voice: Type.Optional(Type.String({ maxLength: 120, description: "On calls." })),
    model: Type.Optional(Type.String({ maxLength: 120, description: "In place of the operator's." })),
    dailyTokens: Type.Optional(
      Type.Integer({ minimum: 0, description: "All agents of a day together; then people take over." }),
    ),
  },
  { additionalProperties: false },
);
export type AgentSettings = Static<typeof AgentSettingsSchema>;

/** Written through the schema, so only its presence is looked at. */
export function agentSettings(settings: JsonObject): AgentSettings {
  const { agent } = settings;
  return isRecord(agent) ? (agent as AgentSettings) : {};
}
