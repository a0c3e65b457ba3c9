import type { JsonObject } from "../../../engine/plugin-api.ts";
import { isObject, numberOf, objectOf, objectsOf, textOf } from "../wire/json.ts";
import { e164Of, isUserId } from "../wire/phone.ts";
import { checkInteractive } from "./check-interactive.ts";
import type { Problem } from "./error-answer.ts";
import { firstProblem, invalid, limited, missing } from "./problems.ts";

/** What is wrong with the body of a send, by Meta's rules for its type; null when Meta would take it. */
export function checkMessage(body: JsonObject): Problem | null {
  const type = textOf(body.type) ?? "text";
  const check = CHECK_BY_TYPE[type];
  return firstProblem(
    () =>
      body.messaging_product === "whatsapp"
        ? null
        : { code: 100, details: "The parameter messaging_product is required." },
    () => checkRecipient(body),
    () => (check ? null : { code: 131051, details: `Message type ${type} is not supported.` }),
    () => checkNames(body, type),
    () => limited("biz_opaque_callback_data", body.biz_opaque_callback_data, 512),
    () =>
      body.category === undefined
        ? null
        : { code: 100, details: "This account is not eligible for Direct Send (category)." },
    () => checkPart(body, type),
  );
}

const ENVELOPE = new Set([
  "messaging_product",
  "recipient_type",
  "to",
  "recipient",
  "type",
  "context",
  "biz_opaque_callback_data",
  "category",
  "direct_send_config",
  "messaging_account_id",
  "recipient_identity_key_hash",
]);

function checkNames(body: JsonObject, type: string): Problem | null {
  const unknown = Object.keys(body).find((name) => name !== type && !ENVELOPE.has(name));
  return unknown === undefined ? null : { code: 100, details: `Unexpected key "${unknown}" on the message.` };
}

function checkRecipient({ to, recipient, recipient_type: kind }: JsonObject): Problem | null {
  if (kind !== undefined && kind !== "individual")
    return invalid("recipient_type", "only individual is emulated");
  if (to !== undefined) return e164Of(textOf(to)) ? null : invalid("to", "a phone number with + is expected");
  if (recipient === undefined) return missing("to");
  return isUserId(textOf(recipient) ?? "")
    ? null
    : invalid("recipient", "a business-scoped user id is expected");
}

function checkPart(body: JsonObject, type: string): Problem | null {
  const part = body[type];
  if (part === undefined) return missing(type);
  return CHECK_BY_TYPE[type]?.(objectOf(part), body) ?? null;
}

type Check = (part: JsonObject, body: JsonObject) => Problem | null;

const CHECK_BY_TYPE: Readonly<Record<string, Check>> = {
  text: (part) => (textOf(part.body) ? limited("text.body", part.body, 4096) : missing("text.body")),
  image: mediaCheck("image", ["caption"]),
  video: mediaCheck("video", ["caption"]),
  audio: mediaCheck("audio", ["voice"]),
  document: mediaCheck("document", ["caption", "filename"]),
  sticker: mediaCheck("sticker", []),
  location: checkLocation,
  contacts: checkContacts,
  reaction: (part) => (textOf(part.message_id) ? null : missing("reaction.message_id")),
  interactive: (part) => checkInteractive(part),
  template: checkTemplate,
};

function mediaCheck(type: string, extras: readonly string[]): Check {
  const allowed = new Set(["id", "link", ...extras]);
  return (part) => {
    const unknown = Object.keys(part).find((name) => !allowed.has(name));
    if (unknown !== undefined)
      return { code: 100, details: `Unexpected key "${unknown}" on param "${type}".` };
    if (part.id === undefined && part.link === undefined) return missing(`${type}.id or ${type}.link`);
    if (part.id !== undefined && part.link !== undefined)
      return invalid(type, "exactly one of id and link is allowed");
    if (part.link !== undefined && !/^https?:\/\//.test(textOf(part.link) ?? ""))
      return invalid(`${type}.link`, "an http(s) address is expected");
    return limited(`${type}.caption`, part.caption, 1024);
  };
}

function checkLocation({ latitude, longitude }: JsonObject): Problem | null {
  const [lat, lon] = [numberOf(latitude), numberOf(longitude)];
  if (lat === null || lon === null) return missing("location.latitude and location.longitude");
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? null : invalid("location", "out of range");
}

function checkContacts(_part: JsonObject, body: JsonObject): Problem | null {
  const cards = objectsOf(body.contacts);
  if (cards.length === 0) return missing("contacts");
  return cards.every(({ name }) => textOf(objectOf(name).formatted_name))
    ? null
    : missing("contacts.name.formatted_name");
}

function checkTemplate(template: JsonObject): Problem | null {
  if (!textOf(template.name)) return { code: 132001, details: "Template name is missing." };
  if (!isObject(template.language) || !textOf(template.language.code))
    return missing("template.language.code");
  const parameters = objectsOf(template.components).flatMap((component) => objectsOf(component.parameters));
  return firstProblem(...parameters.map((parameter) => () => checkParameter(parameter)));
}

function checkParameter(parameter: JsonObject): Problem | null {
  if (parameter.type !== "text") return null;
  const text = textOf(parameter.text);
  if (!text) return missing("template.components.parameters.text");
  if (!/[\n\t]| {5}/.test(text)) return null;
  return {
    code: 132018,
    details: "Param text cannot have new-line/tab characters or more than 4 consecutive spaces.",
  };
}
