import fc from "fast-check";
import { expect, test } from "vitest";
import { CsvFault, csvRows } from "../../engine/core/csv.ts";
import { rowsOfCsv } from "../../engine/core/recipient-rows.ts";

const fieldsIn = (text: string) => [...csvRows(text)].map(({ fields }) => fields);

test.each([
  [
    "a,b\n1,2\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "a;b\r\n1,5;2",
    [
      ["a", "b"],
      ["1,5", "2"],
    ],
  ],
  [
    "a\tb\n1\t",
    [
      ["a", "b"],
      ["1", ""],
    ],
  ],
  ["\uFEFFa\n\n1\n", [["a"], ["1"]]],
  [
    'a,b\n"x ""y"", z","two\nlines"',
    [
      ["a", "b"],
      ['x "y", z', "two\nlines"],
    ],
  ],
  ["", []],
])("%j is read as its rows", (text, rows) => {
  expect(fieldsIn(text)).toEqual(rows);
});

test("a row knows the line it begins in", () => {
  expect([...csvRows('a\n"1\n2"\n3')].map(({ line }) => line)).toEqual([1, 2, 4]);
});

test.each([
  ['a\n"1', "line 2 opens a quote that is never closed"],
  ['a\n"1"2', "line 2 has something beside a quoted field; expected a separator after its closing quote"],
])("%j is refused with its line", (text, words) => {
  expect(() => fieldsIn(text)).toThrow(new CsvFault(2, words.replace("line 2 ", "")));
});

test("whatever is written quoted is read back", () => {
  const cell = fc.string().map((text) => text.replaceAll("\r", ""));
  const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(table, (rows) => {
      const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(","));
      expect(fieldsIn(`h,i\n${quoted.join("\n")}`).slice(1)).toEqual(rows);
    }),
  );
});

test.each([
  ["nombre\nAna", "no column for the phone; expected one of phone, to,"],
  ["phone,a,a\n1,2,3", 'a column "a"'],
  ["phone,\n1,2", 'a column ""'],
  ["phone,__proto__\n1,2", ""],
  ["phone,a\n1", "line 2 has 1 fields; the header has 2"],
])("a list of people %j is refused", (text, words) => {
  if (words === "") expect(Object.keys([...rowsOfCsv(text)][0]?.fields ?? {})).toEqual(["__proto__"]);
  else expect(() => [...rowsOfCsv(text)]).toThrow(words);
});
