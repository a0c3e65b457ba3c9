import { fieldOf, isRecord } from "../../../engine/core/plain-data.ts";
import { type Header, type Message, type MessageButton, MOST_BUTTONS } from "../../message/message.ts";

type Render = (template: string) => string;

/** What a node that sends would send, by the parameters all of them share: its choices or buttons, files, header, footer. */
export function messageOfParams(params: unknown, body: string, render: Render): Message {
  const choices = [...entriesOf(params, "choices"), ...entriesOf(params, "buttons")].map((entry) =>
    buttonOf(entry, render),
  );
  const link = fieldOf(params, "link");
  const links: MessageButton[] = isRecord(link)
    ? [{ kind: "url", text: render(textOf(link.label)), detail: "" }]
    : [];
  const rows = [...(choices.length > MOST_BUTTONS ? choices : []), ...listRows(params, render)];
  return {
    header: headerOf(params, render),
    body: render(body),
    footer: render(textOf(fieldOf(params, "footer"))),
    buttons: choices.length > MOST_BUTTONS ? links : [...choices, ...links],
    list: rows.length === 0 ? null : { label: render(listLabel(params)), rows },
  };
}

function headerOf(params: unknown, render: Render): Header | null {
  const header = fieldOf(params, "header");
  const kind = textOf(fieldOf(header, "type"));
  if (kind === "text") return { kind, text: render(textOf(fieldOf(header, "text"))) };
  if (kind === "image" || kind === "video" || kind === "document") return { kind, text: "" };
  const type = textOf(fieldOf(params, "type"));
  if (type === "image" || type === "video" || type === "document" || type === "audio" || type === "location")
    return { kind: type, text: textOf(fieldOf(fieldOf(params, "file"), "filename")) };
  const files = [fieldOf(params, "media"), fieldOf(params, "mediaUrls")].find(
    (list) => Array.isArray(list) && list.length > 0,
  );
  return files === undefined ? null : { kind: "image", text: "" };
}

function buttonOf(entry: unknown, render: Render): MessageButton {
  return {
    kind: "reply",
    text: render(textOf(fieldOf(entry, "title"))),
    detail: render(textOf(fieldOf(entry, "description"))),
  };
}

function listRows(params: unknown, render: Render): readonly MessageButton[] {
  return entriesOf(fieldOf(params, "list"), "sections")
    .flatMap((section) => entriesOf(section, "rows"))
    .map((row) => buttonOf(row, render));
}

function listLabel(params: unknown): string {
  return textOf(fieldOf(params, "listLabel") ?? fieldOf(fieldOf(params, "list"), "button"));
}

function entriesOf(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
