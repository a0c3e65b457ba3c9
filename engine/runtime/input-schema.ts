import { isRecord } from "../core/plain-data.ts";
import { AppError } from "../errors.ts";
import type { Validator, Violation } from "../validator.ts";

/** Finds where an input does not fit the JSON Schema that a flow's author wrote. */
export type CheckInput = (schema: object, input: unknown) => readonly Violation[];

/** @throws AppError FLOW_INVALID from the check, when the schema itself is wrong */
export function createInputCheck(validator: Validator): CheckInput {
  const cleaned = new WeakMap<object, object>();
  return function checkInput(schema, input) {
    const own = cleaned.get(schema) ?? withoutIdentity(schema);
    cleaned.set(schema, own);
    try {
      return validator
        .violations(own, input)
        .map(({ path, message }) => ({ path: `/input${path}`, message }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new AppError(
        "FLOW_INVALID",
        `The flow's input schema is not a valid JSON Schema: ${reason}`,
        {},
        error,
      );
    }
  };
}

/** Names under which a validator would remember the schema, and so mix up the schemas of two tenants. */
const IDENTITY = new Set(["$id", "$schema"]);
/** Below these, names are the author's own. */
const NAMED_PARTS = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);

function withoutIdentity(schema: object): object {
  const clean = (value: unknown, isNames: boolean): unknown => {
    if (Array.isArray(value)) return value.map((entry) => clean(entry, false));
    if (!isRecord(value)) return value;
    const entries = Object.entries(value).filter(([name]) => isNames || !IDENTITY.has(name));
    return Object.fromEntries(
      entries.map(([name, entry]) => [name, clean(entry, !isNames && NAMED_PARTS.has(name))]),
    );
  };
  return Object(clean(schema, false));
}
