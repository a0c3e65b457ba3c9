import { isCpf, isCuit, isNit, isRuc, isRut, isSpanishId } from "./check-digits.ts";

/** How the papers of a country are numbered. */
export interface IdentityRule {
  readonly country: string;
  readonly name: string;
  readonly pattern: RegExp;
  /** Absent: the shape alone says what it is, or the word before it does. */
  readonly isValid?: (text: string) => boolean;
  /** A number like many others: only after one of these words. */
  readonly after?: RegExp;
}

/** "CC 1.020.304.050", "cédula: 1020304050", "mi dni es el 12345678" */
const after = (words: string) =>
  new RegExp(
    `\\b(?:${words})\\.?(?:\\s+(?:es|is|n[uú]mero|number|no\\.?|el|la|the)){0,3}\\s*[:#º°]?\\s*$`,
    "iu",
  );

const CEDULA =
  "c[eé]dula(?: de (?:ciudadan[ií]a|identidad|extranjer[ií]a))?|c\\.?c|c\\.?e|documento(?: de identidad)?";

/**
 * The countries we serve. Longer shapes first: what is taken by one rule is no longer there for the next. Every rule is tried,
 * wherever the conversation is: people carry the papers of other countries.
 */
export const IDENTITY_RULES: readonly IdentityRule[] = [
  { country: "MX", name: "CURP", pattern: /\b[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d\b/giu },
  { country: "MX", name: "RFC", pattern: /\b[A-ZÑ&]{3,4}\d{6}[A-Z\d]{3}\b/giu },
  {
    country: "BR",
    name: "CPF",
    pattern: /(?<![\p{L}\d.-])\d{3}\.?\d{3}\.?\d{3}-?\d{2}\b/gu,
    isValid: isCpf,
    after: after("cpf"),
  },
  {
    country: "AR",
    name: "CUIT",
    pattern: /(?<![\p{L}\d.-])(?:2[03478]|3[034])-?\d{8}-?\d\b/gu,
    isValid: isCuit,
  },
  { country: "PE", name: "RUC", pattern: /(?<![\p{L}\d.-])(?:10|15|16|17|20)\d{9}\b/gu, isValid: isRuc },
  { country: "CO", name: "NIT", pattern: /(?<![\p{L}\d.-])\d{3}\.?\d{3}\.?\d{3}-\d\b/gu, isValid: isNit },
  {
    country: "CL",
    name: "RUT",
    pattern: /(?<![\p{L}\d.-])\d{1,2}\.?\d{3}\.?\d{3}-[\dk]\b/giu,
    isValid: isRut,
  },
  {
    country: "ES",
    name: "DNI/NIE",
    pattern: /(?<![\p{L}\d.-])(?:\d{8}|[XYZ]\d{7})[- ]?[A-Z]\b/giu,
    isValid: isSpanishId,
  },
  { country: "US", name: "SSN", pattern: /(?<![\p{L}\d.-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b/gu },
  {
    country: "CO",
    name: "Cédula",
    pattern: /(?<![\p{L}\d.-])\d{1,3}(?:[. ]?\d{3}){2,3}\b/gu,
    after: after(CEDULA),
  },
  { country: "EC", name: "Cédula", pattern: /(?<![\p{L}\d.-])\d{9}-?\d\b/gu, after: after(CEDULA) },
  {
    country: "AR",
    name: "DNI",
    pattern: /(?<![\p{L}\d.-])\d{1,2}\.?\d{3}\.?\d{3}\b/gu,
    after: after("d\\.?n\\.?i"),
  },
  { country: "US", name: "SSN", pattern: /(?<![\p{L}\d.-])\d{9}\b/gu, after: after("ssn|social security") },
  {
    country: "*",
    name: "Passport",
    pattern: /\b[A-Z]{0,3}\d{6,9}\b/giu,
    after: after("pasaporte|passport"),
  },
];
