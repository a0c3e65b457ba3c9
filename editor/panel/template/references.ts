import type { Variable } from "../../model/variables.ts";

/** A place where a template prints a value: `{{ contact.name | upcase }}`. */
export interface Reference {
  readonly from: number;
  readonly to: number;
  /** `contact.name`. */
  readonly path: string;
  /** `| upcase`, or nothing. */
  readonly filters: string;
}

const OUTPUT = /\{\{-?\s*([A-Za-z_]\w*(?:\.[\w-]+|\[\d+\])*)\s*(\|[^{}]*?)?\s*-?\}\}/g;
const LOCAL_NAME = /\{%-?\s*(?:for|tablerow|assign|capture|increment|decrement)\s+([A-Za-z_]\w*)/g;

export function referencesIn(template: string): readonly Reference[] {
  return [...template.matchAll(OUTPUT)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
    path: match[1] ?? "",
    filters: (match[2] ?? "").trim(),
  }));
}

/** Names that the template itself gives, such as those of its loops. */
export function localNamesIn(template: string): ReadonlySet<string> {
  const names = [...template.matchAll(LOCAL_NAME)].map((match) => match[1] ?? "");
  return new Set([...names, "forloop"]);
}

export interface Named {
  readonly label: string;
  readonly certain: boolean;
}

/** What a person calls the value at a path; null where nothing of the kind is known here. */
export function nameOf(path: string, variables: ReadonlyMap<string, Variable>): Named | null {
  const known = variables.get(path);
  if (known) return known;
  const parts = path.split(/\.|(?=\[)/);
  for (let length = parts.length - 1; length > 0; length--) {
    const above = variables.get(parts.slice(0, length).join("."));
    // Deeper than anybody described: of a list or an object nothing says what is in it.
    if (above && OPEN.has(above.type)) {
      return { label: `${above.label} › ${parts.slice(length).join(".")}`, certain: above.certain };
    }
  }
  return null;
}

const OPEN: ReadonlySet<string> = new Set(["object", "list", "array", "any", "json"]);
