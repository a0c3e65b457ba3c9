import { defineNode, type Json, next, Type } from "../../../engine/plugin-api.ts";
import { ItemKey, TableName } from "../table-params.ts";

const version = Type.Integer({
  title: "Version",
  description: "Counts the writes.",
  "x-es": { title: "Versión", description: "Cuenta las escrituras." },
});

export default defineNode({
  type: "data.get",
  version: 1,
  title: { en: "Read a value", es: "Leer un dato" },
  help: {
    en: "Reads what was kept under a key of a table, by this or any other flow. What has expired is missing.",
    es: "Lee lo guardado con una clave en una tabla, por este o por otro flujo. Lo caducado ya no está.",
  },
  family: "data",
  icon: "database-search",
  params: Type.Object({ table: TableName, key: ItemKey }, { additionalProperties: false }),
  outputs: {
    found: Type.Object({
      value: Type.Unsafe<Json>({ title: "Value", "x-es": { title: "Valor" } }),
      version,
      expiresAt: Type.Union([Type.String(), Type.Null()], {
        title: "Expires",
        description: "ISO 8601 in UTC; empty: never.",
        "x-es": { title: "Caduca", description: "ISO 8601 en UTC; vacío: nunca." },
      }),
    }),
    missing: Type.Object({}),
  },
  ports: ["found", "missing"],
  effect: "none",
  example: {
    title: { en: "How often has this person called?", es: "¿Cuántas veces ha llamado esta persona?" },
    params: { table: "calls", key: "{{ contact.phone }}" },
  },
  run: async function getItem(ctx, { table, key }) {
    const item = await ctx.tables.get(table, key);
    return item === null ? next("missing", {}) : next("found", { ...item });
  },
});
