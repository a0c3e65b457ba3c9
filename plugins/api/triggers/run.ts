import { defineTrigger, type Json, Type } from "../../../engine/plugin-api.ts";

export default defineTrigger({
  type: "api.run",
  version: 1,
  title: { en: "The API asks", es: "Lo pide la API" },
  help: {
    en: "Starts the flow when a system such as the ERP calls it by its key. The input it sends is checked against the schema given here.",
    es: "Inicia el flujo cuando un sistema, como el ERP, lo llama por su clave. Los datos que envía se comprueban con el esquema indicado aquí.",
  },
  family: "data",
  icon: "api",
  params: Type.Object(
    {
      input: Type.Optional(
        Type.Record(Type.String(), Type.Unsafe<Json>({}), {
          title: "Input schema",
          description: "JSON Schema of the input; empty: any object is taken.",
          "x-widget": "json",
          "x-es": {
            title: "Esquema de entrada",
            description: "JSON Schema de los datos; vacío: se acepta cualquier objeto.",
          },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  gives: Type.Object({
    input: Type.Record(Type.String(), Type.Unsafe<Json>({}), {
      title: "Input",
      description: "What the caller sent.",
      "x-es": { title: "Entrada", description: "Lo que envió quien llama." },
    }),
  }),
  answers: "reply",
  example: {
    title: { en: "A reservation was made", es: "Se hizo una reserva" },
    params: {
      input: {
        type: "object",
        required: ["phone", "name"],
        properties: { phone: { type: "string" }, name: { type: "string" } },
      },
    },
  },
});
