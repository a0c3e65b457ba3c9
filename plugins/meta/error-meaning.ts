import type { Refusal, Text } from "../../engine/plugin-api.ts";
import { backoff, FOUR_TO_THE_X, NEVER, type Retry } from "./retry-rules.ts";

/**
 * What a code of Meta asks of us. `token`: nothing goes out until an operator acts; `rate_limited` and `unavailable`:
 * the same request may succeed later; `refused`: it will not.
 */
export type MetaErrorClass = "token" | "rate_limited" | "unavailable" | "refused";

export interface MetaErrorMeaning {
  readonly class: MetaErrorClass;
  readonly refusal: Refusal;
  /** Where `meta.send` leaves when it is the end of it. */
  readonly port: "failed" | "window_closed";
  readonly retry: Retry;
  readonly text: Text;
}

export function refused(refusal: Refusal, en: string, es: string, retry: Retry = NEVER): MetaErrorMeaning {
  const port = refusal === "outside_window" ? "window_closed" : "failed";
  return { class: "refused", refusal, port, retry, text: { en, es } };
}

export function token(en: string, es: string): MetaErrorMeaning {
  return { class: "token", refusal: "not_permitted", port: "failed", retry: NEVER, text: { en, es } };
}

export function limited(en: string, es: string, retry: Retry = FOUR_TO_THE_X): MetaErrorMeaning {
  return { class: "rate_limited", refusal: "other", port: "failed", retry, text: { en, es } };
}

export function unavailable(en: string, es: string, retry: Retry = backoff(2)): MetaErrorMeaning {
  return { class: "unavailable", refusal: "other", port: "failed", retry, text: { en, es } };
}
