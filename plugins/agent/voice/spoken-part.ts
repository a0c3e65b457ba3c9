/** The beginning of a text that was heard when so much of its sound was, ending with a whole word. */
export function spokenPart(text: string, playedMs: number, totalMs: number): string {
  if (totalMs <= 0 || playedMs <= 0) return "";
  if (playedMs >= totalMs) return text.trim();
  return wholeWords(text, Math.floor((text.length * playedMs) / totalMs));
}

/** The first so many characters without the word that is cut in two. */
export function wholeWords(text: string, length: number): string {
  if (length >= text.length) return text.trim();
  const isBetweenWords = /\s/.test(text[length] ?? " ");
  const start = text.slice(0, length);
  return (isBetweenWords ? start : start.replace(/\S+$/, "")).trim();
}
