import type { Json, JsonObject } from "../../../engine/plugin-api.ts";
import type { IncomingMessage } from "../triggers/incoming-message.ts";
import { isObject, numberOf, objectOf, objectsOf, parseJson, textOf } from "./json.ts";

/** What a message says, whatever its type. */
export type MessageContent = Pick<
  IncomingMessage,
  "body" | "media" | "buttonPayload" | "location" | "interactive" | "contacts" | "order"
>;

/**
 * The content of a message a person wrote; null for what they did besides writing (reactions, edits, revocations, system
 * notes, unsupported types, and those Meta adds without telling).
 */
export function contentOf(message: JsonObject): MessageContent | null {
  const type = textOf(message.type) ?? "";
  return CONTENT_BY_TYPE[type]?.(objectOf(message[type]), message) ?? null;
}

/** A message that says nothing. */
export const NOTHING: MessageContent = {
  body: "",
  media: [],
  buttonPayload: null,
  location: null,
  interactive: null,
  contacts: [],
  order: null,
};

type Reader = (part: JsonObject, message: JsonObject) => MessageContent;

const CONTENT_BY_TYPE: Readonly<Record<string, Reader>> = {
  text: (part) => ({ ...NOTHING, body: textOf(part.body) ?? "" }),
  button: (part) => ({ ...NOTHING, body: textOf(part.text) ?? "", buttonPayload: textOf(part.payload) }),
  image: mediaReader("image"),
  video: mediaReader("video"),
  audio: mediaReader("audio"),
  document: mediaReader("document"),
  sticker: mediaReader("sticker"),
  location: readLocation,
  contacts: readContacts,
  interactive: readInteractive,
  order: (part) => ({ ...NOTHING, body: textOf(part.text) ?? "", order: part }),
};

function mediaReader(type: string): Reader {
  return (part) => {
    const caption = textOf(part.caption);
    const file = {
      id: textOf(part.id) ?? "",
      type,
      contentType: textOf(part.mime_type),
      url: textOf(part.url),
      filename: textOf(part.filename),
      caption,
      voice: part.voice === true,
    };
    return { ...NOTHING, body: caption ?? "", media: [file] };
  };
}

function readLocation(part: JsonObject): MessageContent {
  const name = textOf(part.name);
  const address = textOf(part.address);
  const location = {
    latitude: numberOf(part.latitude) ?? 0,
    longitude: numberOf(part.longitude) ?? 0,
    name,
    address,
  };
  return { ...NOTHING, body: [name, address].filter((word) => word !== null).join(", "), location };
}

function readContacts(_part: JsonObject, message: JsonObject): MessageContent {
  const contacts = objectsOf(message.contacts);
  const names = contacts
    .map((card) => textOf(objectOf(card.name).formatted_name))
    .filter((name) => name !== null);
  return { ...NOTHING, body: names.join(", "), contacts: [...contacts] };
}

function readInteractive(part: JsonObject): MessageContent {
  const type = textOf(part.type) ?? "";
  const reply = objectOf(part[type]);
  const id = textOf(reply.id);
  const title = textOf(reply.title);
  const interactive = {
    type,
    id,
    title,
    description: textOf(reply.description),
    response: responseOf(reply),
  };
  return {
    ...NOTHING,
    body: title ?? textOf(reply.body) ?? textOf(reply.response) ?? "",
    buttonPayload: id,
    interactive,
  };
}

/** A form answers with JSON inside a string; a call permission with a word and its circumstances. */
function responseOf(reply: JsonObject): Json {
  const filledIn = textOf(reply.response_json);
  if (filledIn !== null) return parseJson(filledIn) ?? filledIn;
  return isObject(reply) && textOf(reply.response) !== null ? reply : null;
}
