import { readMessages } from "../../wire/read-message.ts";
import type { FieldReader } from "./field.ts";

/** Conversations that somebody else leads: put on record, never answered, for answering would steal them. */
export default {
  field: "standby",
  read: ({ value, account }) => readMessages(value, { account, observed: true }),
} satisfies FieldReader;
