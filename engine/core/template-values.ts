import type { VariableType } from "./template-content.ts";

export interface DeclaredVariable {
  readonly name: string;
  readonly type: VariableType;
}

export interface ValueFaults {
  /** No value, or an empty one: WhatsApp refuses it, and an SMS would read "Hola ,". */
  readonly missing: readonly string[];
  /** Values no version of the template has a place for. */
  readonly extra: readonly string[];
  readonly wrong: readonly { readonly name: string; readonly expected: VariableType }[];
}

type Values = Readonly<Record<string, string | number>>;

/**
 * What is wrong with the values for a template; null when nothing is. `allowed` are the names of all its versions: a
 * shop's own may say less than its group's, and both are sent by the same step.
 */
export function valueFaults(
  variables: readonly DeclaredVariable[],
  allowed: ReadonlySet<string>,
  values: Values,
): ValueFaults | null {
  const missing = variables.filter(({ name }) => isEmpty(values[name])).map(({ name }) => name);
  const extra = Object.keys(values).filter((name) => !allowed.has(name));
  const wrong = variables
    .filter(({ name, type }) => !isEmpty(values[name]) && !FITS[type](String(values[name])))
    .map(({ name, type }) => ({ name, expected: type }));
  return missing.length + extra.length + wrong.length === 0 ? null : { missing, extra, wrong };
}

function isEmpty(value: string | number | undefined): boolean {
  return value === undefined || String(value).trim() === "";
}

const FITS: Readonly<Record<VariableType, (text: string) => boolean>> = {
  text: () => true,
  number: (text) => /^[+-]?\d+([.,]\d+)*$/.test(text.trim()),
  date: (text) => /^\d{4}-\d{2}-\d{2}/.test(text.trim()) && !Number.isNaN(Date.parse(text.trim())),
  url: (text) => /^https?:\/\/\S+$/.test(text.trim()),
};

/** The faults in one sentence. */
export function sayFaults({ missing, extra, wrong }: ValueFaults): string {
  const parts = [
    ...(missing.length > 0 ? [`no value for ${missing.join(", ")}`] : []),
    ...(extra.length > 0 ? [`no place for ${extra.join(", ")}`] : []),
    ...wrong.map(({ name, expected }) => `no ${expected} in ${name}`),
  ];
  return parts.join("; ");
}
