import { partSchema } from "../../../engine/core/part-schema.ts";
import { fieldOf, isRecord } from "../../../engine/core/plain-data.ts";
import { isRequired, type Path } from "./read-schema.ts";

/**
 * A copy of `value` with the part at `path` set; undefined takes it away. An object left empty goes with its last part
 * unless its parent requires it: a header nobody wrote is no header.
 *
 *   withPart(schema, { to: "…", template: { key: "hola" } }, ["template", "key"], undefined)  →  { to: "…" }
 */
export function withPart(schema: unknown, value: unknown, path: Path, part: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return part;
  if (Array.isArray(value)) return withItem({ schema, list: value, index: Number(name), rest, part });
  const key = String(name);
  const inner = withPart(partSchema(schema, key), fieldOf(value, key), rest, part);
  const { [key]: _old, ...others } = isRecord(value) ? value : {};
  const goes = inner === undefined || (rest.length > 0 && isEmpty(inner) && !requires(schema, key));
  if (goes) return others;
  // Known names keep their place, so that a document does not change more than what was changed.
  return isRecord(value) && Object.hasOwn(value, key)
    ? { ...value, [key]: inner }
    : { ...others, [key]: inner };
}

export function partAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, name) => fieldOf(part, String(name)), value);
}

interface ItemEdit {
  readonly schema: unknown;
  readonly list: readonly unknown[];
  readonly index: number;
  readonly rest: Path;
  readonly part: unknown;
}

function withItem({ schema, list, index, rest, part }: ItemEdit): unknown {
  if (rest.length === 0 && part === undefined) return list.toSpliced(index, 1);
  return list.with(index, withPart(partSchema(schema, String(index)), list[index], rest, part));
}

function isEmpty(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}

function requires(schema: unknown, name: string): boolean {
  return isRecord(schema) && isRequired(schema, name);
}
