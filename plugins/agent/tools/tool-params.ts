import { Type } from "../../../engine/plugin-api.ts";
import { portName } from "../params.ts";
import { es } from "../spanish.ts";
import { Field } from "../value-field.ts";

export const flowToolParam = Type.Object(
  {
    flow: Type.String({
      minLength: 1,
      "x-options": "callable-flows",
      title: "Flow",
      description:
        "Key of a published flow that begins with “A flow calls it”; its input is what the model fills in.",
      ...es(
        "Flujo",
        "Clave de un flujo publicado que empiece con «Lo llama otro flujo»; su entrada es lo que rellena el modelo.",
      ),
    }),
    description: Type.Optional(
      Type.String({
        maxLength: 500,
        title: "When to use it",
        description: "Empty: the description of the flow.",
        ...es("Cuándo usarlo", "Vacío: la descripción del flujo."),
      }),
    ),
    confirm: Type.Boolean({
      default: true,
      title: "Ask before",
      description: "It changes something: the values are read back, and it runs only after a yes.",
      ...es("Preguntar antes", "Cambia algo: se repiten los datos y solo se hace tras un sí."),
    }),
  },
  { additionalProperties: false },
);

export const nodeToolParam = Type.Object(
  {
    node: Type.String({
      pattern: "^[a-z][a-z0-9]*\\.[a-z][a-z0-9-]*$",
      title: "Step",
      description:
        "A step that neither waits nor speaks on the call: http.request, messaging.send, stores.route.",
      "x-options": "tool-nodes",
      ...es(
        "Paso",
        "Un paso que ni espera ni habla en la llamada: http.request, messaging.send, stores.route.",
      ),
    }),
    version: Type.Integer({
      default: 1,
      minimum: 1,
      title: "Version",
      "x-group": "advanced",
      ...es("Versión"),
    }),
    name: Type.String({
      pattern: "^[a-z][a-z0-9_]{0,63}$",
      title: "Name",
      description: "As the model knows it: consultar_clima.",
      ...es("Nombre", "Como lo conoce el modelo: consultar_clima."),
    }),
    description: Type.String({
      minLength: 1,
      maxLength: 500,
      title: "When to use it",
      ...es("Cuándo usarlo"),
    }),
    params: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      title: "Decided by you",
      description: "Parameters of the step. Values of the model are {{ args.name }}.",
      "x-widget": "json",
      "x-template": false,
      ...es("Lo que decide usted", "Parámetros del paso. Los valores del modelo son {{ args.nombre }}."),
    }),
    arguments: Type.Array(Field, {
      default: [],
      maxItems: 20,
      title: "What the model finds out",
      ...es("Lo que averigua el modelo"),
    }),
    open: Type.Array(Type.String({ minLength: 1, maxLength: 64, title: "Parameter", ...es("Parámetro") }), {
      default: [],
      maxItems: 20,
      uniqueItems: true,
      title: "Left to the model",
      description: "Parameters of the step it fills in as they are. Never where something goes.",
      ...es("Se deja al modelo", "Parámetros del paso que rellena tal cual. Nunca a dónde va algo."),
    }),
    confirm: Type.Boolean({
      default: true,
      title: "Ask before",
      description:
        "The values are read back, and it runs only after a yes. Always so for what cannot be undone.",
      ...es(
        "Preguntar antes",
        "Se repiten los datos y solo se hace tras un sí. Siempre así en lo que no se puede deshacer.",
      ),
    }),
  },
  { additionalProperties: false },
);

export const exitParam = (reserved: string) =>
  Type.Object(
    {
      port: portName(reserved),
      when: Type.String({
        minLength: 1,
        maxLength: 300,
        title: "When",
        description: "Told to the model: the table is booked.",
        ...es("Cuándo", "Se le dice al modelo: la mesa quedó reservada."),
      }),
    },
    { additionalProperties: false },
  );
