import { type CountryCode, findPhoneNumbersInText } from "libphonenumber-js/max";
import type { JsonObject, PRIVATE_KINDS } from "../../../engine/plugin-api.ts";
import { isLuhn } from "./check-digits.ts";
import { IDENTITY_RULES, type IdentityRule } from "./identity-table.ts";

/** What is not kept of a conversation: a mark says what stood there, and enough of it to know it again. */
export type PrivateKind = (typeof PRIVATE_KINDS)[number];

export interface Redaction {
  readonly kinds: readonly PrivateKind[];
  readonly language: string;
  /** Whose numbers are written without a prefix. */
  readonly country: string | null;
}

const NAMES: Readonly<Record<"es" | "en", Readonly<Record<PrivateKind, string>>>> = {
  es: { card: "tarjeta", identity: "documento", email: "correo", phone: "teléfono" },
  en: { card: "card", identity: "identity number", email: "e-mail", phone: "phone" },
};

const CARD = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/gu;
/** Eight digits are a telephone in many countries. */
const DATE = /^\(?(?:19|20)\d{2}([-/. ])\d{2}\1\d{2}$|^\(?\d{2}([-/. ])\d{2}\2(?:19|20)\d{2}$/u;
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@((?:[\p{L}\p{N}-]{1,63}\.){1,5}\p{L}{2,24})/gu;

/** Cards first, for parts of them look like telephones; telephones last, for anything looks like them. */
const STEPS: readonly (readonly [PrivateKind, (text: string, redaction: Redaction) => string])[] = [
  ["card", withoutCards],
  ["email", withoutEmails],
  ["identity", withoutIdentities],
  ["phone", withoutPhones],
];

/** The text with marks in place of what is private: `[tarjeta …1111]`, `[correo …@gmail.com]`. */
export function redact(text: string, redaction: Redaction): string {
  return STEPS.filter(([kind]) => redaction.kinds.includes(kind)).reduce(
    (left, [, without]) => without(left, redaction),
    text,
  );
}

/** Every text in it, however deep. */
export function redactAll<Value>(value: Value, redaction: Redaction): Value {
  if (typeof value === "string") return redact(value, redaction) as Value;
  if (Array.isArray(value)) return value.map((one) => redactAll(one, redaction)) as Value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(entries.map(([name, one]) => [name, redactAll(one, redaction)])) as Value;
}

function mark({ language }: Redaction, kind: PrivateKind, rest = ""): string {
  const name = NAMES[/^en(-|_|$)/i.test(language) ? "en" : "es"][kind];
  return rest === "" ? `[${name}]` : `[${name} …${rest}]`;
}

function withoutCards(text: string, redaction: Redaction): string {
  return text.replaceAll(CARD, (found) => {
    const digits = found.replaceAll(/\D/g, "");
    return isLuhn(digits) ? mark(redaction, "card", digits.slice(-4)) : found;
  });
}

function withoutEmails(text: string, redaction: Redaction): string {
  return text.replaceAll(EMAIL, (_, domain: string) => mark(redaction, "email", `@${domain}`));
}

function withoutIdentities(text: string, redaction: Redaction): string {
  return IDENTITY_RULES.reduce((left, rule) => withoutIdentity(left, rule, redaction), text);
}

function withoutIdentity(text: string, rule: IdentityRule, redaction: Redaction): string {
  return text.replaceAll(rule.pattern, (found, at: number, whole: string) =>
    isIdentity(found, whole.slice(Math.max(0, at - 60), at), rule) ? mark(redaction, "identity") : found,
  );
}

function isIdentity(found: string, before: string, { isValid, after }: IdentityRule): boolean {
  if (isValid?.(found.replaceAll(/[^\p{L}\p{N}]/gu, "").toUpperCase())) return true;
  return after ? after.test(before) : isValid === undefined;
}

function withoutPhones(text: string, redaction: Redaction): string {
  const options = {
    extended: true,
    ...(redaction.country === null ? {} : { defaultCountry: redaction.country as CountryCode }),
  } as const;
  return findPhoneNumbersInText(text, options)
    .filter(({ startsAt, endsAt }) => !DATE.test(text.slice(startsAt, endsAt)))
    .reduceRight(
      (left, { startsAt, endsAt, number }) =>
        `${left.slice(0, startsAt)}${mark(redaction, "phone", number.number.slice(-4))}${left.slice(endsAt)}`,
      text,
    );
}
