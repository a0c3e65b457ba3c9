import type { Delivery } from "../../../../engine/plugin-api.ts";
import { META_ERRORS, meaningOf } from "../../error-codes.ts";
import { isObject, listOf, numberOf, objectOf, objectsOf, textOf } from "../../wire/json.ts";
import { readMessages } from "../../wire/read-message.ts";
import { readStatuses } from "../../wire/read-status.ts";
import { accountNote, type FieldChange, type FieldReader, faultOf } from "./field.ts";

/** What people write, what became of what we sent, and errors of the number as a whole. */
export default {
  field: "messages",
  read: (change) => [
    ...readMessages(change.value, { account: change.account, observed: false }),
    ...readStatuses(change.value),
    ...unreadable(change),
    ...numberErrors(change),
  ],
} satisfies FieldReader;

/** Items that are no objects, or name nothing they could be kept under. */
function unreadable({ value }: FieldChange): readonly Delivery[] {
  const items = [...listOf(value.messages), ...listOf(value.statuses)];
  return items
    .filter((item) => !isObject(item) || textOf(item.id) === null)
    .map((item) => faultOf("a message or status without an id", item));
}

/** Errors that belong to no message: the number was too fast, or Meta could not say what it got. */
function numberErrors(change: FieldChange): readonly Delivery[] {
  const { value } = change;
  if (listOf(value.messages).length > 0 || listOf(value.statuses).length > 0) return [];
  const providerId = textOf(objectOf(value.metadata).phone_number_id);
  return objectsOf(value.errors).map((error) => {
    const code = numberOf(error.code) ?? 0;
    const known = META_ERRORS[code] !== undefined;
    const note = {
      field: "messages",
      event: `error_${code}`,
      severity: "warning",
      text: meaningOf(code).text,
      data: { ...error, known },
    } as const;
    return accountNote(change, note, { providerId });
  });
}
