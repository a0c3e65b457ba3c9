import type { CheckTools, SchemaFault } from "./check-tools.ts";
import { isWithin, pointerOf, pointerSegments } from "./json-pointer.ts";
import { partSchema } from "./part-schema.ts";
import { fieldOf, isRecord } from "./plain-data.ts";

/** What is checked: `templated` holds the pointers of values only known once their templates are rendered. */
export interface Checked {
  readonly schema: object;
  readonly value: unknown;
  readonly templated: ReadonlySet<string>;
}

/**
 * The faults a person can act on. A validator tells for a union how the value fails each of its branches; here a closed
 * choice becomes one "must be one of …", and any other union the faults of the branch that fits best. Values that are
 * still templates have no faults.
 */
export function schemaFaults(tools: Pick<CheckTools, "validate">, checked: Checked): SchemaFault[] {
  const { schema, value, templated } = checked;
  const alone: SchemaFault[] = [];
  const unions = new Set<string>();
  for (const fault of tools.validate(schema, value)) {
    const union = unionAround(schema, fault.path);
    if (union !== null) unions.add(union);
    else if (!templated.has(fault.path)) alone.push(fault);
  }
  return unique([...alone, ...[...unions].flatMap((path) => faultsOfUnion(tools, checked, path))]);
}

function faultsOfUnion(
  tools: Pick<CheckTools, "validate">,
  { schema, value, templated }: Checked,
  path: string,
): SchemaFault[] {
  if (templated.has(path)) return [];
  const segments = pointerSegments(path);
  const union = schemaAt(schema, segments);
  const choices = choicesOf(union);
  if (choices)
    return [
      { path, message: `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}` },
    ];
  const branches = (branchesOf(union) ?? []).filter(isRecord);
  // A branch that refers to other parts of the schema cannot be judged by itself.
  if (JSON.stringify(union).includes('"$ref"'))
    return [{ path, message: "has none of the forms that are allowed here" }];
  const part = segments.reduce<unknown>(fieldOf, value);
  const below = new Set(
    [...templated].filter((pointer) => isWithin(pointer, path)).map((pointer) => pointer.slice(path.length)),
  );
  const attempts = branches.map((branch) =>
    schemaFaults(tools, { schema: branch, value: part, templated: below }),
  );
  const best = attempts.toSorted((a, b) => misfit(a) - misfit(b))[0] ?? [];
  return best.map((fault) => ({ path: path + fault.path, message: fault.message }));
}

/** Few faults fit better than many, and faults inside better than one of the whole: that is another kind of value. */
function misfit(faults: readonly SchemaFault[]): number {
  return faults.length + (faults.some((fault) => fault.path === "") ? 1000 : 0);
}

/** Pointer of the outermost part at or above `path` whose schema is a union or a closed choice. */
function unionAround(schema: object, path: string): string | null {
  const segments = pointerSegments(path);
  for (let length = 0; length <= segments.length; length++) {
    const part = schemaAt(schema, segments.slice(0, length));
    if (part === undefined) return null;
    if (branchesOf(part) || choicesOf(part)) return pointerOf(segments.slice(0, length));
  }
  return null;
}

function branchesOf(schema: unknown): readonly unknown[] | null {
  const branches = fieldOf(schema, "anyOf") ?? fieldOf(schema, "oneOf");
  return Array.isArray(branches) ? branches : null;
}

function choicesOf(schema: unknown): readonly unknown[] | null {
  const values = fieldOf(schema, "enum");
  if (Array.isArray(values)) return values;
  const branches = branchesOf(schema);
  const constant = branches?.every((branch) => isRecord(branch) && "const" in branch);
  return constant ? (branches ?? []).map((branch) => fieldOf(branch, "const")) : null;
}

/** The schema of the value at a path, as far as it is the same for all values. */
function schemaAt(schema: unknown, segments: readonly string[]): unknown {
  return segments.reduce(partSchema, schema);
}

function unique(faults: readonly SchemaFault[]): SchemaFault[] {
  const byText = new Map(faults.map((fault) => [`${fault.path} ${fault.message}`, fault]));
  return [...byText.values()];
}
