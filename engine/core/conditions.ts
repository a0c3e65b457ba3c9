/**
 * Structured conditions, as branches and filters use them. The operators of Twilio Studio under their own names, and four
 * more for numbers and truth.
 *
 *   { match: "all", conditions: [
 *       { left: "Hola, QUIERO reservar", operator: "contains", right: "reservar" },
 *       { match: "any", conditions: [{ left: 3, operator: "less_than", right: 5 }, { left: "", operator: "is_blank" }] } ] }
 *
 * Texts are compared trimmed and without regard to case; accents count. A comparison of numbers, dates or times in which
 * one side is none of these is false, whichever way it is asked.
 */
import { Type } from "typebox";
import { AppError } from "../errors.ts";
import { compileWholeMatch } from "./linear-regex.ts";
import { localMoment } from "./local-moment.ts";

export interface ConditionOptions {
  /** IANA zone in which a moment such as `2026-11-21T02:00:00Z` has its day and time; absent: as written. */
  readonly timezone?: string;
}

type Operator = (left: unknown, right: unknown, options: ConditionOptions) => boolean;

const OPERATORS = {
  equal_to: equal,
  not_equal_to: not(equal),
  matches_any_of: (left, right) => listOf(right).some((entry) => equal(left, entry)),
  does_not_match_any_of: (left, right) => !listOf(right).some((entry) => equal(left, entry)),
  contains,
  does_not_contain: not(contains),
  starts_with: startsWith,
  does_not_start_with: not(startsWith),
  is_blank: isBlank,
  is_not_blank: not(isBlank),
  regex: matchesRegex,
  less_than: compared(numberOf, (left, right) => left < right),
  less_or_equal: compared(numberOf, (left, right) => left <= right),
  greater_than: compared(numberOf, (left, right) => left > right),
  greater_or_equal: compared(numberOf, (left, right) => left >= right),
  is_before_date: compared(dateOf, (left, right) => left < right),
  is_after_date: compared(dateOf, (left, right) => left > right),
  is_before_time: compared(timeOf, (left, right) => left < right),
  is_after_time: compared(timeOf, (left, right) => left > right),
  is_true: (left) => left === true || left === 1 || ["true", "1"].includes(textOf(left)),
  is_false: (left) => left === false || left === 0 || ["false", "0"].includes(textOf(left)),
} as const satisfies Record<string, Operator>;

export type ConditionOperator = keyof typeof OPERATORS;

export const CONDITION_OPERATORS = Object.keys(OPERATORS) as readonly ConditionOperator[];

/** `left` and `right` are values already rendered, not templates. `right` is left out where the operator needs none. */
export interface Condition {
  readonly left: unknown;
  readonly operator: ConditionOperator;
  readonly right?: unknown;
}

export interface ConditionGroup {
  readonly match: "all" | "any";
  readonly conditions: readonly (Condition | ConditionGroup)[];
}

const MAX_DEPTH = 5;
const MAX_CONDITIONS = 50;
const MAX_PATTERN = 500;
const MAX_INPUT = 10_000;

export const ConditionSchema = Type.Unsafe<Condition>(
  Type.Object(
    {
      // Optional, because a template that finds nothing leaves the value out: it is then blank.
      left: Type.Optional(Type.Unknown({ description: "What is tested; a template." })),
      operator: Type.Enum([...CONDITION_OPERATORS]),
      right: Type.Optional(
        Type.Unknown({ description: "What it is tested against; lists are separated by commas." }),
      ),
    },
    { additionalProperties: false },
  ),
);

/** Groups in groups, up to five deep. */
export const ConditionGroupSchema = Type.Unsafe<ConditionGroup>(groupSchema(MAX_DEPTH));

/**
 * True when all (or any) of the conditions hold. All of none is true, any of none is false.
 * @throws AppError PARAMS_INVALID for a regular expression that is not valid or too long, or an unknown time zone
 */
export function evaluateConditions(group: ConditionGroup, options: ConditionOptions = {}): boolean {
  const holds = (entry: Condition | ConditionGroup): boolean =>
    "match" in entry
      ? evaluateConditions(entry, options)
      : OPERATORS[entry.operator](entry.left, entry.right, options);
  return group.match === "all" ? group.conditions.every(holds) : group.conditions.some(holds);
}

