import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { LRUCache } from "lru-cache";
import type { JsonObject } from "../../../engine/plugin-api.ts";

// Not strict: schemas come from flows of tenants, and carry words of their editor.
const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
const compiled = new LRUCache<string, ValidateFunction>({ max: 500 });

/** In words, where values do not fit a schema; null: they fit. A schema that is none takes nothing. */
export function faultIn(schema: JsonObject, values: unknown): string | null {
  const validate = compile(schema);
  if (!validate) return "the schema of this tool is broken";
  if (validate(values)) return null;
  const faults = (validate.errors ?? []).slice(0, 3);
  return faults
    .map(({ instancePath, message = "is wrong" }) => `${instancePath || "it"} ${message}`)
    .join("; ");
}

function compile(schema: JsonObject): ValidateFunction | null {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  if (known) return known;
  try {
    const validate = ajv.compile(schema);
    // Kept by its own words; ajv must not keep it as well.
    ajv.removeSchema(schema);
    compiled.set(key, validate);
    return validate;
  } catch {
    return null;
  }
}
