import { parsePhoneNumberFromString } from "libphonenumber-js/min";

interface Scrubbing {
  /** Numbers that are no person's, such as the business's own. */
  readonly keep: ReadonlySet<string>;
  /** Of people, wherever they stand. */
  readonly names: readonly string[];
}

const E164 = /\+[1-9]\d{6,14}/g;
const MAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const NOBODY = "Persona";
const FIRST_PERSONA = 573001234567;
const SHORTEST_NAME = 2;
/** Shorter ones are found inside of amounts and codes. */
const SHORTEST_NATIONAL = 8;

/** Numbers, mail addresses and names of people replaced by those of nobody, the same by the same; keys stay as they are. */
export function scrubbed<T>(value: T, scrubbing: Scrubbing): T {
  const numbers = personas(value, scrubbing.keep);
  const mails = new Map<string, string>();
  const replacements = [...numbers].flatMap(([number, persona]) => writtenWays(number, persona));
  const names = namesIn(scrubbing.names);
  const clean = (text: string): string => {
    let out = text.replaceAll(MAIL, (mail) => {
      const known = mails.get(mail) ?? `persona${mails.size + 1}@example.com`;
      mails.set(mail, known);
      return known;
    });
    for (const [pattern, persona] of replacements) out = out.replaceAll(pattern, persona);
    for (const [pattern, persona] of names) out = out.replaceAll(pattern, persona);
    return out;
  };
  return walked(value, clean) as T;
}

/** The longest first: one may be part of another. A name inside of another word is none. */
function namesIn(names: readonly string[]): readonly (readonly [RegExp, string])[] {
  const known = new Set(names.map((name) => name.trim()).filter(({ length }) => length >= SHORTEST_NAME));
  return [...known]
    .toSorted((a, b) => b.length - a.length)
    .map((name, index) => [
      new RegExp(`(?<!\\p{L})${literal(name)}(?!\\p{L})`, "gu"),
      `${NOBODY} ${index + 1}`,
    ]);
}

function personas(value: unknown, keep: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  walked(value, (text) => {
    for (const [number] of text.matchAll(E164)) {
      if (!keep.has(number) && !found.has(number)) found.set(number, `+${FIRST_PERSONA + found.size}`);
    }
    return text;
  });
  return found;
}

/** As E.164, as WhatsApp writes it without the plus, and as people of its country write it. */
function writtenWays(number: string, persona: string): readonly (readonly [RegExp, string])[] {
  const whole = spaced(number.slice(1));
  const ways: (readonly [RegExp, string])[] = [
    [new RegExp(`\\+${whole}(?!\\d)`, "g"), persona],
    [new RegExp(`(?<![\\d+])${whole}(?!\\d)`, "g"), persona.slice(1)],
  ];
  const national = nationalOf(number);
  if (national.length < SHORTEST_NATIONAL) return ways;
  return [...ways, [new RegExp(`(?<![\\d+])${spaced(national)}(?!\\d)`, "g"), nationalOf(persona)]];
}

function nationalOf(number: string): string {
  return parsePhoneNumberFromString(number)?.nationalNumber ?? "";
}

function spaced(digits: string): string {
  return [...digits].join("[\\s().-]?");
}

function walked(value: unknown, onText: (text: string) => string): unknown {
  if (typeof value === "string") return onText(value);
  if (Array.isArray(value)) return value.map((item) => walked(item, onText));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walked(item, onText)]));
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