function groupSchema(depth: number): ReturnType<typeof Type.Object> {
  const entries = depth > 1 ? Type.Union([ConditionSchema, groupSchema(depth - 1)]) : ConditionSchema;
  return Type.Object(
    {
      match: Type.Enum(["all", "any"]),
      conditions: Type.Array(entries, { minItems: 1, maxItems: MAX_CONDITIONS }),
    },
    { additionalProperties: false },
  );
}

// ------------------------------------------------------------------------------------------------ operators

function not(operator: Operator): Operator {
  return (left, right, options) => !operator(left, right, options);
}

function compared<T>(
  read: (value: unknown, options: ConditionOptions) => T | null,
  fits: (left: T, right: T) => boolean,
): Operator {
  return (left, right, options) => {
    const [a, b] = [read(left, options), read(right, options)];
    return a !== null && b !== null && fits(a, b);
  };
}

/** As texts; as numbers where one side is a number and the other reads as one, so that 5 equals "5.0" but "05" is not "5". */
function equal(left: unknown, right: unknown): boolean {
  if (typeof left === "number" || typeof right === "number") {
    const [a, b] = [numberOf(left), numberOf(right)];
    if (a !== null && b !== null) return a === b;
  }
  return textOf(left) === textOf(right);
}

/** A list contains an entry, anything else a piece of text. */
function contains(left: unknown, right: unknown): boolean {
  return Array.isArray(left)
    ? left.some((entry) => equal(entry, right))
    : textOf(left).includes(textOf(right));
}

function startsWith(left: unknown, right: unknown): boolean {
  return textOf(left).startsWith(textOf(right));
}

function isBlank(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return textOf(value) === "";
}

function matchesRegex(left: unknown, right: unknown): boolean {
  const pattern = rawText(right);
  if (pattern.length > MAX_PATTERN) {
    throw new AppError(
      "PARAMS_INVALID",
      `Regular expression of ${pattern.length} characters: expected at most ${MAX_PATTERN}`,
    );
  }
  const match = compileWholeMatch(pattern);
  if (typeof match === "function") return fitsInput(left, match);
  throw new AppError("PARAMS_INVALID", `Regular expression "${pattern}" cannot be used: ${match.reason}`, {
    pattern,
  });
}

// A longer text fits nothing rather than its first part: half an answer would be a wrong one.
function fitsInput(left: unknown, match: (text: string) => boolean): boolean {
  const text = rawText(left);
  return text.length <= MAX_INPUT && match(text);
}

// ------------------------------------------------------------------------------------------------ reading values

function rawText(value: unknown): string {
  if (value === null || value === undefined) return "";
  // One way of writing each accent: "é" may come as one character or as two.
  return (typeof value === "object" ? JSON.stringify(value) : String(value)).normalize("NFC").trim();
}

function textOf(value: unknown): string {
  return rawText(value).toLowerCase();
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return rawText(value)
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.trim())) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}.*)?$/;
const TIME =
  /^(?:\d{4}-\d{2}-\d{2}[T ])?([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/i;
const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/i;

/** `YYYY-MM-DD`, which sorts as text; null for anything else and for days that do not exist. */
function dateOf(value: unknown, options: ConditionOptions): string | null {
  const date = onWall(value, options)?.date ?? DATE.exec(rawText(value))?.[1];
  return date !== undefined && isCalendarDay(date) ? date : null;
}

/** Minutes since midnight. */
function timeOf(value: unknown, options: ConditionOptions): number | null {
  const time = onWall(value, options)?.time ?? rawText(value);
  if (time === "24:00") return 1440;
  const [, hours, minutes] = TIME.exec(time) ?? [];
  return hours !== undefined && minutes !== undefined ? Number(hours) * 60 + Number(minutes) : null;
}

function onWall(value: unknown, options: ConditionOptions): { date: string; time: string } | null {
  const text = rawText(value);
  if (options.timezone === undefined || !MOMENT.test(text)) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : localMoment(at, options.timezone);
}

function isCalendarDay(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}
