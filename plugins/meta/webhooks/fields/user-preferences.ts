import { readPreferences } from "../../wire/read-preference.ts";
import type { FieldReader } from "./field.ts";

/** A person wants no marketing, or wants it again. */
export default {
  field: "user_preferences",
  read: ({ value, account }) => readPreferences(value, account),
} satisfies FieldReader;
