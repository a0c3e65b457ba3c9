import { Type } from "../../engine/plugin-api.ts";

/** Whom a node is about. */
export const personParam = Type.Optional(
  Type.String({
    title: "Person",
    description:
      "Phone number with country code, or WhatsApp's id of somebody who hides it; empty: the contact of this flow.",
    "x-widget": "phone",
    "x-order": 1,
    "x-es": {
      title: "Persona",
      description:
        "Teléfono con código de país, o el id de WhatsApp de quien lo oculta; vacío: el contacto de este flujo.",
    },
  }),
);
