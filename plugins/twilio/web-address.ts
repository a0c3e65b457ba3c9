import type { Text } from "../../engine/plugin-api.ts";
import { type Author, badInput } from "./bad-input.ts";

/** A URL Twilio can ask for. @throws AppError PARAMS_INVALID naming what it was to be the address of */
export function webAddress(author: Author, url: string, what: Text): string {
  const text = url.trim();
  if (/^https?:\/\/\S+$/i.test(text) && URL.canParse(text)) return text;
  throw badInput(
    author,
    {
      en: `"${url}" is not the URL of a ${what.en}; http:// or https:// is expected.`,
      es: `«${url}» no es la URL de una ${what.es}; se espera http:// o https://.`,
    },
    { url },
  );
}
