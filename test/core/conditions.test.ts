import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CONDITION_OPERATORS,
  type ConditionGroup,
  ConditionGroupSchema,
  type ConditionOperator,
  type ConditionOptions,
  evaluateConditions,
} from "../../engine/core/conditions.ts";
import { AppError } from "../../engine/errors.ts";

function check(
  left: unknown,
  operator: ConditionOperator,
  right?: unknown,
  options?: ConditionOptions,
): boolean {
  return evaluateConditions({ match: "all", conditions: [{ left, operator, right }] }, options);
}

type Row = readonly [left: unknown, right: unknown, expected: boolean];

const TABLE: Record<ConditionOperator, readonly Row[]> = {
  equal_to: [
    ["Sí", " sí ", true],
    ["si", "sí", false],
    ["e\u0301xito", "\u00e9xito", true],
    [5, "5.0", true],
    ["05", "5", false],
    [true, "TRUE", true],
    [null, "", true],
    [undefined, undefined, true],
    [{ a: 1 }, '{"a":1}', true],
    [0, "", false],
    [5, "five", false],
  ],
  not_equal_to: [
    ["a", "b", true],
    ["A", "a", false],
    [1, "1", false],
    [null, "x", true],
  ],
  matches_any_of: [
    ["Hola", "adios, hola ,si", true],
    ["hola", "holas", false],
    ["b", ["a", "B"], true],
    [2, [1, 2], true],
    [2, "1,2", true],
    ["", "a,,b", false],
    ["a,b", "a,b", false],
    ["a,b", ["a,b"], true],
  ],
  does_not_match_any_of: [
    ["Hola", "adios, hola", false],
    ["hola", "a,b", true],
    [3, [1, 2], true],
  ],
  contains: [
    ["Quiero RESERVAR ya", "reservar", true],
    ["reserva", "reservar", false],
    [["a", "B"], "b", true],
    [["ab"], "b", false],
    [12345, 234, true],
    [{ key: "x" }, "key", true],
    [null, "a", false],
    ["a", "", true],
  ],
  does_not_contain: [
    ["abc", "B", false],
    ["abc", "d", true],
    [["a"], "a", false],
  ],
  starts_with: [
    [" Hola a todos", "hola", true],
    ["a todos", "hola", false],
    ["+57300", "+57", true],
    [57300, 57, true],
  ],
  does_not_start_with: [
    ["+57300", "+57", false],
    ["+34600", "+57", true],
  ],
  is_blank: [
    ["", undefined, true],
    [" \n\t", undefined, true],
    [null, undefined, true],
    [undefined, undefined, true],
    [[], undefined, true],
    [{}, undefined, true],
    [0, undefined, false],
    [false, undefined, false],
    [[""], undefined, false],
  ],
  is_not_blank: [
    ["x", undefined, true],
    [0, undefined, true],
    [" ", undefined, false],
    [[], undefined, false],
  ],
  regex: [
    ["AB-12", "[a-z]{2}-\\d+", true],
    ["xAB-12", "[a-z]{2}-\\d+", false],
    ["AB-12 ", "[a-z]{2}-\\d+", true],
    ["a", "a|b", true],
    ["ab", "a|b", false],
    [123, "\\d{3}", true],
    [null, "", true],
    ["a".repeat(10_001), "a*", false],
    ["a".repeat(10_000), "a*", true],
  ],
  less_than: [
    ["9", "10", true],
    ["10", "9", false],
    ["abc", "10", false],
    ["10", "abc", false],
    [-1, "0", true],
    ["1e2", "101", true],
    ["1,5", "2", false],
    [true, 2, false],
    [null, 1, false],
    ["0x1", 2, false],
    [[1], 2, false],
  ],
  less_or_equal: [
    ["10", 10.0, true],
    [11, 10, false],
    ["x", 10, false],
  ],
  greater_than: [
    ["10", "9", true],
    [9, 9, false],
    ["", -1, false],
  ],
  greater_or_equal: [
    ["9.50", 9.5, true],
    [9, 9.5, false],
    ["x", "x", false],
  ],
  is_before_date: [
    ["2026-11-20", "2026-11-21", true],
    ["2026-11-21", "2026-11-21", false],
    ["2026-11-20T23:59:59Z", "2026-11-21", true],
    ["2026-02-30", "2026-11-21", false],
    ["20/11/2026", "2026-11-21", false],
    [20261120, "2026-11-21", false],
  ],
  is_after_date: [
    ["2027-01-01", "2026-12-31", true],
    ["2026-12-31 08:00", "2026-12-31", false],
    [null, "2026-12-31", false],
  ],
  is_before_time: [
    ["9:05", "10:00", true],
    ["10:00", "10:00", false],
    ["23:59", "24:00", true],
    ["2026-11-20T08:30:00Z", "09:00", true],
    ["25:00", "26:00", false],
    ["9am", "10:00", false],
  ],
  is_after_time: [
    ["18:30", "18:00", true],
    ["18:30:59", "18:30", false],
    [1830, "18:00", false],
  ],
  is_true: [
    [true, undefined, true],
    ["TRUE", undefined, true],
    [1, undefined, true],
    ["1", undefined, true],
    ["yes", undefined, false],
    [null, undefined, false],
    [[], undefined, false],
  ],
  is_false: [
    [false, undefined, true],
    ["False ", undefined, true],
    [0, undefined, true],
    ["0", undefined, true],
    ["", undefined, false],
    [null, undefined, false],
  ],
};

