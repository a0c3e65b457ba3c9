import { saveFile } from "./save-file.ts";

type Cell = string | number | null;

/** Has the browser keep rows as a file that spreadsheets open. The mark at its start tells them that it is UTF-8. */
export function saveCsv(name: string, header: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const lines = [header, ...rows].map((row) => row.map(cellOf).join(","));
  saveFile(name, `\uFEFF${lines.join("\r\n")}\r\n`, "text/csv;charset=utf-8");
}

function cellOf(cell: Cell): string {
  if (cell === null) return "";
  // A spreadsheet would run a text that begins like a formula.
  const text = typeof cell === "string" && /^[=+\-@\t]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
