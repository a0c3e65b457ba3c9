/** `npm run new:plugin <id>`: a plugin of the house, or one of its own with `--into <folder>`, with a test that passes. */
import { parseArgs } from "node:util";
import { BUILT_IN_LIST, placeOf } from "./scaffold/place.ts";
import { pluginFiles } from "./scaffold/plugin-files.ts";
import { refuse, report } from "./scaffold/report.ts";
import { addToList, tidy, writeNew } from "./scaffold/write-files.ts";

const USAGE = "npm run new:plugin <id> [-- --into <folder>]   (id: one lower-case word, such as orders)";

const { values, positionals } = parseArgs({
  options: { into: { type: "string" } },
  allowPositionals: true,
});
const [id = ""] = positionals;
if (!/^[a-z][a-z0-9]*$/.test(id) || positionals.length !== 1)
  refuse(`"${positionals.join(" ")}" is no plugin id`, USAGE);

const place = placeOf(id, values.into);
const files = pluginFiles(place);
try {
  writeNew(files);
  if (place.isHouse) {
    addToList(BUILT_IN_LIST, {
      name: id,
      from: `../plugins/${id}/plugin.ts`,
      opening: "readonly PluginDefinition[] = [",
    });
    tidy([...Object.keys(files), BUILT_IN_LIST]);
  }
} catch (error) {
  refuse(error, USAGE);
}
report(Object.keys(files), place, [
  `npm run new:node ${id}.find${values.into === undefined ? "" : ` -- --into ${values.into}`}`,
]);
