const MAX_LENGTH = 90;

/** A template as a person reads it at a glance: `Hola {{ contact.name }}` → `Hola ‹name›`. */
export function plainText(source: string): string {
  return source
    .replaceAll(/\{%[\s\S]*?%\}/g, "")
    .replaceAll(/\{\{-?\s*([^}|]*?)\s*(?:\|[^}]*)?-?\}\}/g, (_all, path: string) => `‹${lastName(path)}›`)
    .replaceAll(/\s+/g, " ")
    .trim();
}

export function shortened(text: string, length = MAX_LENGTH): string {
  const letters = Array.from(text);
  return letters.length <= length
    ? text
    : `${letters
        .slice(0, length - 1)
        .join("")
        .trimEnd()}…`;
}

function lastName(path: string): string {
  const names = path.split(/[.[\]"']+/).filter((name) => name !== "");
  return (names.at(-1) ?? path).replaceAll("_", " ");
}
