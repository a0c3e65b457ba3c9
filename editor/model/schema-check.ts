import { Errors, type XSchema } from "typebox/schema";
import { Settings } from "typebox/system";
import type { SchemaFault } from "../../engine/core/check-tools.ts";
import { pointerOf, pointerSegments } from "../../engine/core/json-pointer.ts";
import { valueAt } from "./at-path.ts";

type SchemaError = ReturnType<typeof Errors>[1][number];

/**
 * All faults of a value by a JSON Schema, in the words of the engine's validator. That one compiles schemas to code, which
 * the page's content policy forbids; this one walks them.
 */
export function violations(schema: object, value: unknown): SchemaFault[] {
  const [fits, errors] = unlimited(() => Errors(plainSchema(schema) as XSchema, value));
  if (fits) return [];
  return errors.flatMap((error) => faultsOf(error, value));
}

// A builder's hidden markers are of no use here, and cost time at every visit.
const PLAIN = new WeakMap<object, object>();

function plainSchema(schema: object): object {
  const known = PLAIN.get(schema) ?? (JSON.parse(JSON.stringify(schema)) as object);
  PLAIN.set(schema, known);
  return known;
}

/** It stops at eight errors unless told otherwise, and can only be told for everybody. */
function unlimited<T>(work: () => T): T {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: Number.POSITIVE_INFINITY });
  try {
    return work();
  } finally {
    Settings.Set({ maxErrors });
  }
}

function faultsOf(error: SchemaError, value: unknown): SchemaFault[] {
  const { instancePath: path } = error;
  switch (error.keyword) {
    case "required":
      return error.params.requiredProperties.map((name) => fault(path, "is required", name));
    case "additionalProperties":
      return error.params.additionalProperties.map((name) => fault(path, "is not expected here", name));
    case "boolean":
      // Said again by the one that forbids the property.
      return [];
    case "uniqueItems":
      return [{ path, message: duplicatesOf(valueAt(value, pointerSegments(path))) }];
    default:
      return [{ path, message: wordsOf(error) }];
  }
}

function fault(path: string, message: string, name: string): SchemaFault {
  return { path: `${path}${pointerOf([name])}`, message };
}

/** As ajv words it. */
function wordsOf(error: SchemaError): string {
  switch (error.keyword) {
    case "type":
      return `must be ${[error.params.type].flat().join(",")}`;
    case "enum":
      return `must be one of ${JSON.stringify(error.params.allowedValues)}`;
    case "const":
      return `must be ${JSON.stringify(error.params.allowedValue)}`;
    case "pattern":
      return `must match pattern "${patternText(error.params.pattern)}"`;
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return `must be ${error.params.comparison} ${error.params.limit}`;
    case "minLength":
      return `must NOT have fewer than ${error.params.limit} characters`;
    case "maxLength":
      return `must NOT have more than ${error.params.limit} characters`;
    case "minItems":
      return `must NOT have fewer than ${error.params.limit} items`;
    case "maxItems":
      return `must NOT have more than ${error.params.limit} items`;
    case "contains":
      return "must contain at least 1 valid item(s)";
    case "minProperties":
      return `must NOT have fewer than ${error.params.limit} properties`;
    case "maxProperties":
      return `must NOT have more than ${error.params.limit} properties`;
    default:
      return error.message;
  }
}

/** Which two: of the last pair of equal entries, the later first, as ajv counts simple values. */
function duplicatesOf(list: unknown): string {
  const texts = Array.isArray(list) ? list.map((item: unknown) => JSON.stringify(item)) : [];
  const first = texts.findLastIndex((text, index) => texts.indexOf(text, index + 1) > 0);
  const second = texts.indexOf(texts[first] ?? "", first + 1);
  return `must NOT have duplicate items (items ## ${second} and ${first} are identical)`;
}

function patternText(pattern: string | RegExp): string {
  return typeof pattern === "string" ? pattern : pattern.source;
}
