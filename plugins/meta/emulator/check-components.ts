import type { JsonObject } from "../../../engine/plugin-api.ts";
import { objectOf, objectsOf, textOf } from "../wire/json.ts";
import { namesIn } from "./check-template-message.ts";
import type { Problem } from "./error-answer.ts";
import { firstProblem, limited } from "./problems.ts";
import { buttonsOf, componentsOf, type TemplateDetails } from "./template-record.ts";

/** What is wrong with a template as it is submitted: its form; what it says is looked at by people. */
export function checkComponents(details: TemplateDetails): Problem | null {
  const [header] = componentsOf(details.components, "HEADER");
  const [body] = componentsOf(details.components, "BODY");
  const [footer] = componentsOf(details.components, "FOOTER");
  if (!body) return bad("components: a BODY is required.");
  if (details.category === "AUTHENTICATION") return checkCode(body, footer, details);
  const text = textOf(body.text) ?? "";
  return firstProblem(
    () => (text === "" ? bad("components: the BODY has no text.") : limited("body.text", text, 1024)),
    () => checkExamples("BODY", "body_text", body, details),
    () => (header ? checkHeader(header, details) : null),
    () => limited("footer.text", footer?.text, 60),
    () => (namesIn(textOf(footer?.text) ?? "").length > 0 ? bad("FOOTER: no variables.") : null),
    () => checkButtons(details),
  );
}

function bad(details: string): Problem {
  return { code: 100, details };
}

function checkCode(
  body: JsonObject,
  footer: JsonObject | undefined,
  details: TemplateDetails,
): Problem | null {
  const minutes = footer?.code_expiration_minutes;
  if (body.text !== undefined) return bad("BODY: of an authentication template the text is Meta's.");
  if (minutes !== undefined && !(Number(minutes) >= 1 && Number(minutes) <= 90))
    return bad("FOOTER: code_expiration_minutes from 1 to 90.");
  const buttons = buttonsOf(details);
  return buttons.length === 1 && buttons[0]?.type === "OTP" ? null : bad("BUTTONS: exactly one of type OTP.");
}

/** Every variable needs an example, and is named or numbered as the template says. */
function checkExamples(
  place: string,
  field: "body_text" | "header_text",
  component: JsonObject,
  { parameterFormat }: TemplateDetails,
): Problem | null {
  const names = namesIn(textOf(component.text) ?? "");
  const examples = objectOf(component.example);
  if (names.length === 0) return null;
  if (parameterFormat === "NAMED") {
    if (names.some((name) => !/^[a-z_]+$/.test(name)))
      return bad(`${place}: names are lower case letters and underscores.`);
    const given = objectsOf(examples[`${field}_named_params`]).map(({ param_name }) => textOf(param_name));
    const missing = names.find((name) => !given.includes(name));
    return missing === undefined ? null : bad(`${place}: no example for ${missing}.`);
  }
  if (names.some((name, index) => name !== String(index + 1)))
    return bad(`${place}: variables are numbered from 1.`);
  const list = examples[field];
  const values = Array.isArray(list) && Array.isArray(list[0]) ? list[0] : list;
  return Array.isArray(values) && values.length === names.length
    ? null
    : bad(`${place}: an example for each variable.`);
}

function checkHeader(header: JsonObject, details: TemplateDetails): Problem | null {
  const format = textOf(header.format) ?? "";
  if (format === "TEXT")
    return firstProblem(
      () => limited("header.text", header.text, 60),
      () => (namesIn(textOf(header.text) ?? "").length > 1 ? bad("HEADER: one variable at most.") : null),
      () => checkExamples("HEADER", "header_text", header, details),
    );
  if (format === "LOCATION") return null;
  if (!["IMAGE", "VIDEO", "DOCUMENT"].includes(format)) return bad(`HEADER: ${format} is not a format.`);
  const handles = objectOf(header.example).header_handle;
  return Array.isArray(handles) && /^4::/.test(String(handles[0]))
    ? null
    : bad("HEADER: example.header_handle is required.");
}

function checkButtons(details: TemplateDetails): Problem | null {
  const buttons = buttonsOf(details);
  const count = (type: string) => buttons.filter((button) => button.type === type).length;
  if (buttons.length > 10) return bad("BUTTONS: 10 at most.");
  if (count("URL") > 2) return bad("BUTTONS: 2 of type URL at most.");
  if (count("PHONE_NUMBER") > 1) return bad("BUTTONS: 1 of type PHONE_NUMBER at most.");
  if (count("COPY_CODE") > 1) return bad("BUTTONS: 1 of type COPY_CODE at most.");
  return firstProblem(...buttons.map((button) => () => checkButton(button)));
}

function checkButton(button: JsonObject): Problem | null {
  const { type, url, example } = button;
  if (type === "COPY_CODE")
    return textOf(example) === null ? bad("BUTTONS: COPY_CODE needs an example.") : null;
  if (type === "OTP") return bad("BUTTONS: OTP is of authentication templates only.");
  if (!["QUICK_REPLY", "URL", "PHONE_NUMBER", "FLOW"].includes(String(type)))
    return bad(`BUTTONS: ${type} is not a type.`);
  if (textOf(button.text) === null) return bad("BUTTONS: a text is required.");
  const long = limited("buttons.text", button.text, 25);
  if (long) return long;
  if (type !== "URL" || !/\{\{/.test(textOf(url) ?? "")) return null;
  if (!/^[^{}]+\{\{1\}\}$/.test(textOf(url) ?? "")) return bad("BUTTONS: the variable of a URL is its end.");
  return Array.isArray(example) && example.length === 1
    ? null
    : bad("BUTTONS: a URL with a variable needs an example.");
}
