import { Type } from "../../../engine/plugin-api.ts";
import { portName } from "../params.ts";
import { es } from "../spanish.ts";

export const flowToolParam = Type.Object(
  {
    flow: Type.String({
      minLength: 1,
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
