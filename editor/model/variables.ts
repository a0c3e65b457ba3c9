import { CALLBACK_NODE } from "../../engine/core/callback.ts";
import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import { fieldOf, isRecord } from "../../engine/core/plain-data.ts";
import { reachableFrom, type Targets } from "../../engine/core/reach.ts";
import { type StepOrder, stepOrder } from "../../engine/core/step-order.ts";
import type { Catalogue, NodeType } from "./catalogue.ts";
import { PATH_SAMPLES, PATH_WORDS } from "./field-words.ts";
import { folded } from "./folded.ts";
import { type Field, fieldsIn, kindOf, type VariableKind } from "./output-fields.ts";
import { sampleOf } from "./sample-of.ts";
import { readable } from "./schema-words.ts";
import type { Locale } from "./words.ts";

/** Something a template may name. */
export interface Variable {
  /** `steps.menu.digits`. */
  readonly path: string;
  /** In words: `Menú › Teclas pulsadas`. */
  readonly label: string;
  readonly type: VariableKind;
  /** What it looks like; absent where nobody knows. */
  readonly sample?: unknown;
  /** It is set on every way to this node. */
  readonly certain: boolean;
  /** The node it comes from; null for what is always there. */
  readonly source: string | null;
}

/** Everything a template in this node can see, nearest first: earlier steps, the trigger, variables, then what is always there. */
export function variablesAt(flow: Flow, nodeId: string, catalogue: Catalogue, locale: Locale): Variable[] {
  const place = placeOf(flow, nodeId, catalogue, locale);
  return [
    ...stepVariables(place),
    ...triggerVariables(place),
    ...flowVariables(place),
    ...standing(place),
    ...callbacks(place),
  ];
}

/** Those that a person may mean by what is typed so far: by path, then by words. */
export function completions(variables: readonly Variable[], prefix: string): readonly Variable[] {
  const typed = folded(prefix.trim());
  const ranked = variables.map((variable) => ({ variable, rank: rankOf(variable, typed) }));
  return ranked
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ variable }) => variable);
}

function rankOf({ path, label, certain }: Variable, typed: string): number {
  const [plainPath, plainLabel] = [folded(path), folded(label)];
  const byPath = plainPath.startsWith(typed) ? 6 : plainPath.includes(`.${typed}`) ? 4 : 0;
  const byWords = plainLabel.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(typed)) ? 4 : 0;
  const anywhere = plainLabel.includes(typed) || plainPath.includes(typed) ? 2 : 0;
  const rank = Math.max(byPath, byWords, anywhere);
  return rank === 0 ? 0 : rank + Number(certain);
}

interface Place {
  readonly flow: Flow;
  readonly nodeId: string;
  readonly catalogue: Catalogue;
  readonly locale: Locale;
  readonly order: StepOrder;
  readonly after: Targets;
  /** Those a run may have begun with that comes here; all of them for a node nothing leads to yet. */
  readonly triggers: readonly { readonly node: FlowNode; readonly type: NodeType }[];
}

function placeOf(flow: Flow, nodeId: string, catalogue: Catalogue, locale: Locale): Place {
  const after = new Map(
    [...Map.groupBy(flow.edges, ({ source }) => source)].map(([id, out]) => [
      id,
      out.map(({ target }) => target),
    ]),
  );
  const triggers = flow.nodes.flatMap((node) => {
    const type = catalogue.get(node.type, node.version);
    return type?.kind === "trigger" ? [{ node, type }] : [];
  });
  const leading = triggers.filter(({ node }) => reachableFrom([node.id], after).has(nodeId));
  const starts = triggers.map(({ node }) => node.id);
  const order = stepOrder(
    flow.nodes.map(({ id }) => id),
    starts,
    after,
  );
  return { flow, nodeId, catalogue, locale, order, after, triggers: leading.length > 0 ? leading : triggers };
}

function stepVariables(place: Place): Variable[] {
  const { flow, nodeId, catalogue, order } = place;
  // Nearest first: the document's order follows the conversation.
  const steps = flow.nodes.filter((node) => order.mayRunBefore(node.id, nodeId)).toReversed();
  return steps.flatMap((node) => {
    const type = catalogue.get(node.type, node.version);
    if (!type || type.kind === "trigger") return [];
    const outputs = portsHere(place, node.id).map((port) => outputOf(type, node, port));
    const always = order.alwaysRunsBefore(node.id, nodeId);
    const fields = fieldsIn(outputs, place.locale);
    return fields.map((field) => variableOf(place, ["steps", node.id], field, { node, type, always }));
  });
}

/** The ports of a step by which a run may come here. */
function portsHere({ flow, nodeId, after }: Place, stepId: string): readonly string[] {
  return flow.edges
    .filter(({ source, target }) => source === stepId && reachableFrom([target], after).has(nodeId))
    .map(({ sourceHandle }) => sourceHandle);
}

function outputOf(type: NodeType, node: FlowNode, port: string): object {
  if (port === "error") return ERROR_OUTPUT;
  return declaredIn(type.outputs[port] ?? type.outputs["*"] ?? {}, node);
}

