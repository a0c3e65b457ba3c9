import { fieldOf, isRecord } from "../../../engine/core/plain-data.ts";

export interface Pair {
  readonly name: string;
  readonly value: unknown;
}

/** Pairs are kept as an object of names, or as a list of `{ name, value }` where their order counts. */
export type PairsForm = "object" | "list";

export function pairsFormOf(schema: object, value: unknown): PairsForm {
  if (Array.isArray(value)) return "list";
  if (isRecord(value)) return "object";
  if (fieldOf(schema, "type") === "array") return "list";
  const branches = fieldOf(schema, "anyOf");
  return Array.isArray(branches) && fieldOf(branches[0], "type") === "array" ? "list" : "object";
}

export function pairsOf(value: unknown): readonly Pair[] {
  if (Array.isArray(value)) {
    return value.map((entry: unknown) => ({
      name: String(fieldOf(entry, "name") ?? ""),
      value: fieldOf(entry, "value"),
    }));
  }
  return isRecord(value) ? Object.entries(value).map(([name, part]) => ({ name, value: part })) : [];
}

/** In the form it had; what a list's entries hold besides stays. Undefined for no pairs. */
export function pairsValue(pairs: readonly Pair[], form: PairsForm, before: unknown): unknown {
  if (pairs.length === 0) return undefined;
  if (form === "object") return Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
  const old = Array.isArray(before) ? before : [];
  return pairs.map(({ name, value }, index) => {
    const entry: unknown = old[index];
    return isRecord(entry) && old.length === pairs.length ? { ...entry, name, value } : { name, value };
  });
}

/** A name no other pair has. */
export function freshPairName(pairs: readonly Pair[], stem: string): string {
  const names = new Set(pairs.map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}_${number}`;
    if (!names.has(name)) return name;
  }
}
