import { AppError } from "../../engine/plugin-api.ts";

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
export function readAddress(text: string, where: string): CallAddress {
  const given = text.trim();
  if (/^sips?:/i.test(given)) return checked("sip", SIP, given, where, "sip:user@host");
  if (/^client:/i.test(given)) return checked("client", CLIENT, given, where, "client:name");
  const number = given.replace(/[\s().-]/g, "");
  return checked("number", E164, number, where, "a number such as +573001112233");
}

function checked(
  kind: CallAddress["kind"],
  pattern: RegExp,
  address: string,
  where: string,
  expected: string,
): CallAddress {
  if (pattern.test(address)) return { kind, address };
  throw new AppError("PARAMS_INVALID", `${where} "${address}" cannot be called: ${expected} is expected.`, {
    to: address,
  });
}
