/**
 * [R9] Where a schema says `"x-secret": true`, whoever reads the record sees a mark instead of the value. The run's state keeps
 * the value: later steps need it.
 */
import type { Graph } from "../core/graph.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { pointerSegments } from "../core/json-pointer.ts";
import { fieldOf, isRecord, type PlainRecord } from "../core/plain-data.ts";
import type { RunState, StepEvent } from "../core/run.ts";
import type { Registry } from "../registry.ts";

/** What stands where a secret was. */
export const REDACTED = { $redacted: true } as const;

type Redact = (value: Json) => Json;

/** A step's event as others may see it. */
export function redactEvent(registry: Registry, graph: Graph, event: StepEvent): StepEvent {
  const { nodeId, port, output } = event;
  const node = graph.node(nodeId);
  const schemas = node && registry.node(node.type, node.version)?.outputs;
  if (!output || !schemas || port === undefined) return event;
  const seen = redact(schemas[port] ?? schemas["*"], output);
  return seen === output ? event : { ...event, output: seen };
}

/** What the trigger gave, as others may see it: by the trigger's schema and, of an API call, by the flow's own. */
export function redactTrigger(
  registry: Registry,
  graph: Graph | null,
  type: string,
  trigger: JsonObject,
): JsonObject {
  const declared = redact(registry.trigger(type)?.gives, trigger);
  const schema = graph?.flow.nodes.find((node) => node.type === type)?.data.params.input;
  const { input } = declared;
  if (!isRecord(schema) || !isRecord(input)) return declared;
  return { ...declared, input: redact(schema, input as JsonObject) };
}

/** A run's output, as others may see it: that of the step it ended with, whichever port that left by. */
export function redactOutcome(registry: Registry, graph: Graph | null, state: RunState): JsonObject {
  const output = state.outcome?.output ?? {};
  const node = state.cursor && graph?.node(state.cursor.nodeId);
  const schemas = node ? Object.values(registry.node(node.type, node.version)?.outputs ?? {}) : [];
  return schemas.reduce<JsonObject>((seen, schema) => redact(schema, seen), output);
}

const compiled = new WeakMap<object, { readonly redact: Redact | null }>();

/** `value` with every secret of the schema replaced by the mark; `value` itself where there is none. */
export function redact(schema: object | undefined, value: JsonObject): JsonObject {
  if (!schema) return value;
  const known = compiled.get(schema) ?? { redact: compile(schema, schema, new Map()) };
  compiled.set(schema, known);
  return known.redact ? (known.redact(value) as JsonObject) : value;
}

type References = Map<string, Redact | null>;

/** Null where the schema names no secret, which is almost always. */
function compile(schema: unknown, root: object, references: References): Redact | null {
  if (!isRecord(schema)) return null;
  if (schema["x-secret"] === true) return (value) => (value === null ? null : REDACTED);
  const alternatives = ["anyOf", "oneOf", "allOf"].flatMap((name) => listOf(schema[name]));
  return inTurn([
    byReference(schema.$ref, root, references),
    inObject(schema, root, references),
    inList(schema, root, references),
    ...alternatives.map((part) => compile(part, root, references)),
  ]);
}

function inTurn(all: readonly (Redact | null)[]): Redact | null {
  const parts = all.filter((part) => part !== null);
  if (parts.length === 0) return null;
  return (value) => parts.reduce((seen, part) => part(seen), value);
}

/** `#/$defs/card`. A schema that contains itself is followed as deep as the value goes. */
function byReference(ref: unknown, root: object, references: References): Redact | null {
  if (typeof ref !== "string" || !ref.startsWith("#")) return null;
  if (!references.has(ref)) {
    references.set(ref, (value) => references.get(ref)?.(value) ?? value);
    const target = pointerSegments(ref.slice(1)).reduce<unknown>(fieldOf, root);
    references.set(ref, compile(target, root, references));
  }
  return references.get(ref) ?? null;
}

function inObject(schema: PlainRecord, root: object, references: References): Redact | null {
  const named = compileNamed(schema.properties, root, references);
  // Patterns are a tenant's and are not run here: a name that is not declared is taken to fit them all.
  const patterns = compileNamed(schema.patternProperties, root, references).values();
  const others = inTurn([...patterns, compile(schema.additionalProperties, root, references)]);
  if (named.size === 0 && !others) return null;
  const redactorOf = (name: string): Redact | null =>
    named.get(name) ?? (fieldOf(schema.properties, name) === undefined ? others : null);
  return (value) => {
    if (!isRecord(value)) return value;
    const entries = Object.entries(value as JsonObject);
    return Object.fromEntries(entries.map(([name, entry]) => [name, redactorOf(name)?.(entry) ?? entry]));
  };
}

function compileNamed(schemas: unknown, root: object, references: References): Map<string, Redact> {
  const named = new Map<string, Redact>();
  for (const [name, schema] of Object.entries(isRecord(schemas) ? schemas : {})) {
    const part = compile(schema, root, references);
    if (part) named.set(name, part);
  }
  return named;
}

function inList(schema: PlainRecord, root: object, references: References): Redact | null {
  const first = listOf(schema.prefixItems).map((part) => compile(part, root, references));
  const rest = compile(schema.items, root, references);
  if (!rest && first.every((part) => part === null)) return null;
  return (value) => {
    if (!Array.isArray(value)) return value;
    const items: readonly Json[] = value;
    return items.map((item, index) => (index < first.length ? first[index] : rest)?.(item) ?? item);
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
