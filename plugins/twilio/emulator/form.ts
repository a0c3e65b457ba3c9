/** Decoded form or query parameters; a repeated name gives a list. */
export type Form = Readonly<Record<string, string | readonly string[]>>;

/** Reads `a=1&b=2`, with `+` or `%20` for a space; empty values are kept. */
export function parseForm(text: string): Form {
  const values = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(values);
}

/** Writes what `parseForm` reads; lists repeat the name. */
export function encodeForm(form: Form): string {
  const pairs = Object.entries(form).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as [string, string]),
  );
  return new URLSearchParams(pairs).toString();
}

/** The value of a parameter, its first where it is repeated, undefined where it is missing or empty. */
export function formText(form: Form, name: string): string | undefined {
  return formList(form, name)[0] || undefined;
}

/** All values of a parameter. */
export function formList(form: Form, name: string): readonly string[] {
  return [form[name] ?? []].flat();
}
