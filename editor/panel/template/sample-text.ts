/** A sample in a few letters. */
export function sampleText(sample: unknown, most: number): string {
  if (sample === undefined || sample === null) return "";
  const text = typeof sample === "object" ? JSON.stringify(sample) : String(sample);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
