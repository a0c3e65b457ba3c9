import fc from "fast-check";
import { AppError } from "../../../engine/errors.ts";

/** What breaks parsers more often than chance does. */
const ODD = [
  "",
  "\0",
  "\ud800",
  "__proto__",
  "constructor",
  "{{",
  "{% for i in (1..999999999) %}",
  '<!DOCTYPE x [<!ENTITY a "b">]>&a;',
  "]]>",
  "-1",
  "1e999",
  "NaN",
  "９",
  "%00",
  "%E0%A4%A",
  "../../etc/passwd",
  "' or 1=1 --",
  "a".repeat(5_000),
  "[".repeat(2_000),
];

export const text = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ maxLength: 60 }),
    fc.constantFrom(...ODD),
  );

export const json = (): fc.Arbitrary<unknown> =>
  fc.anything({
    key: text(),
    values: [text(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)],
    maxDepth: 4,
  });

/** A good one with pieces taken out, doubled, moved, or put in. */
export function mangled(good: string, pieces: fc.Arbitrary<string> = text()): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat(good.length),
    cut: fc.nat(12),
    put: fc.oneof(fc.constant(""), pieces),
  });
  return fc
    .array(edit, { maxLength: 4 })
    .map((edits) =>
      edits.reduce((now, { at, cut, put }) => now.slice(0, at) + put + now.slice(at + cut), good),
    );
}

const counts = new Map<string, number>();

/** How many cases each parser has had. */
export function casesSoFar(): readonly (readonly [string, number])[] {
  return [...counts];
}

export function counted(parser: string): void {
  counts.set(parser, (counts.get(parser) ?? 0) + 1);
}

/** What it gives, or null where it refuses in an error of ours that is no fault of the server. Anything else goes through. */
export function refusedOr<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return null;
    throw error;
  }
}
