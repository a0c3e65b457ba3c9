import type { SchemaFault } from "./check-tools.ts";
import { isWithin, pointerOf, pointerSegments } from "./json-pointer.ts";
import { fieldOf, isRecord } from "./plain-data.ts";

/**
 * The faults a person can act on. A validator tells for a union how the value fails each of its branches; here a closed
 * choice becomes one "must be one of …", and any other union the fault of the branch that got furthest. Faults at a value
 * that is only known once its template is rendered (`templated`, JSON pointers) are left out, and with them those of the
 * union around it.
 */
export function tidyFaults(
  schema: object,
  faults: readonly SchemaFault[],
  templated: ReadonlySet<string> = new Set(),
): SchemaFault[] {
  const alone: SchemaFault[] = [];
  const unions = new Map<string, SchemaFault[]>();
  for (const fault of faults) {
    const union = unionAround(schema, fault.path);
    const inside = union === null ? undefined : unions.get(union);
    if (inside) inside.push(fault);
    else if (union !== null) unions.set(union, [fault]);
    else if (!templated.has(fault.path)) alone.push(fault);
  }
  const told = [...unions].flatMap(([path, inside]) => {
    return inside.some((fault) => templated.has(fault.path)) ? [] : [faultOfUnion(schema, path, inside)];
  });
  return unique([...alone, ...told]);
}

function faultOfUnion(schema: object, path: string, faults: readonly SchemaFault[]): SchemaFault {
  const choice = choicesOf(schemaAt(schema, pointerSegments(path)));
  if (choice)
    return { path, message: `must be one of ${choice.map((value) => JSON.stringify(value)).join(", ")}` };
  const depth = Math.max(...faults.map((fault) => pointerSegments(fault.path).length));
  const deepest = faults.filter((fault) => pointerSegments(fault.path).length === depth);
  const at = deepest[0]?.path ?? path;
  const messages = new Set(deepest.filter((fault) => isWithin(fault.path, at)).map((fault) => fault.message));
  return { path: at, message: [...messages].join("; ") };
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
  return branches?.every((branch) => isRecord(branch) && "const" in branch)
    ? branches.map((branch) => fieldOf(branch, "const"))
    : null;
}

/** The schema of the value at a path, as far as it is the same for all values. */
function schemaAt(schema: unknown, segments: readonly string[]): unknown {
  return segments.reduce<unknown>((part, segment) => {
    const property = fieldOf(fieldOf(part, "properties"), segment);
    return property ?? itemSchema(part, segment) ?? mapSchema(part, segment);
  }, schema);
}

function itemSchema(part: unknown, segment: string): unknown {
  return /^\d+$/.test(segment)
    ? (fieldOf(fieldOf(part, "prefixItems"), segment) ?? fieldOf(part, "items"))
    : undefined;
}

function mapSchema(part: unknown, segment: string): unknown {
  const patterns = fieldOf(part, "patternProperties");
  const fitting = isRecord(patterns)
    ? Object.keys(patterns).find((pattern) => new RegExp(pattern).test(segment))
    : undefined;
  return fitting === undefined ? fieldOf(part, "additionalProperties") : fieldOf(patterns, fitting);
}

function unique(faults: readonly SchemaFault[]): SchemaFault[] {
  const byText = new Map(faults.map((fault) => [`${fault.path} ${fault.message}`, fault]));
  return [...byText.values()];
}
