import type { JsonObject } from "../../../engine/plugin-api.ts";
import { isObject, objectOf, objectsOf, textOf } from "../wire/json.ts";
import type { Problem } from "./error-answer.ts";
import { firstProblem, invalid, limited, missing } from "./problems.ts";

const TYPES = new Set([
  "button",
  "list",
  "cta_url",
  "flow",
  "location_request_message",
  "product",
  "product_list",
  "catalog_message",
  "carousel",
  "request_contact_info",
  "call_permission_request",
  "voice_call",
  "address_message",
  "order_details",
  "order_status",
]);

/** Types whose body Meta fills in itself or allows to be absent. */
const BODY_OPTIONAL = new Set(["product", "call_permission_request"]);

/** Checks the `interactive` part of a message against Meta's limits. */
export function checkInteractive(interactive: JsonObject): Problem | null {
  const type = textOf(interactive.type);
  if (type === null) return missing("interactive.type");
  if (!TYPES.has(type)) return invalid("interactive.type", `${type} is not a type of interactive message`);
  return firstProblem(
    () => checkBody(interactive, type),
    () => limited("interactive.footer.text", objectOf(interactive.footer).text, 60),
    () => (isObject(interactive.action) ? null : missing("interactive.action")),
    () => (type === "button" ? checkButtons(objectOf(interactive.action)) : null),
    () => (type === "list" ? checkList(objectOf(interactive.action)) : null),
  );
}

function checkBody({ body }: JsonObject, type: string): Problem | null {
  const text = textOf(objectOf(body).text);
  if (text === null || text === "") return BODY_OPTIONAL.has(type) ? null : missing("interactive.body.text");
  return limited("interactive.body.text", text, type === "list" ? 4096 : 1024);
}

function checkButtons(action: JsonObject): Problem | null {
  const replies = objectsOf(action.buttons).map(({ reply }) => objectOf(reply));
  if (replies.length < 1 || replies.length > 3)
    return invalid("interactive.action.buttons", "1 to 3 buttons are allowed");
  const titles = replies.map(({ title }) => textOf(title) ?? "");
  if (titles.includes("")) return missing("interactive.action.buttons.reply.title");
  if (new Set(titles).size < titles.length)
    return invalid("interactive.action.buttons", "titles must be unique");
  return firstProblem(
    ...titles.map((title) => () => limited("interactive.action.buttons.reply.title", title, 20)),
    ...replies.map(
      ({ id }) =>
        () =>
          named("interactive.action.buttons.reply.id", id, 256),
    ),
  );
}

function checkList(action: JsonObject): Problem | null {
  const sections = objectsOf(action.sections);
  const rows = sections.flatMap((section) => objectsOf(section.rows));
  if (sections.length < 1 || sections.length > 10)
    return invalid("interactive.action.sections", "1 to 10 sections are allowed");
  if (rows.length < 1 || rows.length > 10)
    return invalid("interactive.action.sections.rows", "1 to 10 rows in total are allowed");
  return firstProblem(
    () => named("interactive.action.button", action.button, 20),
    ...sections.map(
      ({ title }) =>
        () =>
          limited("interactive.action.sections.title", title, 24),
    ),
    ...rows.map(
      ({ id }) =>
        () =>
          named("interactive.action.sections.rows.id", id, 200),
    ),
    ...rows.map(
      ({ title }) =>
        () =>
          named("interactive.action.sections.rows.title", title, 24),
    ),
    ...rows.map(
      ({ description }) =>
        () =>
          limited("interactive.action.sections.rows.description", description, 72),
    ),
  );
}

function named(path: string, value: JsonObject[string] | undefined, max: number): Problem | null {
  return textOf(value) ? limited(path, value, max) : missing(path);
}
