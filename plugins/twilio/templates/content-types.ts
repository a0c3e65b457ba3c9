import {
  filledIn,
  type JsonObject,
  type TemplateButton,
  type TemplateContent,
  type TemplateVariable,
} from "../../../engine/plugin-api.ts";

/** A template as Twilio's Content API takes it; `{{1}}` stands for the first variable. */
export interface TwilioContent {
  /** One type: `twilio/quick-reply`, `whatsapp/card` … */
  readonly types: JsonObject;
  /** Samples by position. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where its header's file varies: what every address begins with, and the variable that is the rest. */
  readonly header: { readonly base: string; readonly variable: string } | null;
}

/** `sampleUrl`: where the file above the words can be got, for templates that have one. */
export function twilioContent(
  content: TemplateContent,
  variables: readonly TemplateVariable[],
  sampleUrl: string | null,
): TwilioContent {
  const positions = new Map(variables.map(({ name }, index) => [name, String(index + 1)]));
  const numbered = (text: string) => filledIn(text, (name) => `{{${positions.get(name) ?? name}}}`);
  const header = headerOf(sampleUrl, variables.length + 1);
  const media = header ? `${header.base}{{${header.variable}}}` : sampleUrl;
  const samples = Object.fromEntries(variables.map(({ example }, index) => [String(index + 1), example]));
  const rest = header && sampleUrl ? { [header.variable]: sampleUrl.slice(header.base.length) } : {};
  return {
    types: typesOf(content, numbered, media),
    variables: { ...samples, ...rest },
    header,
  };
}

// An address of this server: `https://calls.example/media/med_…?e=…&s=…`. Only its end may vary.
const OWN_FILE = /^(https?:\/\/[^?#]+\/media\/)med_/;

function headerOf(sampleUrl: string | null, position: number): TwilioContent["header"] {
  const base = sampleUrl === null ? undefined : OWN_FILE.exec(sampleUrl)?.[1];
  return base === undefined ? null : { base, variable: String(position) };
}

type Numbered = (text: string) => string;

function typesOf(content: TemplateContent, numbered: Numbered, media: string | null): JsonObject {
  const { buttons = [], footer, header, code } = content;
  if (buttons[0]?.type === "otp") return { "whatsapp/authentication": authentication(buttons[0], code) };
  const body = numbered(content.body);
  const flow = buttons.find((button) => button.type === "flow");
  if (flow) return { "whatsapp/flows": flowOf(body, flow, numbered) };
  const actions = buttons.map((button) => actionOf(button, numbered));
  const plain = footer === undefined && header === undefined;
  if (plain && actions.length === 0) return { "twilio/text": { body } };
  if (plain && buttons.every(({ type }) => type === "quick_reply"))
    return { "twilio/quick-reply": { body, actions } };
  if (plain && buttons.every(({ type }) => type !== "quick_reply"))
    return { "twilio/call-to-action": { body, actions } };
  if (media !== null && footer === undefined && actions.length === 0)
    return { "twilio/media": { body, media: [media] } };
  return {
    "whatsapp/card": {
      body,
      ...(footer === undefined ? {} : { footer }),
      ...(header?.type === "text" ? { header_text: numbered(header.text) } : {}),
      ...(media === null ? {} : { media: [media] }),
      ...(actions.length === 0 ? {} : { actions }),
    },
  };
}

function authentication(
  { text }: Extract<TemplateButton, { type: "otp" }>,
  code: TemplateContent["code"],
): JsonObject {
  return {
    ...(code?.recommendation === undefined ? {} : { add_security_recommendation: code.recommendation }),
    ...(code?.expiresMinutes === undefined ? {} : { code_expiration_minutes: code.expiresMinutes }),
    actions: [{ type: "COPY_CODE", copy_code_text: text ?? "Copy code" }],
  };
}

function flowOf(
  body: string,
  { text, flowId, token }: Extract<TemplateButton, { type: "flow" }>,
  numbered: Numbered,
): JsonObject {
  return {
    body,
    button_text: text,
    flow_id: flowId,
    ...(token === undefined ? {} : { flow_token: numbered(token) }),
  };
}

function actionOf(button: TemplateButton, numbered: Numbered): JsonObject {
  switch (button.type) {
    case "quick_reply":
      return { type: "QUICK_REPLY", title: button.text, id: numbered(button.payload ?? button.text) };
    case "url":
      return { type: "URL", title: button.text, url: numbered(button.url) };
    case "phone":
      return { type: "PHONE_NUMBER", title: button.text, phone: button.phone };
    case "copy_code":
      return { type: "COPY_CODE", title: "Copy code", code: numbered(button.code) };
    case "otp":
    case "flow":
      return {};
  }
}
