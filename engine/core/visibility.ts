/**
 * Which parameters apply. A property schema may carry `x-visible`, a condition over its sibling parameters; while it does
 * not hold the parameter is hidden: the editor does not draw it, and everybody treats it as absent.
 *
 *   "x-visible": { param: "input", in: ["speech", "both"] }
 *   "x-visible": { all: [{ param: "channel", is: "sms" }, { not: { param: "kind", is: "template" } }] }
 */
import { fieldOf, isRecord } from "./plain-data.ts";

export type Visibility =
  | { readonly param: string; readonly is: unknown }
  | { readonly param: string; readonly in: readonly unknown[] }
  | { readonly all: readonly Visibility[] }
  | { readonly any: readonly Visibility[] }
  | { readonly not: Visibility };

export interface VisibleParams {
  /** The parameters without the hidden ones. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The schema that does not require hidden ones; the very same object for the same schema and hidden set. */
  readonly schema: object;
  readonly hidden: readonly string[];
}

/**
 * The parameters that apply and the schema they must fit, for editor, API and engine alike. Looks at the properties of
 * the schema itself, not into nested objects. A parameter that is absent counts with its default. Never throws.
 */
export function visibleParams(schema: object, params: Readonly<Record<string, unknown>>): VisibleParams {
  const properties = fieldOf(schema, "properties");
  if (!isRecord(properties)) return { params, schema, hidden: [] };
  const hidden = hiddenParams(properties, params);
  if (hidden.length === 0) return { params, schema, hidden };
  const shown = Object.fromEntries(Object.entries(params).filter(([name]) => !hidden.includes(name)));
  return { params: shown, schema: withoutRequired(schema, hidden), hidden };
}

/** Whether an `x-visible` holds among these values; true for one that is not understood, so that nothing is lost. */
export function isVisible(rule: unknown, valueAt: (param: string) => unknown): boolean {
  if (!isRecord(rule)) return true;
  if (Array.isArray(rule.all)) return rule.all.every((part) => isVisible(part, valueAt));
  if (Array.isArray(rule.any)) return rule.any.some((part) => isVisible(part, valueAt));
  if ("not" in rule) return !isVisible(rule.not, valueAt);
  if (typeof rule.param !== "string") return true;
  const value = valueAt(rule.param);
  return Array.isArray(rule.in) ? rule.in.includes(value) : !("is" in rule) || rule.is === value;
}

/** A parameter that depends on a hidden one is hidden with it: the hidden one counts as absent, without its default. */
function hiddenParams(
  properties: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, unknown>>,
): string[] {
  let hidden: string[] = [];
  // Each round can only reach one link further down a chain of dependencies, so this many rounds are always enough.
  for (let round = 0; round <= Object.keys(properties).length; round++) {
    const before = hidden;
    const valueAt = (name: string): unknown => {
      if (before.includes(name)) return undefined;
      return fieldOf(params, name) ?? fieldOf(fieldOf(properties, name), "default");
    };
    hidden = Object.keys(properties).filter(
      (name) => !isVisible(fieldOf(properties[name], "x-visible"), valueAt),
    );
    if (hidden.join() === before.join()) break;
  }
  return hidden;
}

// A validator compiles a schema once per object and keeps it, so the same hidden set must give the same object again.
const RELAXED = new WeakMap<object, Map<string, object>>();

function withoutRequired(schema: object, hidden: readonly string[]): object {
  const required = fieldOf(schema, "required");
  if (!Array.isArray(required) || !required.some((name) => hidden.includes(name))) return schema;
  const known = RELAXED.get(schema) ?? new Map<string, object>();
  RELAXED.set(schema, known);
  const key = JSON.stringify(hidden);
  const relaxed = known.get(key) ?? {
    ...schema,
    required: required.filter((name) => !hidden.includes(name)),
  };
  known.set(key, relaxed);
  return relaxed;
}
