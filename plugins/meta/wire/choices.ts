import {
  type Choice,
  choicePayload,
  type JsonObject,
  type MessageDraft,
} from "../../../engine/plugin-api.ts";

const MAX_BUTTONS = 3;
const MAX_BUTTON_TITLE = 20;
const MAX_ROWS = 10;
const MAX_ROW_TITLE = 24;
const MAX_ROW_DESCRIPTION = 72;
const MAX_BUTTONS_BODY = 1024;
const MAX_LIST_BODY = 4096;

/** Choices as reply buttons, else as a list; null where Meta has neither for them. */
export function interactiveOf(message: MessageDraft): JsonObject | null {
  const { choices, text = "", media = [] } = message;
  if (!choices || text === "" || !differ(choices.list)) return null;
  if (fitButtons(choices.list) && text.length <= MAX_BUTTONS_BODY) return buttonsOf(message, choices.list);
  // The header of a list takes no file.
  if (media.length > 0 || text.length > MAX_LIST_BODY || !fitRows(choices.list)) return null;
  return listOf(message, choices.list, choices.listLabel);
}

/** The payloads of a template's quick replies, in the order of its buttons. */
export function quickReplies({ choices, ask }: MessageDraft): JsonObject[] {
  return (choices?.list ?? []).map((choice, index) => ({
    type: "button",
    sub_type: "quick_reply",
    index: String(index),
    parameters: [{ type: "payload", payload: idOf(choice, ask) }],
  }));
}

function differ(list: readonly Choice[]): boolean {
  return new Set(list.map(({ title }) => title)).size === list.length;
}

function fitButtons(list: readonly Choice[]): boolean {
  return list.length <= MAX_BUTTONS && list.every(({ title }) => title.length <= MAX_BUTTON_TITLE);
}

function fitRows(list: readonly Choice[]): boolean {
  return (
    list.length <= MAX_ROWS &&
    list.every(
      ({ title, description = "" }) =>
        title.length <= MAX_ROW_TITLE && description.length <= MAX_ROW_DESCRIPTION,
    )
  );
}

function buttonsOf({ text = "", media = [], ask }: MessageDraft, list: readonly Choice[]): JsonObject | null {
  const header = media.length === 0 ? {} : headerOf(media);
  if (header === null) return null;
  const buttons = list.map((choice) => ({
    type: "reply",
    reply: { id: idOf(choice, ask), title: choice.title },
  }));
  return { type: "button", ...header, body: { text }, action: { buttons } };
}

function listOf({ text = "", ask }: MessageDraft, list: readonly Choice[], label: string): JsonObject {
  const rows = list.map((choice) => ({
    id: idOf(choice, ask),
    title: choice.title,
    ...(choice.description ? { description: choice.description } : {}),
  }));
  return { type: "list", body: { text }, action: { button: label, sections: [{ rows }] } };
}

/** A button names its question, so that one of an older message is told apart. */
function idOf(choice: Choice, ask: string | undefined): string {
  return ask === undefined ? choice.id : choicePayload(ask, choice);
}

const HEADERS: Readonly<Record<string, string>> = {
  jpg: "image",
  jpeg: "image",
  png: "image",
  mp4: "video",
  pdf: "document",
};

function headerOf(media: readonly string[]): JsonObject | null {
  const [link = ""] = media;
  const extension = /\.(\w+)(?:[?#]|$)/.exec(link)?.[1]?.toLowerCase() ?? "";
  const type = HEADERS[extension];
  return media.length > 1 || type === undefined ? null : { header: { type, [type]: { link } } };
}
