import { fieldOf, isRecord } from "../../engine/core/plain-data.ts";

/** Whoever they reach, it is nobody the author meant. */
export const SAMPLE_PHONES = ["+573001234567", "+576015550100"] as const;
const [MOBILE, LANDLINE] = SAMPLE_PHONES;

/** What values of usual names look like; the examples of a schema go before. */
const BY_NAME: readonly (readonly [RegExp, unknown])[] = [
  [/^(from|phone|mobile|e164|telefono|caller|number)$/i, MOBILE],
  [/^(to|landline)$/i, LANDLINE],
  [/(date|fecha)$/i, "2026-11-21"],
  [/(At|moment)$|^(at|now|until)$/, "2026-11-21T09:00:00-05:00"],
  [/time$/i, "09:00"],
  [/^(name|profileName|callerName|nombre)$/i, "Ana Torres"],
  [/^(city|callerCity|ciudad)$/i, "Bogotá"],
  [/^(country|callerCountry)$/i, "CO"],
  [/postalCode|callerZip/i, "110111"],
  [/email|correo/i, "ana@example.com"],
  [/url$/i, "https://example.com/archivo"],
  [/^digits$/i, "1"],
  [/^(speech|body|text|transcript)$/i, "Quiero una reserva para dos"],
  [/locale|language/i, "es-CO"],
  [/timezone/i, "America/Bogota"],
  [/currency|moneda/i, "COP"],
  [/(sid|Id|^id)$/, "abc123"],
];

const MAX_DEPTH = 5;

/** A value that fits a schema, as a person would expect it there; undefined where nothing can be said. */
export function sampleOf(schema: unknown, name = "", depth = 0): unknown {
  const known = givenSample(schema);
  if (known !== undefined) return known;
  const branch = firstBranch(schema);
  if (branch !== undefined) return sampleOf(branch, name, depth);
  switch (typeOf(schema)) {
    case "string":
      return sampleText(schema, name);
    case "integer":
    case "number":
      return sampleNumber(schema);
    case "boolean":
      return true;
    case "array":
      return depth < MAX_DEPTH ? sampleList(schema, name, depth) : [];
    case "object":
      return depth < MAX_DEPTH ? sampleObject(schema, depth) : {};
    default:
      return undefined;
  }
}

function givenSample(schema: unknown): unknown {
  const examples = fieldOf(schema, "examples");
  const choices = fieldOf(schema, "enum");
  return (
    fieldOf(schema, "example") ??
    (Array.isArray(examples) ? examples[0] : undefined) ??
    fieldOf(schema, "const") ??
    (Array.isArray(choices) ? choices[0] : undefined) ??
    fieldOf(schema, "default")
  );
}

function firstBranch(schema: unknown): unknown {
  const branches = fieldOf(schema, "anyOf") ?? fieldOf(schema, "oneOf");
  if (!Array.isArray(branches)) return undefined;
  return branches.find((branch) => fieldOf(branch, "type") !== "null") ?? branches[0];
}

function typeOf(schema: unknown): unknown {
  const type = fieldOf(schema, "type");
  if (Array.isArray(type)) return type.find((each) => each !== "null");
  return type ?? (isRecord(fieldOf(schema, "properties")) ? "object" : undefined);
}

function sampleText(schema: unknown, name: string): string {
  const usual = BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
  const minLength = fieldOf(schema, "minLength");
  const text = typeof usual === "string" ? usual : "…";
  return typeof minLength === "number" ? text.padEnd(minLength, "…") : text;
}

function sampleNumber(schema: unknown): number {
  const minimum = fieldOf(schema, "minimum");
  const above = fieldOf(schema, "exclusiveMinimum");
  if (typeof minimum === "number") return minimum;
  return typeof above === "number" ? above + 1 : 1;
}

function sampleList(schema: unknown, name: string, depth: number): unknown[] {
  const item = sampleOf(fieldOf(schema, "items"), name.replace(/s$/, ""), depth + 1);
  return item === undefined ? [] : [item];
}

function sampleObject(schema: unknown, depth: number): Record<string, unknown> {
  const properties = fieldOf(schema, "properties");
  const entries = isRecord(properties) ? Object.entries(properties) : [];
  const samples = entries.map(([key, part]) => [key, sampleOf(part, key, depth + 1)] as const);
  return Object.fromEntries(samples.filter(([, sample]) => sample !== undefined));
}
