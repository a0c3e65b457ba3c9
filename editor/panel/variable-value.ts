/** A value as one line of text. */
export function textOfValue(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What a line of text means. What was no text before stays what it was, as long as the line still reads as such. */
export function valueOfText(text: string, before: unknown): unknown {
  if (text === "") return undefined;
  if (before === undefined || typeof before === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
