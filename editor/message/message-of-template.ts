import type { TemplateButton, TemplateContent } from "../../engine/core/template-content.ts";
import type { Message, MessageButton } from "./message.ts";

/** A template as it will arrive; `fill` puts what there is into the gaps of a text. */
export function messageOfTemplate(content: TemplateContent, fill: (text: string) => string): Message {
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
