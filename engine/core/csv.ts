/** A row of a CSV text: its fields, and the line of the text it begins in, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

/** What is wrong with a CSV text, and in which line. */
export class CsvFault extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line} ${message}`);
    this.line = line;
  }
}

const SEPARATORS = [",", ";", "\t"] as const;

/**
 * Rows of a CSV text (RFC 4180), one after the other; empty lines are left out. The separator is the one of comma,
 * semicolon and tab that the first line has most of. @throws CsvFault
 */
export function* csvRows(text: string): Generator<CsvRow> {
  const source = text.replace(/^\uFEFF/, "");
  const separator = separatorOf(source);
  const cell = cellPattern(separator);
  let line = 1;
  let start = 1;
  let fields: string[] = [];
  while (cell.lastIndex < source.length) {
    const at = cell.lastIndex;
    const match = cell.exec(source);
    if (!match) throw new CsvFault(line, faultAt(source, at));
    const [whole, quoted, plain = "", end = ""] = match;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split("\n").length - 1;
    if (end === separator && cell.lastIndex < source.length) continue;
    if (end === separator) fields.push("");
    if (fields.length > 1 || fields[0] !== "") yield { line: start, fields };
    fields = [];
    start = line;
  }
}

function separatorOf(source: string): string {
  const first = /^[^\r\n]*/.exec(source)?.[0] ?? "";
  const count = (separator: string) => first.split(separator).length;
  return SEPARATORS.toSorted((a, b) => count(b) - count(a))[0] ?? ",";
}

function cellPattern(separator: string): RegExp {
  return new RegExp(
    `(?:"((?:[^"]|"")*)"|([^"\\r\\n${separator}][^\\r\\n${separator}]*|))(${separator}|\\r\\n|\\n|\\r|$)`,
    "y",
  );
}

function faultAt(source: string, at: number): string {
  const isOpen = source[at] === '"' && !/^"(?:[^"]|"")*"/.test(source.slice(at));
  return isOpen
    ? "opens a quote that is never closed"
    : "has something beside a quoted field; expected a separator after its closing quote";
}
