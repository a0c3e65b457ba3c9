/**
 * The two shapes of a template at Meta: as it is submitted (components with examples) and as it is sent (components with
 * parameters). Both number or name what is variable component by component, so they stand side by side here.
 */
import {
  filledIn,
  type JsonObject,
  namesIn,
  type TemplateButton,
  type TemplateContent,
  type TemplateVariable,
} from "../../../engine/plugin-api.ts";
import type { QuickReply } from "../wire/choices.ts";

export type ParameterFormat = "NAMED" | "POSITIONAL";

// Meta's names are lower case; others go by their place.
const NAME = /^[a-z_]+$/;

export function formatOf(variables: readonly Pick<TemplateVariable, "name">[]): ParameterFormat {
  return variables.every(({ name }) => NAME.test(name)) ? "NAMED" : "POSITIONAL";
}

interface Submitted {
  readonly content: TemplateContent;
  readonly variables: readonly TemplateVariable[];
  /** The uploaded sample of a media header. */
  readonly handle: string | null;
}

/** Components as Meta reviews them. */
export function reviewedComponents({ content, variables, handle }: Submitted): JsonObject[] {
  const format = formatOf(variables);
  const exampleOf = (name: string) => variables.find((variable) => variable.name === name)?.example ?? name;
  const { body, footer, buttons = [], code } = content;
  if (buttons[0]?.type === "otp") return codeComponents(buttons[0], code);
  return [
    ...headerComponent(content, format, exampleOf, handle),
    { type: "BODY", text: marked(body, format), ...example("body_text", body, format, exampleOf) },
    ...(footer === undefined ? [] : [{ type: "FOOTER", text: footer }]),
    ...(buttons.length === 0
      ? []
      : [{ type: "BUTTONS", buttons: buttons.map((button) => buttonComponent(button, exampleOf)) }]),
  ];
}

type ExampleOf = (name: string) => string;

/** `{{ Name }}` → `{{name}}`, or `{{1}}` for the first of its component. */
function marked(text: string, format: ParameterFormat): string {
  const names = namesIn(text);
  return filledIn(text, (name) => (format === "NAMED" ? `{{${name}}}` : `{{${names.indexOf(name) + 1}}}`));
}

function example(
  field: "body_text" | "header_text",
  text: string,
  format: ParameterFormat,
  exampleOf: ExampleOf,
): JsonObject {
  const names = namesIn(text);
  if (names.length === 0) return {};
  if (format === "NAMED") {
    return {
      example: {
        [`${field}_named_params`]: names.map((name) => ({ param_name: name, example: exampleOf(name) })),
      },
    };
  }
  const values = names.map(exampleOf);
  return { example: { [field]: field === "body_text" ? [values] : values } };
}

function headerComponent(
  { header }: TemplateContent,
  format: ParameterFormat,
  exampleOf: ExampleOf,
  handle: string | null,
): JsonObject[] {
  if (header === undefined) return [];
  if (header.type === "text") {
    const text = marked(header.text, format);
    return [
      { type: "HEADER", format: "TEXT", text, ...example("header_text", header.text, format, exampleOf) },
    ];
  }
  const sample = handle === null ? {} : { example: { header_handle: [handle] } };
  return [{ type: "HEADER", format: header.type.toUpperCase(), ...sample }];
}

function buttonComponent(button: TemplateButton, exampleOf: ExampleOf): JsonObject {
  switch (button.type) {
    case "quick_reply":
      return { type: "QUICK_REPLY", text: button.text };
    case "url": {
      const isVariable = namesIn(button.url).length > 0;
      const url = filledIn(button.url, () => "{{1}}");
      return {
        type: "URL",
        text: button.text,
        url,
        ...(isVariable ? { example: [filledIn(button.url, exampleOf)] } : {}),
      };
    }
    case "phone":
      return { type: "PHONE_NUMBER", text: button.text, phone_number: button.phone };
    case "copy_code":
      return { type: "COPY_CODE", example: filledIn(button.code, exampleOf) };
    case "flow":
      return { type: "FLOW", text: button.text, flow_id: button.flowId };
    case "otp":
      return {
        type: "OTP",
        otp_type: "COPY_CODE",
        ...(button.text === undefined ? {} : { text: button.text }),
      };
  }
}

