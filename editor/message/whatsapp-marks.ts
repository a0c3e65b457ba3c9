export interface Run {
  readonly text: string;
  readonly mark: "bold" | "italic" | "strike" | "mono" | null;
}

const MARKS = { "*": "bold", _: "italic", "~": "strike" } as const;
const MARKED = /```([^`]+)```|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\2(?![\p{L}\p{N}])/gu;

/** What WhatsApp makes of `*bold*`, `_italic_`, `~strike~` and three backticks. */
export function whatsappRuns(text: string): readonly Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const match of text.matchAll(MARKED)) {
    if (match.index > at) runs.push({ text: text.slice(at, match.index), mark: null });
    const sign = match[2];
    const mark = sign === "*" || sign === "_" || sign === "~" ? MARKS[sign] : "mono";
    runs.push({ text: match[1] ?? match[3] ?? "", mark });
    at = match.index + match[0].length;
  }
  if (at < text.length) runs.push({ text: text.slice(at), mark: null });
  return runs;
}
