import { Type } from "typebox";

/** Fields that several routes have in common. */
export const FlowKey = Type.String({ pattern: "^[a-z][a-z0-9-]{0,63}$", description: "Key of a flow." });

export const RunId = Type.String({ pattern: "^run_[0-9a-f]{32}$", description: "Id of a run." });

export const Phone = Type.String({
  pattern: "^\\+[1-9][0-9]{6,14}$",
  description: "E.164, such as +573001234567.",
});

export const UserId = Type.String({
  pattern: "^[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}$",
  description: "WhatsApp's id of somebody who may hide their phone, such as ES.2000.",
});

/** How somebody is written to. */
export const Address = Type.String({
  pattern: "^(\\+[1-9][0-9]{6,14}|[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128})$",
  description:
    "E.164, such as +573001234567, or WhatsApp's id of somebody who hides their phone, such as ES.2000.",
});

export const Moment = Type.String({
  pattern: "^(?!0000)\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?(Z|[+-]\\d{2}:\\d{2}))?$",
  description: "ISO 8601: a date, or a date and time with its offset.",
});

/** A moment in an answer: what `Date` becomes in JSON. */
export const At = Type.String({ description: "ISO 8601, UTC." });

export const Limit = Type.Integer({
  minimum: 1,
  maximum: 200,
  default: 50,
  description: "How many at most.",
});

export const Any = Type.Unknown();

/** Data by name, of a shape that is not known here. */
export const Data = Type.Record(Type.String(), Type.Unknown());
