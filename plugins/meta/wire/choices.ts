import {
  type CheckedMessage,
  type Choice,
  choiceOf,
  choicePayload,
  type JsonObject,
  type MediaKind,
  type MessageDraft,
  type OutboundFile,
} from "../../../engine/plugin-api.ts";

const MAX_BUTTONS = 3;
const MAX_BUTTON_TITLE = 20;
const MAX_ROWS = 10;
const MAX_ROW_TITLE = 24;
const MAX_ROW_DESCRIPTION = 72;
const MAX_BUTTONS_BODY = 1024;
const MAX_LIST_BODY = 4096;

type Shape = "button" | "list";

/** True where Meta has buttons or a list for these choices. */
export function showsInteractive(message: CheckedMessage): boolean {
  return shapeOf(message) !== null;
}

/** Choices as reply buttons, else as a list; null where Meta has neither for them. `header` is the message's file. */
export function interactiveOf(message: CheckedMessage, header: JsonObject | null): JsonObject | null {
  const { choices } = message;
  const shape = shapeOf(message);
  if (!choices || shape === null) return null;
  return shape === "button"
    ? buttonsOf(message, choices.list, header)
    : listOf(message, choices.list, choices.listLabel);
}

function shapeOf({ choices, text = "", files }: CheckedMessage): Shape | null {
  if (!choices || text === "" || !differ(choices.list)) return null;
  if (fitButtons(choices.list) && text.length <= MAX_BUTTONS_BODY) return fitHeader(files) ? "button" : null;
  // The header of a list takes no file.
  return files.length === 0 && text.length <= MAX_LIST_BODY && fitRows(choices.list) ? "list" : null;
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

/** A quick reply of a template: what stands on it, and what its author has it bring back. */
export interface QuickReply {
  readonly text: string;
  readonly payload: string;
}

/** What a tap on a quick reply brings back: the choice it means by its payload or words, else the one in its place. */
export function tapPayload({ choices, ask }: MessageDraft): (button: QuickReply, place: number) => string {
  const list = choices?.list ?? [];
  return ({ text, payload }, place) => {
    const choice = choiceOf(list, { body: text, payload }) ?? list[place];
    return choice ? idOf(choice, ask) : payload;
  };
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

function buttonsOf(
  { text = "", ask }: MessageDraft,
  list: readonly Choice[],
  header: JsonObject | null,
): JsonObject {
  const buttons = list.map((choice) => ({
    type: "reply",
    reply: { id: idOf(choice, ask), title: choice.title },
  }));
  return { type: "button", ...(header ? { header } : {}), body: { text }, action: { buttons } };
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

const HEADERS: readonly MediaKind[] = ["image", "video", "document"];

function fitHeader(files: readonly OutboundFile[]): boolean {
  return files.length <= 1 && files.every(({ kind }) => HEADERS.includes(kind));
}
