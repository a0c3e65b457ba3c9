import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileWholeMatch } from "../../engine/core/linear-regex.ts";

function fits(pattern: string, text: string): boolean {
  const match = compileWholeMatch(pattern);
  if (typeof match !== "function") throw new Error(`refused ${pattern}: ${match.reason}`);
  return match(text);
}

function native(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`, "i").test(text);
}

describe("against JavaScript's own engine", () => {
  // Small on purpose: on larger ones it is the other engine that takes minutes.
  const atom = fc.constantFrom(
    "a",
    "b",
    "B",
    "1",
    " ",
    ".",
    "\\d",
    "\\w",
    "\\W",
    "\\s",
    "[ab]",
    "[^a]",
    "[]]",
    "[a-c1]",
    "\\.",
    "-",
    "\\b",
    "^",
    "$",
    "\\x61",
    "é",
  );
  const quantifier = fc.constantFrom(
    "",
    "",
    "",
    "*",
    "+",
    "?",
    "*?",
    "+?",
    "{2}",
    "{1,3}",
    "{0,2}?",
    "{2,}",
    "{0}",
  );
  const { pattern } = fc.letrec<{ pattern: string; part: string; sequence: string }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fc.tuple(atom, quantifier).map(([one, times]) => (/^(?:\\b|\^|\$)$/.test(one) ? one : one + times)),
      fc
        .tuple(fc.constantFrom("(", "(?:", "(?<n>"), tie("pattern"), quantifier)
        .map(([open, inner, times]) => `${open}${inner})${times}`),
    ),
    sequence: fc.array(tie("part"), { maxLength: 3 }).map((parts) => parts.join("")),
    pattern: fc.array(tie("sequence"), { minLength: 1, maxLength: 3 }).map((options) => options.join("|")),
  }));
  const text = fc.string({
    unit: fc.constantFrom("a", "A", "b", "c", "1", " ", "-", ".", "é", "\n"),
    maxLength: 4,
  });

  test("any pattern of ours says the same", () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 8 }), (source, texts) => {
        fc.pre((source.match(/\(\?<n>/g) ?? []).length < 2 && (source.match(/\)[*+{]/g) ?? []).length < 3);
        const match = compileWholeMatch(source);
        if (typeof match === "function") {
          for (const each of texts)
            expect([source, each, match(each)]).toEqual([source, each, native(source, each)]);
        } else expect(match.reason).toMatch(/too large/);
      }),
      { numRuns: 4000 },
    );
  });

  test.each([
    ["[^]", "\n"],
    ["[\\]a]+", "]a"],
    ["\\u0061\\x41", "aa"],
    ["a{,2}", "a{,2}"],
    ["a{", "a{"],
    ["\\/\\-\\_", "/-_"],
    ["(\\(\\d{3}\\) ?)?\\d{3}-\\d{4}", "(555) 123-4567"],
    ["[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+", "ana.p+1@correo.com.co"],
    ["sí|claro|dale( pues)?", "DALE PUES"],
    ["", ""],
    ["()*", ""],
    ["(a*)*", "aaaa"],
    ["(|a)+", "aaa"],
  ])("%s fits %s", (source, value) => {
    expect(native(source, value)).toBe(true);
    expect(fits(source, value)).toBe(true);
  });
});

describe("never slow", () => {
  // With a backtracking engine each of these outlasts the universe; here the test simply ends.
  const long = "a".repeat(10_000);
  test.each([
    "(a+)+b",
    "(a|a)*b",
    "(a*)*b",
    "a*a*a*a*a*a*a*b",
    "(.*)*(.*)*b",
    "(a|ab|aba)*c",
    "([a-z]+){2,20}\\d",
  ])("%s", (source) => {
    expect(fits(source, long)).toBe(false);
  });
});

describe("refused", () => {
  test.each([
    ["(?=a)", /look-around/],
    ["(?!a)b", /look-around/],
    ["(?<=a)b", /look-around/],
    ["(?<!a)b", /look-around/],
    ["(a)\\1", /back reference/],
    ["(?<n>a)\\k<n>", /back reference/],
    ["(?i:a)", /modifiers/],
    ["(", /./],
    ["*", /./],
    ["[z-a]", /./],
    ["((a{99}){99}){99}", /too large/],
    ["(){1000000000}", /too large/],
    ["(?:(?:(?:(?:a?)*)*)*){900}", /too large/],
  ])("%s", (source, reason) => {
    const match = compileWholeMatch(source);
    expect(match).toEqual({ reason: expect.stringMatching(reason) });
  });

  test("not what only looks like it", () => {
    expect(fits("\\(\\?=a\\)", "(?=a)")).toBe(true);
    expect(fits("[(?=]+", "(?=")).toBe(true);
    expect(fits("\\\\(?:1)", "\\1")).toBe(true);
  });

  test("no text at all makes it throw", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string(), (source, value) => {
        const match = compileWholeMatch(source);
        if (typeof match === "function") expect(typeof match(value)).toBe("boolean");
        else expect(match.reason).not.toBe("");
      }),
      { numRuns: 2000 },
    );
  });
});
