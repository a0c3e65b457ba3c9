interface Gap {
  readonly name: string;
  readonly example: string;
}

const GAP = /\{\{-?\s*([a-z][\w.]*)[^}]*\}\}/gi;

/** A text with its gaps filled by the examples; a gap without one stays as it is written. */
export function filled(text: string, gaps: readonly Gap[]): string {
  const examples = new Map(gaps.map(({ name, example }) => [name, example]));
  return text.replaceAll(GAP, (gap, name: string) => examples.get(name) || gap);
}

/** The gaps of a text, with the examples they had. */
export function gapsIn<T extends Gap>(text: string, before: readonly T[]): readonly (T | Gap)[] {
  const names = new Set([...text.matchAll(GAP)].map((match) => match[1] ?? ""));
  const known = new Map(before.map((gap) => [gap.name, gap]));
  return [...names].map((name) => known.get(name) ?? { name, example: "" });
}
