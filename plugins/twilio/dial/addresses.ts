import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { NodeContext } from "../../../engine/plugin-api.ts";
import { type Author, badInput } from "../bad-input.ts";

/** A phone number in E.164; a national one is one of the tenant's country. @throws AppError PARAMS_INVALID */
export function phoneNumber(ctx: NodeContext, text: string): string {
  const country = ctx.tenant.country as CountryCode;
  const parsed = parsePhoneNumberFromString(text.trim(), country);
  if (parsed?.isPossible()) return parsed.number;
  throw badInput(
    ctx,
    {
      en: `"${text}" cannot be called; a number such as +573001112233 is expected.`,
      es: `No se puede llamar a «${text}»; se espera un número como +573001112233.`,
    },
    { to: text },
  );
}

/** @throws AppError PARAMS_INVALID */
export function sipAddress(author: Author, text: string): string {
  if (/^sips?:[^\s@?]+@[^\s@?]+$/i.test(text) && text.length <= 255) return text;
  throw badInput(
    author,
    {
      en: `"${text}" is no SIP address; sip:name@host is expected, or a number with a trunk.`,
      es: `«${text}» no es una dirección SIP; se espera sip:nombre@servidor, o un número con una troncal.`,
    },
    { to: text },
  );
}

/** The identity of an app user, with or without `client:` before it. @throws AppError PARAMS_INVALID */
export function clientIdentity(author: Author, text: string): string {
  const identity = text.replace(/^client:/i, "");
  if (/^[^\s<>]{1,121}$/.test(identity)) return identity;
  throw badInput(
    author,
    {
      en: `"${text}" is no app user; a name without spaces is expected.`,
      es: `«${text}» no es un usuario de la app; se espera un nombre sin espacios.`,
    },
    { to: text },
  );
}

/** The name of a conference or queue. @throws AppError PARAMS_INVALID */
export function roomName(author: Author, text: string): string {
  if (text.length <= 64) return text;
  throw badInput(
    author,
    {
      en: `A conference or queue is named by 64 characters at most; "${text}" has ${text.length}.`,
      es: `Una conferencia o cola se nombra con 64 caracteres como máximo; «${text}» tiene ${text.length}.`,
    },
    { to: text },
  );
}
