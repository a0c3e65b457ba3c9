import { Type } from "../../engine/plugin-api.ts";

/** Whom a node is about. */
export const personParam = Type.Optional(
  Type.String({
    title: "Person",
    description: "Phone number with country code; empty: the contact of this flow.",
    "x-widget": "phone",
    "x-order": 1,
    "x-es": {
      title: "Persona",
      description: "Teléfono con código de país; vacío: el contacto de este flujo.",
    },
  }),
);
