/**
 * Shapes of what a vendor says, and a check against them. A shape is data: a word for a kind of text, or an object or a list
 * of shapes. The field `name?` may be missing; the word `text?` may be null; `a|b` is one of these words. A field no shape
 * names is a mistake.
 */
export type Shape = string | readonly [Shape] | Fields;
type Fields = { readonly [field: string]: Shape };

/** Which values a word stands for, by word. */
export type Kinds = Readonly<Record<string, (value: unknown) => boolean>>;

/** Says where a value does not fit its shape. */
export type Misfits = (value: unknown, shape: Shape, path?: string) => readonly string[];

/** The check for one vendor, with words of its own. */
export function shapeCheck(vendor: string, kinds: Kinds): Misfits {
  return function misfits(value: unknown, shape: Shape, path = "$"): readonly string[] {
    if (typeof shape === "string")
      return fitsWord(kinds, value, shape) ? [] : [`${path} is ${JSON.stringify(value)}; expected ${shape}`];
    if (isList(shape)) {
      if (!Array.isArray(value)) return [`${path} is no list`];
      return value.flatMap((item, index) => misfits(item, shape[0], `${path}[${index}]`));
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path} is no object`];
    return misfitsOfFields(value, { shape, path, vendor, misfits });
  };
}

interface Part {
  readonly shape: Fields;
  readonly path: string;
  readonly vendor: string;
  readonly misfits: Misfits;
}

function misfitsOfFields(value: object, { shape, path, vendor, misfits }: Part): readonly string[] {
  const allowed = new Map(
    Object.entries(shape).map(([name, part]) => [name.replace(/\?$/, ""), { part, may: name.endsWith("?") }]),
  );
  const given = new Map(Object.entries(value));
  const missing = [...allowed]
    .filter(([name, { may }]) => !may && !given.has(name))
    .map(([name]) => `${path}.${name} is missing`);
  const wrong = [...given].flatMap(([name, part]) => {
    const expected = allowed.get(name);
    return expected
      ? misfits(part, expected.part, `${path}.${name}`)
      : [`${path}.${name} is not ${vendor}'s`];
  });
  return [...missing, ...wrong];
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function fitsWord(kinds: Kinds, value: unknown, word: string): boolean {
  if (word.endsWith("?")) return value === null || fitsWord(kinds, value, word.slice(0, -1));
  const kind = kinds[word];
  return kind ? kind(value) : typeof value === "string" && word.split("|").includes(value);
}
