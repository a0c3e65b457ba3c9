import { defineNode, next, Type } from "../../../engine/plugin-api.ts";
import { askShaped } from "../ask-shaped.ts";
import { hintsParam, modelParam, NoCredits, portName, textParam, usageFields } from "../params.ts";
import { es } from "../spanish.ts";

const Classified = Type.Object({
  class: Type.String({ title: "Class", ...es("Clase") }),
  confidence: Type.Number({
    title: "Confidence",
    description: "From 0 to 1, as the model says.",
    ...es("Confianza", "De 0 a 1, según el modelo."),
  }),
  ...usageFields,
});

export default defineNode({
  type: "agent.classify",
  version: 1,
  title: { en: "Understand what it is about", es: "Entender de qué se trata" },
  help: {
    en: "Lets a language model decide which of your classes a text belongs to; each class is a way out. What is none of them, or not sure enough, leaves by “other”.",
    es: "Un modelo de lenguaje decide a cuál de sus clases pertenece un texto; cada clase es una salida. Lo que no es ninguna, o no es bastante seguro, sale por «other».",
  },
  family: "ai",
  icon: "category-2",
  params: Type.Object(
    {
      text: textParam,
      classes: Type.Array(
        Type.Object(
          {
            port: portName("other|insufficient_credits"),
            description: Type.String({
              minLength: 1,
              maxLength: 500,
              title: "When",
              description: "What texts of this class are about, with examples.",
              ...es("Cuándo", "De qué tratan los textos de esta clase, con ejemplos."),
            }),
          },
          { additionalProperties: false },
        ),
        {
          minItems: 1,
          maxItems: 30,
          title: "Classes",
          "x-order": 2,
          ...es("Clases"),
        },
      ),
      hints: hintsParam,
      sureFrom: Type.Number({
        default: 0.5,
        minimum: 0,
        maximum: 1,
        title: "Sure from",
        description: "Less confidence than this leaves by “other”.",
        "x-group": "advanced",
        ...es("Segura desde", "Con menos confianza que esta, sale por «other»."),
      }),
      model: modelParam,
    },
    { additionalProperties: false },
  ),
  outputs: { "*": Classified, other: Classified, insufficient_credits: NoCredits },
  ports: [{ each: "classes", value: "port" }, "other", "insufficient_credits"],
  effect: "repeatable",
  credential: "openai.account",
  cost: { meters: ["ai"] },
  example: {
    title: { en: "What does the customer want?", es: "¿Qué quiere el cliente?" },
    params: {
      text: "{{ trigger.message.body }}",
      classes: [
        { port: "reserva", description: "Quiere reservar o cambiar una reserva" },
        { port: "queja", description: "Se queja de algo que salió mal" },
      ],
    },
  },
  run: async function classify(ctx, { text, classes, hints = "", sureFrom, model }) {
    const names = classes.map(({ port }) => port);
    const described = classes.map(({ port, description }) => `${port}: ${description}`);
    const answer = await askShaped(ctx, {
      task: `Decide a qué clase pertenece el texto. Clases:\n${described.join("\n")}\nother: ninguna de ellas\n${hints}`,
      text,
      name: "classification",
      schema: {
        type: "object",
        properties: {
          class: { type: "string", enum: [...names, "other"], description: described.join("\n") },
          confidence: { type: "number", minimum: 0, maximum: 1 },
        },
        required: ["class", "confidence"],
        additionalProperties: false,
      },
      maxTokens: 200,
      model,
    });
    if (answer.kind === "insufficient_credits") return next("insufficient_credits", {});
    const confidence = Number(answer.values.confidence);
    const found = names.find((name) => name === answer.values.class && confidence >= sureFrom);
    const output = {
      class: String(answer.values.class),
      confidence,
      model: answer.model,
      tokens: answer.tokens,
    };
    return next((found ?? "other") as "other", output);
  },
});
