import { isRecord } from "../../../engine/core/plain-data.ts";
import {
  filledIn,
  type TemplateButton,
  type TemplateContent,
} from "../../../engine/core/template-content.ts";
import { renderPreview } from "../../model/preview.ts";
import type { Message, MessageButton } from "./message.ts";

/** A template with its variables filled in; a variable nobody has filled in yet shows its name. */
export function messageOfTemplate(
  content: TemplateContent,
  values: unknown,
  sample: Readonly<Record<string, unknown>>,
): Message {
  const given = isRecord(values) ? values : {};
  const fill = (text: string) =>
    filledIn(text, (name) => {
      const value = given[name];
      if (value === undefined || value === "") return `[${name}]`;
      return renderPreview(String(value), sample).text;
    });
  const { header, footer, buttons = [] } = content;
  return {
    header: header ? { kind: header.type, text: header.type === "text" ? fill(header.text) : "" } : null,
    body: fill(content.body),
    footer: footer === undefined ? "" : fill(footer),
    buttons: buttons.map((button) => buttonOf(button, fill)),
    list: null,
  };
}

function buttonOf(button: TemplateButton, fill: (text: string) => string): MessageButton {
  switch (button.type) {
    case "url":
      return { kind: "url", text: button.text, detail: fill(button.url) };
    case "phone":
      return { kind: "phone", text: button.text, detail: button.phone };
    case "copy_code":
      return { kind: "copy", text: fill(button.code), detail: "" };
    case "otp":
      return { kind: "copy", text: button.text ?? "123456", detail: "" };
    case "quick_reply":
    case "flow":
      return { kind: "reply", text: button.text, detail: "" };
  }
}