/** Of these Meta writes the words itself. */
function codeComponents(
  button: Extract<TemplateButton, { type: "otp" }>,
  code: TemplateContent["code"],
): JsonObject[] {
  const { recommendation, expiresMinutes } = code ?? {};
  return [
    {
      type: "BODY",
      ...(recommendation === undefined ? {} : { add_security_recommendation: recommendation }),
    },
    ...(expiresMinutes === undefined ? [] : [{ type: "FOOTER", code_expiration_minutes: expiresMinutes }]),
    { type: "BUTTONS", buttons: [buttonComponent(button, (name) => name)] },
  ];
}

interface Sent {
  readonly content: TemplateContent;
  readonly values: Readonly<Record<string, string>>;
  readonly format: ParameterFormat;
  /** The parameter of a media or location header. */
  readonly header: JsonObject | null;
  /** What a form gives back, where its template does not say. */
  readonly token: string;
  /** What a tap on a quick reply brings back; `place` is its place among the quick replies. */
  readonly payloadOf: (button: QuickReply, place: number) => string;
}

/** Components as a message carries them. */
export function sentComponents(sent: Sent): JsonObject[] {
  const { content, values, format, header, token, payloadOf } = sent;
  const { body, buttons = [] } = content;
  if (buttons[0]?.type === "otp") return codeParameters(values[namesIn(body)[0] ?? ""] ?? "");
  const fill = (text: string) => filledIn(text, (name) => values[name] ?? "");
  const headerText =
    content.header?.type === "text" ? textParameters(content.header.text, values, format) : [];
  const replies = buttons.filter(({ type }) => type === "quick_reply");
  return [
    ...component("header", header ? [header] : headerText),
    ...component("body", textParameters(body, values, format)),
    ...buttons.flatMap((button, index) =>
      buttonParameters(button, {
        index: String(index),
        values,
        fill,
        token,
        payloadOf: (reply) => payloadOf(reply, replies.indexOf(button)),
      }),
    ),
  ];
}

function component(type: string, parameters: readonly JsonObject[]): JsonObject[] {
  return parameters.length === 0 ? [] : [{ type, parameters }];
}

function textParameters(
  text: string,
  values: Readonly<Record<string, string>>,
  format: ParameterFormat,
): JsonObject[] {
  return namesIn(text).map((name) => ({
    type: "text",
    ...(format === "NAMED" ? { parameter_name: name } : {}),
    text: values[name] ?? "",
  }));
}

interface ButtonPlace {
  readonly index: string;
  readonly values: Readonly<Record<string, string>>;
  readonly fill: (text: string) => string;
  readonly token: string;
  readonly payloadOf: (button: QuickReply) => string;
}

function buttonParameters(button: TemplateButton, given: ButtonPlace): JsonObject[] {
  const { index, values, fill, token, payloadOf } = given;
  const place = (sub_type: string, parameter: JsonObject) => [
    { type: "button", sub_type, index, parameters: [parameter] },
  ];
  switch (button.type) {
    case "quick_reply":
      return place("quick_reply", {
        type: "payload",
        payload: payloadOf({ text: button.text, payload: fill(button.payload ?? button.text) }),
      });
    case "url": {
      const [name] = namesIn(button.url);
      return name === undefined ? [] : place("url", { type: "text", text: values[name] ?? "" });
    }
    case "copy_code":
      return place("copy_code", { type: "coupon_code", coupon_code: fill(button.code) });
    case "flow":
      return place("flow", {
        type: "action",
        action: { flow_token: button.token ? fill(button.token) : token },
      });
    case "phone":
    case "otp":
      return [];
  }
}

/** The code goes in the body and behind the button that copies it. */
export function codeParameters(code: string): JsonObject[] {
  const parameters = [{ type: "text", text: code }];
  return [
    { type: "body", parameters },
    { type: "button", sub_type: "url", index: "0", parameters },
  ];
}
