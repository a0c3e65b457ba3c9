import { Type } from "../../engine/plugin-api.ts";

/** The place of a value in the tenant's key-value tables. */
export const TableName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: "^[a-z][a-z0-9_-]*$",
  title: "Table",
  description: "Lower-case letters, digits, _ and -; a table is there as soon as something is in it.",
  "x-es": {
    title: "Tabla",
    description: "Minúsculas, cifras, _ y -; una tabla existe en cuanto contiene algo.",
  },
});

export const ItemKey = Type.String({
  minLength: 1,
  maxLength: 256,
  title: "Key",
  description: "Such as {{ contact.phone }}.",
  "x-es": { title: "Clave", description: "Por ejemplo {{ contact.phone }}." },
});