function triggerVariables(place: Place): Variable[] {
  const schemas = place.triggers.map(({ node, type }) => declaredIn(type.outputs.next ?? {}, node));
  const [first] = place.triggers;
  if (!first) return [];
  const alone = place.triggers.length === 1;
  return fieldsIn(schemas, place.locale).map((field) => {
    const variable = variableOf(place, ["trigger"], field, { ...first, always: true });
    return alone ? variable : { ...variable, source: null };
  });
}

/** A trigger or code step says itself what it gives: `input` by its schema of the input, `result` by that of the output. */
const DECLARED: readonly (readonly [field: string, param: string])[] = [
  ["input", "input"],
  ["result", "outputSchema"],
];

function declaredIn(schema: object, { data }: FlowNode): object {
  const properties = fieldOf(schema, "properties");
  if (!isRecord(properties)) return schema;
  const declared = DECLARED.flatMap(([field, param]) => {
    const own = data.params[param];
    return Object.hasOwn(properties, field) && isRecord(own) && isRecord(own.properties)
      ? [[field, own]]
      : [];
  });
  return declared.length === 0
    ? schema
    : { ...schema, properties: { ...properties, ...Object.fromEntries(declared) } };
}

function variableOf(
  place: Place,
  root: readonly string[],
  field: Field,
  from: { readonly node: FlowNode; readonly type: NodeType; readonly always: boolean },
): Variable {
  const path = [...root, ...field.path].join(".");
  const known = PATH_WORDS[path];
  const of = from.node.data.label ?? from.type.title[place.locale];
  return withSample(
    {
      path,
      label: known?.[place.locale] ?? `${of} › ${field.label}`,
      type: field.type,
      certain: from.always && field.required,
      source: from.node.id,
    },
    sampleOf(field.schema, field.path.at(-1)),
  );
}

function flowVariables({ flow, nodeId, order }: Place): Variable[] {
  const declared = (flow.variables ?? []).map(({ key, description, default: initial }) => {
    const label = description?.replace(/\.$/, "") || readable(key);
    const certain = initial !== undefined;
    return withSample(
      { path: `vars.${key}`, label, type: kindOfValue(initial), certain, source: null },
      initial,
    );
  });
  const known = new Set(declared.map(({ path }) => path));
  const setters = flow.nodes.filter(({ id, type }) => type === "core.set" && order.mayRunBefore(id, nodeId));
  for (const node of setters) {
    for (const [key, value] of assigned(node)) {
      const path = `vars.${key}`;
      if (known.has(path)) continue;
      known.add(path);
      const certain = order.alwaysRunsBefore(node.id, nodeId);
      const literal = typeof value === "string" && value.includes("{") ? undefined : value;
      declared.push(
        withSample(
          { path, label: readable(key), type: kindOfValue(literal), certain, source: node.id },
          literal,
        ),
      );
    }
  }
  return declared;
}

function assigned({ data }: FlowNode): (readonly [string, unknown])[] {
  const { values } = data.params;
  if (isRecord(values)) return Object.entries(values);
  if (!Array.isArray(values)) return [];
  return values.flatMap((entry: unknown) => {
    const name = fieldOf(entry, "name") ?? fieldOf(entry, "key");
    return typeof name === "string" ? [[name, fieldOf(entry, "value")] as const] : [];
  });
}

function standing({ triggers, locale }: Place): Variable[] {
  const personal = triggers.length > 0 && triggers.every(({ type }) => PERSONAL.has(type.family));
  const isCertain = (path: string): boolean =>
    /^(tenant|run)\.|^now$/.test(path) || (personal && path === "contact.phone");
  return Object.entries(PATH_WORDS)
    .filter(([path]) => !path.startsWith("trigger."))
    .map(([path, words]) =>
      withSample(
        {
          path,
          label: words[locale],
          type: path === "now" ? "date" : "text",
          certain: isCertain(path),
          source: null,
        },
        PATH_SAMPLES[path],
      ),
    );
}

function callbacks({ flow, locale }: Place): Variable[] {
  return flow.nodes
    .filter(({ type }) => type === CALLBACK_NODE)
    .map(({ id, data }) => {
      const name = data.label ?? id;
      const label = { en: `Address that answers “${name}”`, es: `Dirección que responde a «${name}»` }[
        locale
      ];
      return {
        path: `callbacks.${id}`,
        label,
        type: "text",
        sample: "https://example.com/c/abc123",
        certain: true,
        source: id,
      };
    });
}

/** A run that begins with somebody calling or writing has somebody. */
const PERSONAL: ReadonlySet<string> = new Set(["voice", "messages"]);

/** What every step gives when it leaves by `error`. */
const ERROR_OUTPUT = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: { code: { type: "string" }, message: { type: "string" } },
    },
  },
} as const;

function withSample(variable: Omit<Variable, "sample">, sample: unknown): Variable {
  return sample === undefined ? variable : { ...variable, sample };
}

function kindOfValue(value: unknown): VariableKind {
  return value === undefined ? "any" : kindOf({ type: Array.isArray(value) ? "array" : typeof value });
}
