import { defineNode, fork, Type } from "../../../engine/plugin-api.ts";

export default defineNode({
  type: "core.parallel",
  version: 1,
  title: { en: "At the same time", es: "A la vez" },
  help: {
    en: "Starts several branches that run side by side, each with its own copy of the data. They come together again in a “Join”; nobody on the line can be spoken to in a branch.",
    es: "Inicia varias ramas que avanzan a la vez, cada una con su propia copia de los datos. Vuelven a juntarse en un «Unir»; en una rama no se puede hablar con quien está al teléfono.",
  },
  family: "logic",
  icon: "arrows-split-2",
  params: Type.Object(
    {
      branches: Type.Array(
        Type.String({
          pattern: "^(?!error$)[a-z][a-z0-9_]{0,63}$",
          title: "Branch",
          "x-es": { title: "Rama" },
        }),
        {
          minItems: 1,
          maxItems: 50,
          uniqueItems: true,
          title: "Branches",
          description: "Short names: lower case letters, digits and _. Each is a way out.",
          "x-es": {
            title: "Ramas",
            description: "Nombres cortos: minúsculas, cifras y _. Cada uno es una salida.",
          },
        },
      ),
    },
    { additionalProperties: false },
  ),
  outputs: {
    "*": Type.Object({
      branches: Type.Array(Type.String(), { title: "Branches", "x-es": { title: "Ramas" } }),
    }),
  },
  ports: [{ each: "branches" }],
  effect: "none",
  example: {
    title: { en: "Tell the guest and the store at once", es: "Avisar al cliente y a la tienda a la vez" },
    params: { branches: ["guest", "store"] },
  },
  run: function parallel(_ctx, params) {
    return fork(params.branches);
  },
});
