import { analyzeWith, closedLiquid } from "../../engine/closed-liquid.ts";
import { assignedVariables } from "../../engine/core/assigned-variables.ts";
import { CALLBACK_NODE } from "../../engine/core/callback.ts";
import { TEMPLATE_ROOTS } from "../../engine/core/check-references.ts";
import { type Flow, SLUG } from "../../engine/core/flow.ts";
import { pointerSegments } from "../../engine/core/json-pointer.ts";
import { givenNames, gives } from "../../engine/core/output-schema.ts";
import { valueAt, withValueAt } from "./at-path.ts";
import { setVariables } from "./edit-document.ts";
import type { Broken, Fix, FixMaker } from "./fix-maker.ts";
import { nearestWord } from "./nearest-word.ts";
import { replacePath } from "./step-references.ts";

export const rootUnknown: FixMaker = (broken) =>
  corrections(broken, ([root = "", ...rest]) => {
    const meant = nearestWord(root, TEMPLATE_ROOTS);
    return meant === undefined ? [] : [[meant, ...rest]];
  });

export const stepUnknown: FixMaker = (broken) =>
  corrections(broken, ([root = "", step = "", ...rest]) => {
    const ids = broken.flow.nodes.filter((node) => !isTrigger(broken, node)).map(({ id }) => id);
    const meant = nearestWord(step, ids);
    const isStart = broken.flow.nodes.some((node) => node.id === step && isTrigger(broken, node));
    // Whoever names the trigger as a step means what it gives.
    if (isStart) return [["trigger", ...rest]];
    return meant === undefined ? [] : [[root, meant, ...rest]];
  });

/** What comes later cannot be read; the same field of the trigger or an earlier step may be what was meant. */
export const stepLater: FixMaker = (broken) =>
  corrections(broken, ([, , ...rest]) => {
    const triggers = outputsOf(broken, (node) => isTrigger(broken, node));
    const offered = rest.length > 0 && triggers.some((schema) => hasOwn(schema, rest));
    return offered ? [["trigger", ...rest]] : [];
  });

/** Says what stands there when the step was passed over. */
export const stepSkipped: FixMaker = (broken) =>
  referencesIn(broken).map((reference) => ({
    label: { en: "Leave it empty when the step was skipped", es: "Dejarlo vacío si el paso se saltó" },
    apply: (flow) => rewrite(flow, broken, (source) => withDefault(source, reference.join("."))),
  }));

export const outputUnknown: FixMaker = (broken) =>
  corrections(broken, ([root = "", step = "", name = "", ...rest]) => {
    const outputs = outputsOf(broken, ({ id }) => id === step).flatMap(givenNames);
    const meant = nearestWord(name, outputs) ?? only(outputs);
    return meant === undefined ? [] : [[root, step, meant, ...rest]];
  });

export const triggerUnknown: FixMaker = (broken) =>
  corrections(broken, ([root = "", ...path]) => {
    const schemas = outputsOf(broken, (node) => isTrigger(broken, node));
    return nearestPaths(schemas, path).map((found) => [root, ...found]);
  });

export const variableUndeclared: FixMaker = (broken) => {
  const renames = corrections(broken, ([root = "", key = "", ...rest]) => {
    const meant = nearestWord(key, [...assignedVariables(broken.flow)]);
    return meant === undefined ? [] : [[root, meant, ...rest]];
  });
  const keys = new Set(referencesIn(broken).map(([, key = ""]) => key));
  const declarations = [...keys]
    .filter((key) => new RegExp(SLUG).test(key))
    .map((key) => ({
      label: { en: `Declare the variable “${key}”`, es: `Declarar la variable «${key}»` },
      apply: (flow: Flow) => setVariables(flow, [...(flow.variables ?? []), { key }]),
    }));
  return [...renames, ...declarations];
};

