import path from "node:path";
import type { Place } from "./place.ts";
import { titleOf } from "./plugin-files.ts";

/** The files of a new node, by path: its definition and a test. `name` is the part after the point of its type. */
export function nodeFiles(place: Place, name: string): Readonly<Record<string, string>> {
  return {
    [path.join(place.folder, "nodes", `${name}.ts`)]: definition(place, name),
    [path.join(place.tests, `${name}.test.ts`)]: tests(place, name),
  };
}

/** The name a file imports a node by: "find-order" is `findOrder`. */
export function variableOf(name: string): string {
  const camel = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return RESERVED.has(camel) ? `${camel}Node` : camel;
}

const RESERVED = new Set([
  "delete",
  "import",
  "export",
  "default",
  "new",
  "return",
  "switch",
  "case",
  "plugin",
]);

function definition(place: Place, name: string): string {
  const title = titleOf(name);
  return `import { defineNode, next, Type } from "${place.door("plugin-api", 3)}";

export default defineNode({
  type: "${place.id}.${name}",
  version: 1,
  title: { en: "${title}", es: "${title}" },
  help: {
    en: "Greets somebody by name. Replace it by what the node does, and when to use it.",
    es: "Saluda a alguien por su nombre. Ponga aquí lo que hace el nodo y cuándo usarlo.",
  },
  family: "data",
  icon: "puzzle",
  params: Type.Object(
    {
      name: Type.String({
        minLength: 1,
        default: "{{ contact.name }}",
        title: "Name",
        "x-es": "Nombre",
      }),
    },
    { additionalProperties: false },
  ),
  outputs: {
    next: Type.Object({
      greeting: Type.String({ title: "Greeting", "x-es": "Saludo" }),
    }),
  },
  ports: ["next"],
  // What running it twice would mean: "none", "repeatable" (a read) or "once" (ctx.once, with cost and settledBy).
  effect: "none",
  example: {
    title: { en: "The person of this run", es: "La persona de esta ejecución" },
    params: { name: "{{ contact.name }}" },
  },
  run: function ${variableOf(name)}(_ctx, { name }) {
    return next("next", { greeting: \`¡Hola, \${name}!\` });
  },
});
`;
}

function tests(place: Place, name: string): string {
  const node = variableOf(name);
  return `import { expect, test } from "vitest";
import { runNode } from "${place.door("plugin-testing", 3)}";
import ${node} from "${place.fromTest(`nodes/${name}.ts`)}";

test("it greets by name", async () => {
  const result = await runNode(${node}, { name: "Ana" });
  expect(result).toMatchObject({ kind: "next", port: "next", output: { greeting: "¡Hola, Ana!" } });
});
`;
}
