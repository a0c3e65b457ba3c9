import { fieldOf } from "../../../engine/core/plain-data.ts";
import { isScalar } from "./read-schema.ts";

/** What holds where nothing is filled in, as a text; null where there is none. */
export function defaultText(schema: object): string | null {
  const usual = fieldOf(schema, "default");
  return isScalar(usual) && usual !== "" ? String(usual) : null;
}
