import { defineNode, next, Type } from "../../../engine/plugin-api.ts";
import { askShaped } from "../ask-shaped.ts";
import { hintsParam, modelParam, NoCredits, textParam, usageFields } from "../params.ts";
import { redact } from "../privacy/redact.ts";
import { redactionOf } from "../privacy/redaction-of.ts";
import { es } from "../spanish.ts";
import { Field, FoundValues, foundValues, valuesSchema } from "../value-field.ts";

const SENTIMENTS = ["positive", "neutral", "negative"] as const;

export default defineNode({
  type: "agent.summarize",
  version: 1,
  title: { en: "Summarize", es: "Resumir" },
  help: {
    en: "Lets a language model say a long text in a few sentences, with what has to be done next and how the person feels. Use it before a person takes over, or after a call or chat ({{ steps.agent.transcript | json }}) to keep a note with the values you name.",
    es: "Un modelo de lenguaje dice un texto largo en pocas frases, con lo que queda por hacer y cómo se siente la persona. Úselo antes de pasar a alguien del equipo, o tras una llamada o un chat ({{ steps.agente.transcript | json }}) para dejar una nota con los valores que nombre.",
  },
  family: "ai",
  icon: "file-text-ai",
  params: Type.Object(
    {
      text: textParam,
      language: Type.Optional(
        Type.Enum(["es", "en"], {
          title: "Language",
          description: "Of the summary; empty: that of the flow.",
          "x-order": 2,
          ...es("Idioma", "Del resumen; vacío: el del flujo."),
        }),
      ),
      sentences: Type.Integer({
        default: 3,
        minimum: 1,
        maximum: 20,
        title: "Sentences at most",
        "x-order": 2.5,
        ...es("Frases como máximo"),
      }),
      fields: Type.Array(Field, {
        default: [],
        maxItems: 40,
        title: "Values",
        description: "To be found in it as well: what was agreed, when, for whom.",
        "x-order": 2.7,
        ...es("Valores", "Que también se buscan en él: qué se acordó, cuándo, para quién."),
      }),
      hints: hintsParam,
      model: modelParam,
    },
    { additionalProperties: false },
  ),
  outputs: {
    next: Type.Object({
      summary: Type.String({ title: "Summary", ...es("Resumen") }),
      actions: Type.Array(Type.String(), {
        title: "To do",
        description: "What was promised or asked for.",
        ...es("Por hacer", "Lo que se prometió o se pidió."),
      }),
      sentiment: Type.Enum([...SENTIMENTS], { title: "Sentiment", ...es("Sentimiento") }),
      ...FoundValues,
      ...usageFields,
    }),
    insufficient_credits: NoCredits,
  },
  ports: ["next", "insufficient_credits"],
  effect: "repeatable",
  credential: "openai.account",
  cost: { meters: ["ai"] },
  example: {
    title: { en: "What was the complaint?", es: "¿Cuál fue la queja?" },
    params: { text: "{{ trigger.message.body }}", sentences: 2 },
  },
  run: async function summarize(
    ctx,
    { text, language = languageOf(ctx.locale), sentences, fields, hints = "", model },
  ) {
    const answer = await askShaped(ctx, {
      task: `Resume el texto en ${language === "en" ? "inglés" : "español"}, en ${sentences} frases como máximo.\n${hints}`,
      text,
      name: "summary",
      schema: {
        type: "object",
        properties: {
          summary: { type: "string" },
          actions: { type: "array", items: { type: "string" } },
          sentiment: { type: "string", enum: [...SENTIMENTS] },
          ...(fields.length === 0 ? {} : { values: valuesSchema(fields) }),
        },
        required: ["summary", "actions", "sentiment", ...(fields.length === 0 ? [] : ["values"])],
        additionalProperties: false,
      },
      maxTokens: 1_000,
      model,
    });
    if (answer.kind === "insufficient_credits") return next("insufficient_credits", {});
    const { summary, actions, sentiment, values } = answer.values;
    const redaction = redactionOf(ctx, language);
    return next("next", {
      summary: redact(String(summary), redaction),
      actions: Array.isArray(actions) ? actions.map((action) => redact(String(action), redaction)) : [],
      sentiment: SENTIMENTS.find((one) => one === sentiment) ?? "neutral",
      ...foundValues(fields, values),
      model: answer.model,
      tokens: answer.tokens,
    });
  },
});

function languageOf(locale: string): "es" | "en" {
  return /^en(-|_|$)/i.test(locale) ? "en" : "es";
}
