import { defineNode, type Json, next, Type } from "../../../engine/plugin-api.ts";
import { durationSchema, momentAfter } from "../duration.ts";
import { ItemKey, TableName } from "../table-params.ts";

export default defineNode({
  type: "data.put",
  version: 1,
  title: { en: "Keep a value", es: "Guardar un dato" },
  help: {
    en: "Keeps a value under a key of a table, for this and other flows: sets it, merges fields into an object, adds to a number, or puts it only where nothing is. A step that is repeated counts once.",
    es: "Guarda un valor con una clave en una tabla, para este y otros flujos: lo pone, mezcla campos en un objeto, suma a un número o lo pone solo si no hay nada. Un paso que se repite cuenta una vez.",
  },
  family: "data",
  icon: "database-edit",
  params: Type.Object(
    {
      table: TableName,
      key: ItemKey,
      mode: Type.Optional(
        Type.Enum(["set", "merge", "increment", "put-if-absent"], {
          default: "set",
          title: "How",
          description:
            "`set` replaces, `merge` replaces fields by name, `increment` adds to a number, `put-if-absent` leaves what is there.",
          "x-es": {
            title: "Cómo",
            description:
              "`set` sustituye, `merge` sustituye campos por nombre, `increment` suma a un número, `put-if-absent` respeta lo que haya.",
          },
        }),
      ),
      // Optional, because an expression that finds nothing leaves the value out.
      value: Type.Optional(
        Type.Unsafe<Json>({
          title: "Value",
          description:
            "Text, number, true or false, a list or an object; the amount for `increment`, 1 where it is empty.",
          "x-es": {
            title: "Valor",
            description:
              "Texto, número, verdadero o falso, lista u objeto; en `increment`, la cantidad, 1 si está vacío.",
          },
        }),
      ),
      ttl: Type.Optional(
        durationSchema(
          { title: "Keep for", description: "Empty: as long as it was, else for ever." },
          { title: "Conservar durante", description: "Vacío: lo que ya tenía, o para siempre." },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: {
    next: Type.Object({
      value: Type.Unsafe<Json>({
        title: "Value",
        description: "What is there now.",
        "x-es": { title: "Valor", description: "Lo que hay ahora." },
      }),
      version: Type.Integer({
        title: "Version",
        description: "Counts the writes.",
        "x-es": { title: "Versión", description: "Cuenta las escrituras." },
      }),
      created: Type.Boolean({
        title: "New",
        description: "Nothing was there before.",
        "x-es": { title: "Nuevo", description: "Antes no había nada." },
      }),
      written: Type.Boolean({
        title: "Written",
        description: "False where `put-if-absent` found something.",
        "x-es": { title: "Escrito", description: "Falso si `put-if-absent` encontró algo." },
      }),
    }),
  },
  ports: ["next"],
  effect: "repeatable",
  example: {
    title: { en: "Count this person's calls", es: "Contar las llamadas de esta persona" },
    params: { table: "calls", key: "{{ contact.phone }}", mode: "increment", value: 1 },
  },
  run: async function putItem(ctx, { table, key, mode = "set", value, ttl }) {
    const ttlMs = ttl && momentAfter(ctx.now, ctx.timezone, ttl).getTime() - ctx.now.getTime();
    const written = await ctx.tables.put(table, key, {
      mode,
      value: value ?? (mode === "increment" ? 1 : null),
      ...(ttlMs === undefined ? {} : { ttlMs }),
    });
    return next("next", { ...written });
  },
});
