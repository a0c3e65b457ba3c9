import type { ItemOf } from "../api/pages.ts";

/** A number of the business. */
export type PhoneLine = ItemOf<"listNumbers">;
