import type { JsonObject, LedgerEntry, PhoneEvent, WrittenMessage } from "../../../engine/plugin-api.ts";
import { objectOf, objectsOf, textOf } from "../wire/json.ts";
import { templateWords } from "./check-template-message.ts";
import type { Ledger } from "./ledger.ts";
import { buttonsOf, componentsOf, detailsOf, type TemplateDetails, templatesIn } from "./template-record.ts";

type ShownMessage = Extract<PhoneEvent, { kind: "message" }>;
type Button = ShownMessage["buttons"][number];
type Parts = Pick<ShownMessage, "body" | "buttons" | "header" | "footer">;

const STATUSES: Readonly<Record<string, ShownMessage["status"]>> = {
  accepted: "queued",
  sent: "sent",
  delivered: "delivered",
  read: "read",
  played: "read",
  failed: "failed",
};

const LOST = { en: "The message could not be delivered.", es: "El mensaje no se pudo entregar." };

/** A message as the chat on the phone shows it; null for what is no message. */
export function shownMessage(ledger: Ledger, entry: LedgerEntry): ShownMessage | null {
  if (entry.kind !== "message") return null;
  const request = objectOf(objectOf(entry.details).request);
  const type = textOf(request.type) ?? "text";
  if (type === "reaction") return null;
  const status = STATUSES[entry.status ?? ""] ?? "queued";
  return {
    kind: "message",
    id: entry.ref,
    channel: "whatsapp",
    direction: "outbound",
    person: entry.to ?? "",
    ...partsOf(ledger, entry, request, type),
    media: mediaOf(request, type),
    status,
    error: status === "failed" ? LOST.en : null,
    ...(status === "failed" ? { why: LOST } : {}),
    segments: 1,
  };
}

/** What somebody wrote to us, as their own chat shows it. */
export function writtenMessage({ from, body, mediaUrl }: WrittenMessage, ref: string): ShownMessage {
  return {
    kind: "message",
    id: ref,
    channel: "whatsapp",
    direction: "inbound",
    person: from,
    body,
    media: mediaUrl === undefined ? [] : [{ url: mediaUrl, contentType: "image/*" }],
    buttons: [],
    header: null,
    footer: null,
    status: "received",
    error: null,
    segments: 1,
  };
}

function partsOf(ledger: Ledger, entry: LedgerEntry, request: JsonObject, type: string): Parts {
  const plain: Parts = { body: entry.body ?? "", buttons: [], header: null, footer: null };
  if (type === "interactive") return { ...plain, ...interactiveParts(objectOf(request.interactive)) };
  if (type !== "template") return plain;
  const template = objectOf(request.template);
  const details = templatesIn(ledger)
    .map(detailsOf)
    .find((one) => isNamed(one, template));
  return details ? templateParts(template, details) : plain;
}

function interactiveParts({ header, footer, action }: JsonObject): Omit<Parts, "body"> {
  const { buttons, sections, parameters } = objectOf(action);
  const replies = objectsOf(buttons).map(({ reply }) => buttonOf(objectOf(reply)));
  const rows = objectsOf(sections).flatMap(({ rows }) => objectsOf(rows).map(buttonOf));
  const link = objectOf(parameters);
  const url = textOf(link.url);
  const links = url === null ? [] : [{ id: url, title: textOf(link.display_text) ?? url, url }];
  return {
    buttons: [...replies, ...rows, ...links],
    header: textOf(objectOf(header).text),
    footer: textOf(objectOf(footer).text),
  };
}

function buttonOf({ id, title }: JsonObject): Button {
  return { id: textOf(id) ?? "", title: textOf(title) ?? "" };
}

function isNamed({ name, language }: TemplateDetails, template: JsonObject): boolean {
  return name === textOf(template.name) && language === textOf(objectOf(template.language).code);
}

function templateParts(template: JsonObject, details: TemplateDetails): Parts {
  const sent = componentsOf(objectsOf(template.components), "BUTTON");
  const [header] = componentsOf(details.components, "HEADER");
  const [footer] = componentsOf(details.components, "FOOTER");
  return {
    body: templateWords(template, details),
    buttons: buttonsOf(details).map((button, index) =>
      templateButton(
        button,
        sent.find((component) => Number(component.index) === index),
      ),
    ),
    header: textOf(header?.text),
    footer: textOf(footer?.text),
  };
}

/** What a quick reply brings back, and where an address leads, stands in the message. */
function templateButton(button: JsonObject, sent: JsonObject | undefined): Button {
  const title = textOf(button.text) ?? textOf(button.type) ?? "";
  const [parameter] = objectsOf(sent?.parameters);
  const url = textOf(button.url)?.replace("{{1}}", textOf(parameter?.text) ?? "");
  return { id: textOf(parameter?.payload) ?? title, title, ...(url === undefined ? {} : { url }) };
}

const MEDIA: Readonly<Record<string, string>> = {
  image: "image/*",
  video: "video/*",
  audio: "audio/*",
  document: "application/pdf",
};

function mediaOf(request: JsonObject, type: string): ShownMessage["media"] {
  const contentType = MEDIA[type];
  const url = contentType === undefined ? null : textOf(objectOf(request[type]).link);
  return url === null || contentType === undefined ? [] : [{ url, contentType }];
}