describe("operators", () => {
  test("every operator has its table, and Studio's seventeen are among them", () => {
    expect(Object.keys(TABLE).toSorted()).toEqual([...CONDITION_OPERATORS].toSorted());
    const ours = new Set<string>(["less_or_equal", "greater_or_equal", "is_true", "is_false"]);
    expect(CONDITION_OPERATORS.filter((operator) => !ours.has(operator))).toHaveLength(17);
  });

  for (const operator of CONDITION_OPERATORS) {
    test.each(TABLE[operator].map(([left, right, expected]) => ({ left, right, expected })))(
      `${operator}: $left / $right is $expected`,
      ({ left, right, expected }) => {
        expect(check(left, operator, right)).toBe(expected);
      },
    );
  }
});

describe("moments and time zones", () => {
  const late = "2026-11-21T03:30:00.000Z"; // 22:30 of the 20th in Bogotá

  test("a moment has its day and time in the zone", () => {
    const options = { timezone: "America/Bogota" };
    expect(check(late, "is_before_date", "2026-11-21", options)).toBe(true);
    expect(check(late, "is_after_time", "22:00", options)).toBe(true);
    expect(check(late, "is_before_date", "2026-11-21")).toBe(false);
    expect(check(late, "is_after_time", "22:00")).toBe(false);
  });

  test("what carries no offset is taken as written", () => {
    const options = { timezone: "America/Bogota" };
    expect(check("2026-11-21T03:30", "is_before_date", "2026-11-21", options)).toBe(false);
    expect(check("03:30", "is_before_time", "04:00", options)).toBe(true);
  });

  test("an unknown zone is named", () => {
    expect(() => check(late, "is_before_date", "2026-11-21", { timezone: "Mars/Base" })).toThrow(
      /Mars\/Base/,
    );
  });
});

