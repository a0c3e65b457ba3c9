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
