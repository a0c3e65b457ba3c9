/**
 * Where a text stops being JSON: the place of the first character that cannot stand there, or its length where it ends too
 * soon. Browsers tell that each in other words, or not at all. Null for JSON.
 */
export function jsonFault(text: string): number | null {
  const scan: Scan = { text, at: 0, open: [] };
  let state: State = "value";
  while (state !== "end") {
    skip(scan, SPACE);
    const next: State | null = STEPS[state](scan);
    if (next === null) return scan.at;
    state = next;
  }
  skip(scan, SPACE);
  return scan.at < text.length ? scan.at : null;
}

/** What may come next. */
type State = "value" | "firstItem" | "firstKey" | "key" | "colon" | "after" | "end";

interface Scan {
  readonly text: string;
  at: number;
  /** Lists and objects that are still open. A list of its own rather than the call stack: files may be deep. */
  readonly open: ("[" | "{")[];
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

const STEPS: Readonly<Record<Exclude<State, "end">, (scan: Scan) => State | null>> = {
  value(scan) {
    const letter = scan.text[scan.at];
    if (letter === "[" || letter === "{") {
      scan.at++;
      scan.open.push(letter);
      return letter === "[" ? "firstItem" : "firstKey";
    }
    return skipString(scan) || skip(scan, SCALAR) ? "after" : null;
  },
  firstItem: (scan) => (scan.text[scan.at] === "]" ? closed(scan) : STEPS.value(scan)),
  firstKey: (scan) => (scan.text[scan.at] === "}" ? closed(scan) : STEPS.key(scan)),
  key: (scan) => (skipString(scan) ? "colon" : null),
  colon(scan) {
    if (scan.text[scan.at] !== ":") return null;
    scan.at++;
    return "value";
  },
  after(scan) {
    const inside = scan.open.at(-1);
    if (inside === undefined) return "end";
    const letter = scan.text[scan.at];
    if (letter === (inside === "[" ? "]" : "}")) return closed(scan);
    if (letter !== ",") return null;
    scan.at++;
    return inside === "[" ? "value" : "key";
  },
};

function closed(scan: Scan): State {
  scan.at++;
  scan.open.pop();
  return "after";
}

/** No line break may stand in a text, nor any other control character. */
function skipString(scan: Scan): boolean {
  const start = scan.at;
  if (!skip(scan, STRING)) return false;
  const control = scan.text
    .slice(start, scan.at)
    .split("")
    .findIndex((letter) => letter < " ");
  if (control >= 0) scan.at = start + control;
  return control < 0;
}

/** Past what the pattern finds here; false where it finds nothing. */
function skip(scan: Scan, pattern: RegExp): boolean {
  pattern.lastIndex = scan.at;
  const found = pattern.exec(scan.text)?.[0] ?? "";
  scan.at += found.length;
  return found !== "";
}
