import { AppError, type JsonObject, type NodeContext } from "../../../engine/plugin-api.ts";
import { askShaped } from "../ask-shaped.ts";
import { withoutCards } from "../turn/guard.ts";
import type { KeptCall } from "./plan.ts";
import type { VoiceParams } from "./voice-params.ts";

/** What the author wants to know of the conversation. A model that does not answer costs the values, never the flow. */
export async function valuesIn(
  ctx: NodeContext,
  { values, model }: VoiceParams,
  kept: KeptCall | null,
): Promise<JsonObject> {
  const nothing = Object.fromEntries(values.map(({ name }) => [name, null]));
  const text = kept ? transcriptOf(kept) : "";
  if (values.length === 0 || text === "") return nothing;
  try {
    const answer = await askShaped(ctx, {
      task: "Saca de esta llamada los valores que se piden, y nada que no esté en ella: lo que falte es null.",
      text,
      name: "extraction",
      schema: schemaOf(values),
      maxTokens: 1_000,
      model,
    });
    return answer.kind === "values" ? answer.values : nothing;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ctx.log.warn({ err: error }, "nothing could be found in what was said on a call");
    return nothing;
  }
}

function transcriptOf({ relay }: KeptCall): string {
  return relay.talk.history
    .flatMap((entry) => {
      if (entry.role === "person") return [`Cliente: ${entry.text}`];
      return entry.role === "agent" ? [`Agente: ${entry.text}`] : [];
    })
    .map(withoutCards)
    .join("\n");
}

function schemaOf(values: VoiceParams["values"]): JsonObject {
  const properties = values.map(({ name, kind, description }) => [
    name,
    { type: [kind === "text" ? "string" : kind, "null"], ...(description ? { description } : {}) },
  ]);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: values.map(({ name }) => name),
    additionalProperties: false,
  };
}