describe("regular expressions that cannot be used", () => {
  test.each([
    ["(", /\(/],
    ["a)|(b", /a\)\|\(b/],
    ["(?=a)b", /look-around/],
    ["(a)\\1", /back reference/],
    ["a{1,400}{1,400}", /cannot be used/],
    ["x".repeat(501), /501 characters/],
  ])("%s", (pattern, message) => {
    expect(() => check("a", "regex", pattern)).toThrow(message);
    expect(() => check("a", "regex", pattern)).toThrow(AppError);
    expect(() => check("a", "regex", pattern)).toThrow(expect.objectContaining({ code: "PARAMS_INVALID" }));
  });
});

describe("groups", () => {
  const yes = { left: 1, operator: "equal_to", right: 1 } as const;
  const no = { left: 1, operator: "equal_to", right: 2 } as const;

  test("all and any, one inside the other", () => {
    expect(evaluateConditions({ match: "all", conditions: [yes, no] })).toBe(false);
    expect(evaluateConditions({ match: "any", conditions: [no, yes] })).toBe(true);
    const inner: ConditionGroup = { match: "any", conditions: [no, yes] };
    expect(evaluateConditions({ match: "all", conditions: [yes, inner] })).toBe(true);
    expect(evaluateConditions({ match: "all", conditions: [no, inner] })).toBe(false);
  });

  test("all of none holds, any of none does not", () => {
    expect(evaluateConditions({ match: "all", conditions: [] })).toBe(true);
    expect(evaluateConditions({ match: "any", conditions: [] })).toBe(false);
  });

  test("the schema takes groups five deep and no deeper", () => {
    const valid = new Ajv2020({ strict: false }).compile(ConditionGroupSchema);
    const nested = (depth: number): unknown => ({
      match: "all",
      conditions: [depth > 1 ? nested(depth - 1) : { left: "{{ x }}", operator: "is_blank" }],
    });
    expect(valid(nested(5))).toBe(true);
    expect(valid(nested(6))).toBe(false);
    expect(valid({ match: "all", conditions: [] })).toBe(false);
    expect(valid({ match: "all", conditions: [{ left: 1, operator: "resembles", right: 2 }] })).toBe(false);
  });
});

describe("properties", () => {
  const json = fc.jsonValue();
  const words = fc.oneof(
    json,
    fc.constantFrom(
      "",
      " ",
      "a",
      "A",
      "á",
      "5",
      "5.0",
      5,
      "a,b",
      "2026-11-21",
      "2026-11-21T10:00:00Z",
      "10:30",
      true,
    ),
  );

  test("no value makes an operator throw; only a bad pattern does, as PARAMS_INVALID", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CONDITION_OPERATORS), words, words, (operator, left, right) => {
        try {
          expect(typeof check(left, operator, right, { timezone: "Europe/Madrid" })).toBe("boolean");
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          expect([operator, error.code]).toEqual(["regex", "PARAMS_INVALID"]);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("an operator and its negation never agree", () => {
    const pairs = [
      ["equal_to", "not_equal_to"],
      ["matches_any_of", "does_not_match_any_of"],
      ["contains", "does_not_contain"],
      ["starts_with", "does_not_start_with"],
      ["is_blank", "is_not_blank"],
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...pairs), words, words, ([operator, negation], left, right) => {
        expect(check(left, operator, right)).toBe(!check(left, negation, right));
      }),
      { numRuns: 2000 },
    );
  });

  test("of less, equal and greater exactly one holds for two numbers, and none where one side is no number", () => {
    const verdicts = (left: unknown, right: unknown): number =>
      (["less_than", "equal_to", "greater_than"] as const).filter((operator) => check(left, operator, right))
        .length;
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        expect(verdicts(a, String(b))).toBe(1);
      }),
    );
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom("abc", "", null, true, [], {}), (a, b) => {
        expect(check(a, "less_than", b) || check(a, "greater_or_equal", b)).toBe(false);
        expect(check(b, "less_or_equal", a) || check(b, "greater_than", a)).toBe(false);
      }),
    );
  });

  test("turning a group around turns its answer (De Morgan)", () => {
    const condition = fc.record({ left: words, right: words });
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 5 }), (conditions) => {
        const all = conditions.map((each) => ({ ...each, operator: "equal_to" }) as const);
        const none = conditions.map((each) => ({ ...each, operator: "not_equal_to" }) as const);
        expect(evaluateConditions({ match: "all", conditions: all })).toBe(
          !evaluateConditions({ match: "any", conditions: none }),
        );
      }),
    );
  });
});
