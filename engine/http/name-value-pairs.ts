export type Pairs = Readonly<Record<string, string | readonly string[]>>;

/** A query or a form body as data: a repeated name gives an array, empty values stay. */
export function parsePairs(text: string): Pairs {
  const pairs = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = pairs.get(name);
    if (known === undefined) pairs.set(name, value);
    else if (typeof known === "string") pairs.set(name, [known, value]);
    else known.push(value);
  }
  return Object.fromEntries(pairs);
}

export function queryOf(url: string): Pairs {
  const start = url.indexOf("?");
  return start === -1 ? {} : parsePairs(url.slice(start + 1));
}
