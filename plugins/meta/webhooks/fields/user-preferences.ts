import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { objectOf, objectsOf, textOf } from "../../wire/json.ts";
import { accountNote, type FieldReader } from "./field.ts";

/** A person wants no marketing, or wants it again. */
export default {
  field: "user_preferences",
  read(change) {
    const providerId = textOf(objectOf(change.value.metadata).phone_number_id);
    return objectsOf(change.value.user_preferences).map((wish) =>
      accountNote({ ...change, value: wish }, noteOf(wish), { providerId }),
    );
  },
} satisfies FieldReader;

function noteOf(wish: JsonObject) {
  const [category, value] = [textOf(wish.category) ?? "", textOf(wish.value) ?? ""];
  return {
    field: "user_preferences",
    event: `${category}_${value}`.replace(/^_|_$/g, "") || "UNKNOWN",
    severity: "info",
    text: { en: `A person's wish: ${category} ${value}.`, es: `Deseo de una persona: ${category} ${value}.` },
  } as const;
}
