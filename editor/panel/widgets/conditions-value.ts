import type { Condition, ConditionGroup, ConditionOperator } from "../../../engine/core/conditions.ts";
import { isRecord } from "../../../engine/core/plain-data.ts";

/** What stands on the right of an operator. */
export type RightSide = "none" | "text" | "list" | "number" | "date" | "time" | "pattern";

const RIGHT_SIDES: Readonly<Partial<Record<ConditionOperator, RightSide>>> = {
  is_blank: "none",
  is_not_blank: "none",
  is_true: "none",
  is_false: "none",
  matches_any_of: "list",
  does_not_match_any_of: "list",
  less_than: "number",
  less_or_equal: "number",
  greater_than: "number",
  greater_or_equal: "number",
  is_before_date: "date",
  is_after_date: "date",
  is_before_time: "time",
  is_after_time: "time",
  regex: "pattern",
};

export const MAX_DEPTH = 5;

export function rightSideOf(operator: ConditionOperator): RightSide {
  return RIGHT_SIDES[operator] ?? "text";
}

export const EMPTY_CONDITION: Condition = { left: "", operator: "equal_to", right: "" };

export const EMPTY_GROUP: ConditionGroup = { match: "all", conditions: [EMPTY_CONDITION] };

export function isGroup(entry: Condition | ConditionGroup): entry is ConditionGroup {
  return "match" in entry;
}

/** What is there, as far as it is conditions at all. */
export function groupOf(value: unknown): ConditionGroup {
  if (!isRecord(value) || !Array.isArray(value.conditions)) return EMPTY_GROUP;
  return { match: value.match === "any" ? "any" : "all", conditions: value.conditions.filter(isEntry) };
}

function isEntry(value: unknown): value is Condition | ConditionGroup {
  return isRecord(value) && ("operator" in value || Array.isArray(value.conditions));
}

/** Another operator; what stood on the right stays where the new one has a right side. */
export function withOperator(condition: Condition, operator: ConditionOperator): Condition {
  const { right, ...rest } = condition;
  return rightSideOf(operator) === "none" ? { ...rest, operator } : { ...rest, operator, right: right ?? "" };
}
