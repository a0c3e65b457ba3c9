/** People of a list, from JSON or CSV, each with where they stand, so that what is wrong can be found. */
import { CsvFault, csvRows } from "./csv.ts";
import type { JsonObject } from "./json.ts";
import { isRecord } from "./plain-data.ts";
import { addressOf } from "./written-phone.ts";

export interface RecipientRow {
  /** Line of the CSV, or place in the JSON list, from 1. */
  readonly line: number;
  /** As it was given. */
  readonly phone: unknown;
  /** What else is said of the person. */
  readonly fields: JsonObject;
}

// As spreadsheets of the users head it.
const PHONE_COLUMNS = new Set(["phone", "to", "telefono", "teléfono", "celular", "movil", "móvil"]);
const COLUMN = /^[\p{L}_][\p{L}\p{N}_ -]{0,39}$/u;

/** @throws CsvFault naming the line */
export function* rowsOfCsv(text: string): Generator<RecipientRow> {
  const rows = csvRows(text);
  const head = rows.next().value;
  if (!head) throw new CsvFault(1, "is empty; expected a header with a column phone");
  const names = head.fields.map((name: string) => name.trim().toLowerCase());
  const phoneAt = names.findIndex((name: string) => PHONE_COLUMNS.has(name));
  refuseHeader(head.line, names, phoneAt);
  for (const { line, fields } of rows) {
    if (fields.length !== names.length)
      throw new CsvFault(line, `has ${fields.length} fields; the header has ${names.length}`);
    const others = fields.flatMap((value, at) => (at === phoneAt ? [] : [[names[at] ?? "", value] as const]));
    yield { line, phone: fields[phoneAt], fields: Object.fromEntries(others) };
  }
}

function refuseHeader(line: number, names: readonly string[], phoneAt: number): void {
  if (phoneAt < 0) {
    const expected = [...PHONE_COLUMNS].join(", ");
    throw new CsvFault(line, `has no column for the phone; expected one of ${expected}`);
  }
  const odd = names.find((name, at) => !COLUMN.test(name) || names.indexOf(name) !== at);
  if (odd !== undefined) throw new CsvFault(line, `has a column "${odd}"; expected names, each once`);
}

/** Phones, or objects with a `phone` (or `to`), or with a `userId` in its place. */
export function* rowsOfJson(entries: readonly unknown[]): Generator<RecipientRow> {
  for (const [index, entry] of entries.entries()) {
    const { phone, to, ...fields } = isRecord(entry) ? entry : { phone: entry };
    yield { line: index + 1, phone: phone ?? to ?? fields.userId, fields: fields as JsonObject };
  }
}

export interface ListedRecipient {
  /** Or the vendor's id of somebody who hides it: how they are written to. */
  readonly phone: string;
  readonly fields: JsonObject;
}

/** What a list has become of its rows so far. */
export interface ListCount {
  recipients: number;
  duplicates: number;
  invalid: number;
  readonly invalidFirst: { readonly line: number; readonly value: string }[];
}

const MAX_SHOWN = 100;
const MAX_CHARACTERS = 60;

/** [B1, B2] Those rows that are somebody, each number once; the others are counted. Pages of at most `size`. */
export function* pagesOfRecipients(
  rows: Iterable<RecipientRow>,
  { country, size, count }: { readonly country: string; readonly size: number; readonly count: ListCount },
): Generator<readonly ListedRecipient[]> {
  const known = new Set<string>();
  let page: ListedRecipient[] = [];
  for (const { line, phone: given, fields } of rows) {
    const phone = addressOf(given, country);
    if (phone === null) noteInvalid(count, line, given);
    else if (known.has(phone)) count.duplicates += 1;
    else page.push({ phone, fields });
    if (phone !== null) known.add(phone);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function noteInvalid(count: ListCount, line: number, given: unknown): void {
  count.invalid += 1;
  if (count.invalidFirst.length >= MAX_SHOWN) return;
  const value = (JSON.stringify(given) ?? "").replaceAll(/^"|"$/g, "").slice(0, MAX_CHARACTERS);
  count.invalidFirst.push({ line, value });
}
