/**
 * Cuts what a model writes into what a voice can begin with: the first phrase soon, whole sentences after it. A point between
 * digits or behind an abbreviation ends nothing.
 */
const ENDS = /[.!?…;:]+["»)]*\s+/g;
const ABBREVIATION =
  /(?:^|[\s(¿¡])(?:sr|sra|srta|dr|dra|lic|ing|arq|av|avda|cra|dpto|depto|tel|núm|no|art|pág|aprox|ee|uu|[a-zñ]|mr|mrs|ms|st|etc)\.\s+$/i;
/** A pause within the first phrase is taken once it is worth a breath. */
const FIRST_PAUSE = /^.{20,}?,\s+/s;

export interface Cut {
  readonly phrases: readonly string[];
  readonly rest: string;
}

export function cutPhrases(text: string, isFirst: boolean): Cut {
  const phrases: string[] = [];
  let from = 0;
  for (const end of text.matchAll(ENDS)) {
    const to = end.index + end[0].length;
    if (ABBREVIATION.test(text.slice(from, to))) continue;
    phrases.push(text.slice(from, to));
    from = to;
  }
  const rest = text.slice(from);
  if (!isFirst || phrases.length > 0) return { phrases, rest };
  const [pause] = FIRST_PAUSE.exec(rest) ?? [];
  return pause === undefined ? { phrases, rest } : { phrases: [pause], rest: rest.slice(pause.length) };
}

/** What a voice would read letter by letter. */
export function speakable(text: string): string {
  return text
    .replaceAll(/\[([^\]]+)\]\(https?:[^)]+\)/g, "$1")
    .replaceAll(/https?:\/\/\S+/g, "")
    .replaceAll(/[*_#`~]+/g, "")
    .replaceAll(/\p{Extended_Pictographic}\u{FE0F}?/gu, "");
}
