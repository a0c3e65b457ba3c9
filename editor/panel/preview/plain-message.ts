import { withNumbers } from "../../../engine/core/choices.ts";
import { EMPTY_MESSAGE, type Message } from "../../message/message.ts";

/** The message where there are no buttons: what one may choose are lines to answer by number. */
export function plainMessage({ header, body, buttons, list }: Message): Message {
  const choices = [...buttons, ...(list?.rows ?? [])].map(({ text, detail }) => ({
    id: "",
    title: text,
    ...(detail === "" ? {} : { description: detail }),
  }));
  const text = choices.length === 0 ? body : withNumbers(body, choices);
  return { ...EMPTY_MESSAGE, header: header?.kind === "text" ? null : header, body: text };
}
