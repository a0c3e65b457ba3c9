import type { Json, JsonObject, LedgerEntry, PhoneEvent } from "../../../engine/plugin-api.ts";
import { meaningOf } from "../error-codes.ts";
import { contentNamed, filledParts } from "./content.ts";
import { errorText } from "./error-texts.ts";
import { MESSAGE_KINDS, messageDetails } from "./message-record.ts";
import type { World } from "./world.ts";

type ShownMessage = Extract<PhoneEvent, { kind: "message" }>;
type Parts = Pick<ShownMessage, "buttons" | "header" | "footer">;

/** A message as the chat on the phone shows it; null for what is no message. */
export function shownMessage(world: World, entry: LedgerEntry): ShownMessage | null {
  if (!MESSAGE_KINDS.includes(entry.kind) || entry.channel === "voice") return null;
  const { direction, errorCode, mediaUrls, numSegments } = messageDetails(entry);
  const isInbound = direction === "inbound";
  return {
    kind: "message",
    id: entry.ref,
    channel: entry.channel ?? "sms",
    direction: isInbound ? "inbound" : "outbound",
    person: (isInbound ? entry.from : entry.to) ?? "",
    body: entry.body ?? "",
    media: mediaUrls.map((url) => ({ url, contentType: typeOf(entry, url) })),
    ...partsOf(world, entry),
    status: STATUSES[entry.status ?? ""] ?? "queued",
    error: errorCode === null ? null : `${errorCode}: ${errorText(errorCode)}`,
    ...whyOf(errorCode),
    segments: numSegments,
  };
}

function whyOf(errorCode: number | null): Pick<ShownMessage, "why"> {
  const meaning = meaningOf(errorCode);
  return meaning === null ? {} : { why: { en: meaning.en, es: meaning.es } };
}

const STATUSES: Readonly<Record<string, ShownMessage["status"]>> = {
  sent: "sent",
  delivered: "delivered",
  read: "read",
  undelivered: "failed",
  failed: "failed",
  canceled: "failed",
  received: "received",
};

/** As the file's server said it, where it was looked at. */
function typeOf(entry: LedgerEntry, url: string): string {
  const { files } = entry.details ?? {};
  const [first] = Array.isArray(files) ? files.filter(isRecord) : [];
  if (typeof first?.type === "string" && first.type !== "") return first.type;
  return /\.(mp4|3gp)\b/i.test(url) ? "video/mp4" : /\.pdf\b/i.test(url) ? "application/pdf" : "image/*";
}

const PLAIN: Parts = { buttons: [], header: null, footer: null };

function partsOf(world: World, entry: LedgerEntry): Parts {
  const { accountSid, contentSid, contentVariables } = messageDetails(entry);
  if (contentSid === null) return PLAIN;
  const content = contentNamed(world, accountSid, contentSid);
  if (content === null || content === "unknown") return PLAIN;
  const [part] = Object.values(filledParts(content, contentVariables ?? undefined));
  if (!isRecord(part)) return PLAIN;
  return { buttons: buttonsOf(part), header: textOf(part.header_text), footer: textOf(part.footer) };
}

function buttonsOf({ actions, items }: JsonObject): ShownMessage["buttons"] {
  const rows = listOf(items).map(({ id, item }) => ({ id: textOf(id) ?? "", title: textOf(item) ?? "" }));
  const buttons = listOf(actions).map(({ id, title, url, copy_code_text: copy }) => {
    const words = textOf(title) ?? textOf(copy) ?? "";
    const address = textOf(url);
    return { id: textOf(id) ?? words, title: words, ...(address === null ? {} : { url: address }) };
  });
  return [...buttons, ...rows];
}

/** Whether a row of a list was meant, which Twilio reports otherwise than a button. */
export function tappedPart(
  world: World,
  entry: LedgerEntry,
  id: string,
): { readonly title: string; readonly isRow: boolean } | null {
  const { accountSid, contentSid, contentVariables } = messageDetails(entry);
  const content = contentSid === null ? null : contentNamed(world, accountSid, contentSid);
  if (content === null || content === "unknown") return null;
  const [part] = Object.values(filledParts(content, contentVariables ?? undefined));
  if (!isRecord(part)) return null;
  const found = buttonsOf(part).find((button) => button.id === id || button.title === id);
  return found ? { title: found.title, isRow: listOf(part.items).length > 0 } : null;
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}