export const callbackUnknown: FixMaker = (broken) =>
  corrections(broken, ([root = "", id = "", ...rest]) => {
    const ids = broken.flow.nodes.filter(({ type }) => type === CALLBACK_NODE).map((node) => node.id);
    const meant = nearestWord(id, ids) ?? only(ids);
    return meant === undefined ? [] : [[root, meant, ...rest]];
  });

type Path = readonly string[];

/** A reference by another one, wherever the parameter uses it. */
function corrections(broken: Broken, correct: (path: Path) => readonly Path[]): Fix[] {
  return referencesIn(broken).flatMap((path) =>
    correct(path).map((corrected) => {
      const [from, to] = [path.join("."), corrected.join(".")];
      return {
        label: { en: `Write “${to}”`, es: `Escribir «${to}»` },
        apply: (flow: Flow) => rewrite(flow, broken, (source) => replacePath(source, from, to)),
      };
    }),
  );
}

/** The references of the parameter that this problem is about: it quotes the one it means. */
function referencesIn({ problem, flow }: Broken): readonly Path[] {
  const source = valueAt(flow, pointerSegments(problem.path));
  const analysis = typeof source === "string" ? analyzeWith(closedLiquid(), source) : null;
  if (!analysis?.ok) return [];
  const paths = new Map(analysis.paths.map((path) => [path.join("."), path]));
  return [...paths].filter(([text]) => problem.message.includes(`{{ ${text} }}`)).map(([, path]) => path);
}

function rewrite(flow: Flow, { problem }: Broken, change: (source: string) => string): Flow {
  const path = pointerSegments(problem.path);
  const source = valueAt(flow, path);
  return typeof source === "string" ? withValueAt(flow, path, change(source)) : flow;
}

function withDefault(source: string, reference: string): string {
  const escaped = reference.replaceAll(".", "\\.");
  return source.replaceAll(
    new RegExp(`\\{\\{(-?\\s*${escaped})\\s*(-?\\}\\})`, "g"),
    '{{$1 | default: "" $2',
  );
}

function isTrigger({ catalogue }: Broken, node: Flow["nodes"][number]): boolean {
  return catalogue.get(node.type, node.version)?.kind === "trigger";
}

function outputsOf({ flow, catalogue }: Broken, which: (node: Flow["nodes"][number]) => boolean): object[] {
  return flow.nodes
    .filter(which)
    .flatMap(({ type, version }) => Object.values(catalogue.get(type, version)?.outputs ?? {}));
}

/** The first part that is not given by the nearest that is; or the whole path one level down: `from` → `call.from`. */
function nearestPaths(schemas: readonly object[], path: Path): readonly Path[] {
  const [name = "", ...rest] = path;
  const names = schemas.flatMap(givenNames);
  const meant = nearestWord(name, names);
  const direct = meant === undefined || meant === name ? [] : [[meant, ...rest]];
  const deeper = names
    .map((outer) => [outer, ...path])
    .filter((found) => schemas.some((schema) => hasOwn(schema, found)));
  const inner = names.includes(name) ? innerCorrections(schemas, path) : [];
  return [...direct, ...inner, ...deeper].filter((found) => schemas.some((schema) => gives(schema, found)));
}

function innerCorrections(
  schemas: readonly object[],
  [outer = "", name = "", ...rest]: Path,
): readonly Path[] {
  const below = schemas.flatMap((schema) => {
    const part = valueAt(schema, ["properties", outer]);
    return typeof part === "object" && part !== null ? givenNames(part) : [];
  });
  const meant = nearestWord(name, below);
  return meant === undefined ? [] : [[outer, meant, ...rest]];
}

/** Named by the schema, not only allowed by it. */
function hasOwn(schema: unknown, path: Path): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  const part = valueAt(schema, ["properties", name]);
  return part !== undefined && hasOwn(part, rest);
}

function only(names: readonly string[]): string | undefined {
  const different = [...new Set(names)];
  return different.length === 1 ? different[0] : undefined;
}
