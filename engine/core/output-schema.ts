import { fieldOf, isRecord } from "./plain-data.ts";

/**
 * Whether a value of this schema may have something at `path`. Only a schema that names its properties can say no; what
 * Liquid adds to every list and object (`size`, `first`, `last`) is always there.
 */
export function gives(schema: unknown, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined || !isRecord(schema)) return true;
  const branches = branchesOf(schema);
  if (branches.length > 0) return branches.some((branch) => gives(branch, path));
  if (LIQUID_NAMES.has(name)) return true;
  if (isRecord(schema.items) && /^-?\d+$/.test(name)) return gives(schema.items, rest);
  const property = fieldOf(schema.properties, name);
  if (property !== undefined) return gives(property, rest);
  return isOpen(schema);
}

/** The names a schema gives at its top. */
export function givenNames(schema: unknown): string[] {
  const own = isRecord(schema) && isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  return isRecord(schema) ? [...own, ...branchesOf(schema).flatMap(givenNames)] : own;
}

const LIQUID_NAMES: ReadonlySet<string> = new Set(["size", "first", "last"]);

function branchesOf(schema: Readonly<Record<string, unknown>>): readonly unknown[] {
  return ["anyOf", "oneOf", "allOf"].flatMap((keyword) => {
    const branches = schema[keyword];
    return Array.isArray(branches) ? branches : [];
  });
}

/** True when it may hold more than it names: any value, a map, a list of unknown things, or a reference. */
function isOpen(schema: Readonly<Record<string, unknown>>): boolean {
  const { type, properties, additionalProperties, patternProperties, $ref } = schema;
  if ($ref !== undefined || patternProperties !== undefined) return true;
  if (additionalProperties !== undefined && additionalProperties !== false) return true;
  return type === undefined || (type === "object" && properties === undefined);
}
