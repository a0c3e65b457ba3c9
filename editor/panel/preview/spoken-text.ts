/** SSML without its marks, where the browser would read them out. */
export function spokenText(text: string): string {
  return text
    .replaceAll(/<break[^>]*\/>/g, ", ")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}
