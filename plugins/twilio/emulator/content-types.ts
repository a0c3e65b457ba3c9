import type { Json, JsonObject } from "../../../engine/plugin-api.ts";

/** Which fields the types of a content must have, and which texts of them are limited. */
interface TypeRule {
  readonly required: readonly string[];
  readonly actions?: readonly string[];
  readonly maxActions?: number;
}

const CTA = ["URL", "PHONE_NUMBER", "COPY_CODE", "VOICE_CALL", "VOICE_CALL_REQUEST"];
const CARD = ["URL", "PHONE_NUMBER", "QUICK_REPLY", "COPY_CODE", "VOICE_CALL"];

const TYPES: Readonly<Record<string, TypeRule>> = {
  "twilio/text": { required: ["body"] },
  "twilio/media": { required: ["media"] },
  "twilio/location": { required: ["latitude", "longitude"] },
  "twilio/list-picker": { required: ["body", "button", "items"] },
  "twilio/call-to-action": { required: ["body", "actions"], actions: CTA, maxActions: 4 },
  "twilio/quick-reply": { required: ["body", "actions"], actions: ["QUICK_REPLY"], maxActions: 10 },
  "twilio/card": { required: [], actions: CARD, maxActions: 10 },
  "twilio/carousel": { required: ["body", "cards"] },
  "twilio/catalog": { required: ["body"] },
  "twilio/flows": { required: ["body", "button_text", "pages", "type"] },
  "twilio/schedule": { required: ["id", "title", "timeSlots"] },
  "whatsapp/card": { required: ["body"], actions: CARD, maxActions: 10 },
  "whatsapp/authentication": { required: ["actions"], actions: ["COPY_CODE"], maxActions: 1 },
  "whatsapp/flows": { required: ["body", "button_text", "flow_id"] },
};

/** What is wrong with the types of a content; null: nothing. Every placeholder must have its sample. */
export function typesFault(types: Json | undefined, samples: ReadonlySet<string>): string | null {
  if (!isRecord(types) || Object.keys(types).length === 0) return "types is required.";
  for (const [name, value] of Object.entries(types)) {
    const rule = TYPES[name];
    if (!rule || !isRecord(value)) return `types: ${name} is not a content type.`;
    const fault = typeFault(name, rule, value);
    if (fault !== null) return fault;
  }
  const missing = [...positionsIn(types)].find((position) => !samples.has(position));
  return missing === undefined ? null : `variables: {{${missing}}} has no sample.`;
}

function typeFault(type: string, rule: TypeRule, value: JsonObject): string | null {
  const missing = rule.required.find((field) => value[field] === undefined || value[field] === "");
  if (missing !== undefined) return `types.${type}.${missing} is required.`;
  const actions = Array.isArray(value.actions) ? value.actions.filter(isRecord) : [];
  if (rule.maxActions !== undefined && actions.length > rule.maxActions)
    return `types.${type}.actions: ${rule.maxActions} at most.`;
  return (
    actions
      .map((action, index) => actionFault(`types.${type}.actions[${index}]`, rule, action))
      .find((fault) => fault !== null) ?? null
  );
}

function actionFault(path: string, { actions = [] }: TypeRule, action: JsonObject): string | null {
  const { type = actions.length === 1 ? actions[0] : undefined, title } = action;
  if (typeof type !== "string" || !actions.includes(type))
    return `${path}.type must be one of ${actions.join(", ")}.`;
  if (type === "COPY_CODE")
    return action.code === undefined && action.copy_code_text === undefined
      ? `${path}.code is required.`
      : null;
  if (typeof title !== "string" || title === "") return `${path}.title is required.`;
  if (title.length > 25) return `${path}.title: 25 characters at most.`;
  if (type === "URL" && typeof action.url !== "string") return `${path}.url is required.`;
  return type === "PHONE_NUMBER" && typeof action.phone !== "string" ? `${path}.phone is required.` : null;
}

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;

/** Names of the placeholders anywhere in the types. An authentication template has one that nobody writes. */
export function positionsIn(types: JsonObject): ReadonlySet<string> {
  const found = [...JSON.stringify(types).matchAll(PLACEHOLDER)].map((match) => match[1] ?? "");
  return new Set(types["whatsapp/authentication"] === undefined ? found : [...found, "1"]);
}

/** What the reviewer says against it; null: it is approved. */
export function reviewOf(types: JsonObject): string | null {
  const part = firstPart(types);
  const body = typeof part.body === "string" ? part.body.trim() : "";
  if (/^\{\{|\}\}[\s.,;:!?]*$/.test(body))
    return "INVALID_FORMAT: variables at the start or the end of the body.";
  if (/\}\}\s*\{\{/.test(body)) return "INVALID_FORMAT: variables side by side.";
  if (body.length > 1024) return "INVALID_FORMAT: the body is longer than 1024 characters.";
  const urls = (Array.isArray(part.actions) ? part.actions.filter(isRecord) : []).flatMap(({ url }) =>
    typeof url === "string" ? [url] : [],
  );
  return urls.some((url) => /\{\{/.test(url) && !/^[^{}]+\{\{\w+\}\}$/.test(url))
    ? "INVALID_FORMAT: the variable of a URL is its end."
    : null;
}

/** The words of a message made of it. */
export function contentBody(
  types: JsonObject,
  values: Readonly<Record<string, string>>,
  language: string,
): string {
  if (types["whatsapp/authentication"] !== undefined) {
    const code = values["1"] ?? "";
    return language.startsWith("es")
      ? `Tu código de verificación es *${code}*.`
      : `*${code}* is your verification code.`;
  }
  const { body, title } = firstPart(types);
  return filled(typeof body === "string" ? body : typeof title === "string" ? title : "", values);
}

/** Addresses of the files it carries. */
export function contentMedia(types: JsonObject, values: Readonly<Record<string, string>>): readonly string[] {
  const { media } = firstPart(types);
  return Array.isArray(media) ? media.map((url) => filled(String(url), values)) : [];
}

/** The types with their variables filled in. */
export function filledTypes(types: JsonObject, values: Readonly<Record<string, string>>): JsonObject {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  return JSON.parse(
    JSON.stringify(types).replace(PLACEHOLDER, (_all, name: string) => inJson(values[name] ?? "")),
  );
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(PLACEHOLDER, (_all, name: string) => values[name] ?? "");
}

function firstPart(types: JsonObject): JsonObject {
  const [part] = Object.values(types);
  return isRecord(part) ? part : {};
}

function isRecord(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
