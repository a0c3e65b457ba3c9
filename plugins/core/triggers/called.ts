import { defineTrigger, type Json, Type } from "../../../engine/plugin-api.ts";

export default defineTrigger({
  type: "core.called",
  version: 1,
  title: { en: "A flow calls it", es: "Lo llama otro flujo" },
  help: {
    en: "Starts the flow when another flow calls it. It declares what it needs and what it hands back; both are checked.",
    es: "Inicia el flujo cuando otro flujo lo llama. Declare lo que necesita y lo que devuelve; las dos cosas se comprueban.",
  },
  family: "logic",
  icon: "arrow-bar-to-down",
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
      output: Type.Optional(
        Type.Record(Type.String(), Type.Unsafe<Json>({}), {
          title: "Output schema",
          description: "JSON Schema of what its “End” hands back; empty: anything.",
          "x-widget": "json",
          "x-es": {
            title: "Esquema de salida",
            description: "JSON Schema de lo que devuelve su «Terminar»; vacío: cualquier cosa.",
          },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  // A called flow also sees what started the flow that calls it: the call, the message, the request.
  gives: Type.Object(
    {
      input: Type.Record(Type.String(), Type.Unsafe<Json>({}), {
        title: "Input",
        description: "What the calling flow handed over.",
        "x-es": { title: "Entrada", description: "Lo que entregó el flujo que llama." },
      }),
      caller: Type.Object(
        {
          runId: Type.String({ title: "Run", "x-es": { title: "Ejecución" } }),
          flow: Type.String({ title: "Flow", "x-es": { title: "Flujo" } }),
        },
        { title: "Calling flow", "x-es": { title: "Flujo que llama" } },
      ),
    },
    { additionalProperties: true },
  ),
  answers: "reply",
  example: {
    title: { en: "Greet somebody by name", es: "Saludar a alguien por su nombre" },
    params: {
      input: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
      output: { type: "object", properties: { greeted: { type: "boolean" } } },
    },
  },
});
