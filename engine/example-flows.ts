import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ExampleFlow } from "./core/example-flow.ts";
import { FlowSchema } from "./core/flow.ts";
import type { Validator } from "./validator.ts";

const FOLDER = path.join(import.meta.dirname, "..", "flows");

/** The flows that come with the program, by key. @throws TypeError naming what is no flow */
export function readExampleFlows(validator: Validator, folder = FOLDER): readonly ExampleFlow[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
    .map((name) => readExample(validator, path.join(folder, name)));
}

function readExample(validator: Validator, folder: string): ExampleFlow {
  const flow: unknown = JSON.parse(readFileSync(path.join(folder, "flow.json"), "utf8"));
  const [fault] = validator.violations(FlowSchema, flow);
  if (fault) throw new TypeError(`${folder}/flow.json: ${fault.path} ${fault.message}`);
  const page = readFileSync(path.join(folder, "README.md"), "utf8");
  return { flow: flow as ExampleFlow["flow"], text: textOf(page) };
}

/** Below its title a page says in Spanish what the flow does, then, in a line of italics, the same in English. */
function textOf(page: string): ExampleFlow["text"] {
  const paragraphs = page
    .split(/\n\s*\n/)
    .slice(1)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, " ").trim());
  const es = plain(paragraphs[0] ?? "");
  const english = paragraphs.find((paragraph) => /^_.+_$/.test(paragraph));
  return { es, en: english ? plain(english.slice(1, -1)) : es };
}

/** Without the marks of Markdown. */
function plain(text: string): string {
  return text.replaceAll(/\*\*|`/g, "").replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1");
}
