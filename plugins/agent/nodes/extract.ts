import { defineNode, next, Type } from "../../../engine/plugin-api.ts";
import { askShaped } from "../ask-shaped.ts";
import { hintsParam, modelParam, NoCredits, textParam, usageFields } from "../params.ts";
import { es } from "../spanish.ts";
import { Field, FoundValues, foundValues, valuesSchema } from "../value-field.ts";

export default defineNode({
  type: "agent.extract",
  version: 1,
  title: { en: "Take the facts out of a text", es: "Sacar los datos de un texto" },
  help: {
    en: "Lets a language model find the values you name in a text: a date, a number of people, an order. What is not in the text is null and listed as missing.",
    es: "Un modelo de lenguaje encuentra en un texto los valores que usted nombra: una fecha, un número de personas, un pedido. Lo que no está en el texto queda vacío y aparece como faltante.",
  },
  family: "ai",
  icon: "forms",
  params: Type.Object(
    {
      text: textParam,
      fields: Type.Array(Field, {
        minItems: 1,
        maxItems: 40,
        title: "Values",
        "x-order": 2,
        ...es("Valores"),
      }),
      hints: hintsParam,
      model: modelParam,
    },
    { additionalProperties: false },
  ),
  outputs: {
    next: Type.Object({
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
    title: { en: "When, and for how many?", es: "¿Cuándo y para cuántos?" },
    params: {
      text: "{{ trigger.message.body }}",
      fields: [
        { name: "fecha", kind: "date", required: true },
        { name: "personas", kind: "integer", required: true },
      ],
    },
  },
  run: async function extract(ctx, { text, fields, hints = "", model }) {
    const answer = await askShaped(ctx, {
      task: `Saca del texto los valores que se piden, y nada que no esté en él: lo que falte es null.\n${hints}`,
      text,
      name: "extraction",
      schema: valuesSchema(fields),
      maxTokens: 1_500,
      model,
    });
    if (answer.kind === "insufficient_credits") return next("insufficient_credits", {});
    const { values, tokens } = answer;
    return next("next", { ...foundValues(fields, values), model: answer.model, tokens });
  },
});
