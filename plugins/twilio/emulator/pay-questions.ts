import { cardType, hidden, isFutureDate, masked, type PayMistake } from "./pay-cards.ts";
import { numberAttribute } from "./play-step.ts";
import type { TwimlElement } from "./twiml-document.ts";
import type { World } from "./world.ts";

/** What was typed so far, by question. Never leaves this phone but masked. */
export type Typed = Readonly<Record<string, string>>;

export interface PayQuestion {
  readonly for: string;
  /** What the vendor's own voice asks. */
  readonly words: string;
  /** Parameter of the callbacks, and how it looks there. */
  readonly field: string;
  shown(digits: string): string;
  /** Null: good. */
  mistake(digits: string, typed: Typed): PayMistake | null;
}

/** What a Pay asks for, in order. */
export function questionsOf(world: World, verb: TwimlElement): PayQuestion[] {
  const { paymentMethod, securityCode = "true", postalCode = "true" } = verb.attributes;
  if (paymentMethod === "ach-debit") return [ROUTING, ACCOUNT];
  return [
    cardNumber(verb),
    expiry(world),
    ...(securityCode === "false" ? [] : [SECURITY_CODE]),
    ...(postalCode === "true" ? [postal(verb)] : []),
  ];
}

function cardNumber(verb: TwimlElement): PayQuestion {
  const taken = (verb.attributes.validCardTypes ?? "visa mastercard amex").split(/\s+/);
  return {
    for: "payment-card-number",
    words: "Please enter your credit card number, followed by the pound key.",
    field: "PaymentCardNumber",
    shown: masked,
    mistake(digits) {
      const type = cardType(digits);
      if (type === null) return "invalid-card-number";
      return taken.includes(type) ? null : "invalid-card-type";
    },
  };
}

function expiry(world: World): PayQuestion {
  return {
    for: "expiration-date",
    words: "Please enter your card's expiration date, two digits for the month and two for the year.",
    field: "ExpirationDate",
    shown: (digits) => digits,
    mistake: (digits) => (isFutureDate(digits, world.now()) ? null : "invalid-date"),
  };
}

const SECURITY_CODE: PayQuestion = {
  for: "security-code",
  words: "Please enter the security code of your card.",
  field: "SecurityCode",
  shown: hidden,
  mistake(digits, typed) {
    const length = cardType(typed["payment-card-number"] ?? "") === "amex" ? 4 : 3;
    return digits.length === length ? null : "invalid-security-code";
  },
};

function postal(verb: TwimlElement): PayQuestion {
  const least = numberAttribute(verb, "minPostalCodeLength", 1);
  return {
    for: "postal-code",
    words: "Please enter your postal code, followed by the pound key.",
    field: "PaymentCardPostalCode",
    shown: (digits) => digits,
    mistake: (digits) => (digits.length >= least ? null : "timeout"),
  };
}

const ROUTING: PayQuestion = {
  for: "bank-routing-number",
  words: "Please enter your bank's routing number.",
  field: "BankRoutingNumber",
  shown: (digits) => digits,
  mistake: (digits) => (digits.length === 9 ? null : "timeout"),
};

const ACCOUNT: PayQuestion = {
  for: "bank-account-number",
  words: "Please enter your bank account number, followed by the pound key.",
  field: "BankAccountNumber",
  shown: masked,
  mistake: (digits) => (digits.length >= 4 ? null : "timeout"),
};
