/** `npm run new:node <plugin>.<node>`: a node and its test, listed in the plugin. */
import path from "node:path";
import { parseArgs } from "node:util";
import { nodeFiles, variableOf } from "./scaffold/node-files.ts";
import { expectFile, placeOf } from "./scaffold/place.ts";
import { refuse, report } from "./scaffold/report.ts";
import { addToList, tidy, writeNew } from "./scaffold/write-files.ts";

const USAGE =
  "npm run new:node <plugin>.<node> [-- --into <folder>]   (kebab-case, such as orders.find-order)";

const { values, positionals } = parseArgs({
  options: { into: { type: "string" } },
  allowPositionals: true,
});
const [, id = "", name = ""] = /^([a-z][a-z0-9]*)\.([a-z][a-z0-9-]*)$/.exec(positionals.join(" ")) ?? [];
if (name === "") refuse(`"${positionals.join(" ")}" is no type of a node`, USAGE);

const place = placeOf(id, values.into);
const plugin = path.join(place.folder, "plugin.ts");
const files = nodeFiles(place, name);
try {
  expectFile(plugin, "there");
  writeNew(files);
  addToList(plugin, { name: variableOf(name), from: `./nodes/${name}.ts`, opening: "nodes: [" });
  if (place.isHouse) tidy([...Object.keys(files), plugin]);
} catch (error) {
  refuse(error, USAGE);
}
report(Object.keys(files), place, []);
