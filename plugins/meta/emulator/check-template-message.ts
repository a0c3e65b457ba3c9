import type { Json, JsonObject } from "../../../engine/plugin-api.ts";
import { objectOf, objectsOf, textOf } from "../wire/json.ts";
import type { Problem } from "./error-answer.ts";
import { firstProblem } from "./problems.ts";
import { buttonsOf, componentsOf, type TemplateDetails } from "./template-record.ts";

/** What Meta says against a message made of this template; null: nothing. */
export function checkTemplateMessage(template: JsonObject, details: TemplateDetails): Problem | null {
  const given = objectsOf(template.components);
  return firstProblem(
    () => checkStatus(details),
    () => checkHeader(given, details),
    () => checkBody(given, details),
    () => checkButtons(given, details),
  );
}

function checkStatus({ status, name, language }: TemplateDetails): Problem | null {
  if (status === "PAUSED") return { code: 132015, details: `Template ${name} is paused due to low quality.` };
  if (status === "DISABLED") return { code: 132016, details: `Template ${name} is disabled.` };
  return status === "APPROVED"
    ? null
    : { code: 132001, details: `Template ${name}/${language} is ${status}; it is not approved.` };
}

function checkHeader(given: readonly JsonObject[], details: TemplateDetails): Problem | null {
  const [header] = componentsOf(details.components, "HEADER");
  const parameters = parametersOf(componentsOf(given, "HEADER"));
  if (!header) return parameters.length === 0 ? null : mismatch("header", parameters.length, 0);
  const format = textOf(header.format) ?? "TEXT";
  if (format === "TEXT") return checkTexts("header", textOf(header.text) ?? "", parameters, details);
  const [parameter] = parameters;
  if (parameters.length === 1 && textOf(parameter?.type)?.toUpperCase() === format) return null;
  return {
    code: 132012,
    details: `header: Format mismatch, expected ${format}, received ${textOf(parameter?.type)?.toUpperCase() ?? "UNKNOWN"}`,
  };
}

function checkBody(given: readonly JsonObject[], details: TemplateDetails): Problem | null {
  const [body] = componentsOf(details.components, "BODY");
  const parameters = parametersOf(componentsOf(given, "BODY"));
  if (details.category === "AUTHENTICATION") {
    if (parameters.length !== 1) return mismatch("body", parameters.length, 1);
    const code = textOf(parameters[0]?.text) ?? "";
    return code.length < 15
      ? null
      : { code: 132005, details: "body: the code must be shorter than 15 characters." };
  }
  return checkTexts("body", textOf(body?.text) ?? "", parameters, details);
}

function checkTexts(
  place: string,
  text: string,
  parameters: readonly JsonObject[],
  { parameterFormat }: TemplateDetails,
): Problem | null {
  const names = namesIn(text);
  if (names.length !== parameters.length) return mismatch(place, parameters.length, names.length);
  if (parameterFormat !== "NAMED") return null;
  const given = parameters.map((parameter) => textOf(parameter.parameter_name));
  const missing = names.find((name) => !given.includes(name));
  return missing === undefined
    ? null
    : { code: 132018, details: `${place}: no parameter is named ${missing}.` };
}

function mismatch(place: string, given: number, expected: number): Problem {
  return {
    code: 132000,
    details: `${place}: number of localizable_params (${given}) does not match the expected number of params (${expected})`,
  };
}

function checkButtons(given: readonly JsonObject[], details: TemplateDetails): Problem | null {
  const buttons = buttonsOf(details);
  const sent = new Map(
    componentsOf(given, "BUTTON").map((component) => [Number(component.index), component]),
  );
  const stray = [...sent.keys()].find((index) => buttons[index] === undefined);
  if (stray !== undefined) return { code: 132018, details: `buttons: there is no button ${stray}.` };
  return firstProblem(...buttons.map((button, index) => () => checkButton(button, index, sent.get(index))));
}

const SUB_TYPES: Readonly<Record<string, string>> = {
  QUICK_REPLY: "quick_reply",
  URL: "url",
  OTP: "url",
  COPY_CODE: "copy_code",
  FLOW: "flow",
};

function checkButton(button: JsonObject, index: number, sent: JsonObject | undefined): Problem | null {
  const type = textOf(button.type) ?? "";
  const needed =
    type === "OTP" || type === "COPY_CODE" || (type === "URL" && /\{\{1\}\}$/.test(textOf(button.url) ?? ""));
  if (!sent) {
    return needed
      ? { code: 131008, details: `buttons: Button at index ${index} of type ${type} requires a parameter` }
      : null;
  }
  if (textOf(sent.sub_type)?.toLowerCase() !== SUB_TYPES[type])
    return { code: 132018, details: `buttons: Button at index ${index} is of type ${type}.` };
  if (type === "URL" && !needed)
    return {
      code: 132018,
      details: `buttons: Button at index ${index} of type URL does not require parameters`,
    };
  return parametersOf([sent]).length === 1
    ? checkValue(type, index, parametersOf([sent])[0])
    : mismatch("buttons", parametersOf([sent]).length, 1);
}

function checkValue(type: string, index: number, parameter: JsonObject | undefined): Problem | null {
  const code = textOf(parameter?.coupon_code);
  if (type === "COPY_CODE" && (code === null || code.length > 15))
    return { code: 132018, details: `buttons: the code of button ${index} must have 1 to 15 characters.` };
  return null;
}

function parametersOf(components: readonly JsonObject[]): readonly JsonObject[] {
  return components.flatMap(({ parameters }) => objectsOf(parameters));
}

export function namesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((match) => match[1] ?? ""))];
}

/** The body with its parameters in place. */
export function templateWords(
  template: JsonObject,
  { components, category, language }: TemplateDetails,
): string {
  const parameters = parametersOf(componentsOf(objectsOf(template.components), "BODY"));
  const text = textOf(componentsOf(components, "BODY")[0]?.text) ?? codeWords(category, language);
  const values = parameters.map(
    (parameter, index) => [textOf(parameter.parameter_name) ?? String(index + 1), wordOf(parameter)] as const,
  );
  const byName = new Map(values);
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_all, name: string) => byName.get(name) ?? "");
}

function codeWords(category: string, language: string): string {
  if (category !== "AUTHENTICATION") return "";
  return language.startsWith("es")
    ? "Tu código de verificación es *{{1}}*."
    : "*{{1}}* is your verification code.";
}

function wordOf({ type, ...parameter }: JsonObject): string {
  const part: Json | undefined = parameter[String(type)];
  return textOf(part) ?? textOf(objectOf(part).fallback_value) ?? "";
}
