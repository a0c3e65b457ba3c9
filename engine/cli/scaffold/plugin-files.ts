import path from "node:path";
import { houseFrom, type Place } from "./place.ts";

/** The files of a new plugin, by path. */
export function pluginFiles(place: Place): Readonly<Record<string, string>> {
  const { folder, tests } = place;
  return {
    [path.join(folder, "plugin.ts")]: definition(place),
    [path.join(folder, "README.md")]: readme(place),
    [path.join(tests, "plugin.test.ts")]: contract(place),
    ...(place.isHouse ? {} : { [path.join(folder, "package.json")]: manifest(place) }),
  };
}

function definition(place: Place): string {
  const title = titleOf(place.id);
  return `import { definePlugin } from "${place.door("plugin-api", 2)}";

export default definePlugin({
  id: "${place.id}",
  title: { en: "${title}", es: "${title}" },
  nodes: [],
});
`;
}

function contract(place: Place): string {
  return `import { describe, test } from "vitest";
import { contractTests } from "${place.door("plugin-testing", 3)}";
import plugin from "${place.fromTest("plugin.ts")}";

describe("the plugin keeps the contract", () => {
  test.each(contractTests(plugin))("$name", ({ run }) => run());
});
`;
}

function readme({ id, isHouse }: Place): string {
  const start = isHouse ? "" : "\n```sh\nPLUGINS=<this folder> npm start\n```\n";
  return `# ${id}
${start}
| node | does | ports |
| ---- | ---- | ----- |
`;
}

function manifest({ id, folder }: Place): string {
  const contents = {
    name: `centralita-plugin-${id}`,
    version: "0.1.0",
    private: true,
    type: "module",
    centralita: { plugin: "plugin.ts" },
    scripts: { test: "vitest run" },
    devDependencies: { centralita: `file:${houseFrom(folder)}`, vitest: "5.1.1" },
  };
  return `${JSON.stringify(contents, null, 2)}\n`;
}

/** "gift-cards" is "Gift cards". */
export function titleOf(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
