import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const EDITOR = path.join(import.meta.dirname, "..", "..", "editor");
const CLASS = /\.([a-z][\w-]*)(?=[^;{}]*\{)/gi;
const FOREIGN = /^(react-flow|mantine-|cm-)/;

test("a class is styled by one room alone: style sheets stay on the page when the room is left", () => {
  const rooms = new Map<string, Set<string>>();
  for (const file of readdirSync(EDITOR, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".css") || file.startsWith("dist")) continue;
    const sheet = readFileSync(path.join(EDITOR, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "");
    for (const [, name = ""] of sheet.matchAll(CLASS)) {
      if (!FOREIGN.test(name)) rooms.set(name, (rooms.get(name) ?? new Set()).add(path.dirname(file)));
    }
  }
  const torn = [...rooms].filter(([, where]) => where.size > 1);
  expect(torn.map(([name, where]) => `.${name}: ${[...where].join(", ")}`)).toEqual([]);
});
