import { Type } from "../../engine/plugin-api.ts";
import { es } from "./spanish.ts";

/** One entry of a list of names with values, as an app or a payment connector is given. */
export const NamedValue = Type.Object(
  {
    name: Type.String({ minLength: 1, title: "Name", ...es("Nombre") }),
    value: Type.String({ title: "Value", ...es("Valor") }),
  },
  { additionalProperties: false },
);
