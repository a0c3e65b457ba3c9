import type { Text } from "../../engine/plugin-api.ts";
import { type Author, badInput } from "./bad-input.ts";

/** Whom a call goes to, as Twilio takes it. */
export interface CallAddress {
  readonly kind: "number" | "sip" | "client";
  readonly address: string;
}

const E164 = /^\+[1-9]\d{6,14}$/;
const SIP = /^sips?:[^\s@:;?]+(:[^\s@]*)?@[\w.-]+(:\d{1,5})?([;?]\S*)?$/i;
const CLIENT = /^client:[\w.@+-]{1,121}$/;

/**
 * Reads a destination: `+57 300 111 22 33`, `sip:ana@pbx.example.com`, `client:ana`.
 * @throws AppError PARAMS_INVALID saying what is expected
 */
export function readAddress(author: Author, text: string): CallAddress {
  const given = text.trim();
  if (/^sips?:/i.test(given)) return checked(author, "sip", SIP, given);
  if (/^client:/i.test(given)) return checked(author, "client", CLIENT, given);
  const number = given.replace(/[\s().-]/g, "");
  return checked(author, "number", E164, number);
}

function checked(author: Author, kind: CallAddress["kind"], pattern: RegExp, address: string): CallAddress {
  if (pattern.test(address)) return { kind, address };
  const { en, es } = EXPECTED[kind];
  const words = {
    en: `"${address}" cannot be called: ${en} is expected.`,
    es: `No se puede llamar a «${address}»: se espera ${es}.`,
  };
  throw badInput(author, words, { to: address });
}

const EXPECTED: Readonly<Record<CallAddress["kind"], Text>> = {
  number: { en: "a number such as +573001112233", es: "un número como +573001112233" },
  sip: { en: "sip:user@host", es: "sip:usuario@servidor" },
  client: { en: "client:name", es: "client:nombre" },
};
