import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { SendParams } from "../nodes/send-params.ts";
import { objectOf, textOf } from "../wire/json.ts";
import { type Composed, counted, given, NOT_STATED, needed, refuse } from "./limits.ts";

/** A text. Its first web address may be shown with a preview. */
export function words({ text: body, preview }: SendParams): Composed {
  const said = needed("text", body, 4096);
  const shown = preview ?? /https?:\/\//.test(said);
  return { body: { type: "text", text: { body: said, preview_url: shown } }, text: said };
}

/** A place on the map. */
export function location({ place }: SendParams): Composed {
  if (!place) return refuse("place", "missing", "latitude and longitude");
  const { latitude, longitude, name, address } = place;
  if (Math.abs(latitude) > 90) refuse("place.latitude", String(latitude), "-90 to 90");
  if (Math.abs(longitude) > 180) refuse("place.longitude", String(longitude), "-180 to 180");
  const words = [name, address].filter((word) => word !== undefined && word !== "").join(", ");
  return {
    body: { type: "location", location: given({ latitude, longitude, name, address }) },
    text: words || `${latitude}, ${longitude}`,
  };
}

/** Contact cards, as Meta writes them. */
export function contacts({ cards }: SendParams): Composed {
  const list = counted("cards", cards, [1, NOT_STATED]);
  const names = list.map((card, index) => nameOf(card, `cards[${index}]`));
  return { body: { type: "contacts", contacts: list }, text: names.join(", ") };
}

function nameOf(card: JsonObject, field: string): string {
  const said = textOf(objectOf(card.name).formatted_name) ?? undefined;
  const formatted = needed(`${field}.name.formatted_name`, said, NOT_STATED);
  const { birthday } = card;
  if (birthday !== undefined && !(typeof birthday === "string" && /^\d{4}-\d\d-\d\d$/.test(birthday)))
    refuse(`${field}.birthday`, JSON.stringify(birthday), "a date such as 1990-07-31");
  return formatted;
}

/** A sign on a message of the conversation; without an emoji an earlier one is taken back. Never billed. */
export function reaction({ messageId, emoji = "" }: SendParams): Composed {
  const target = needed("messageId", messageId, NOT_STATED);
  if (emoji !== "" && !ONE_EMOJI.test(emoji)) refuse("emoji", `"${emoji}"`, "one emoji, or nothing");
  return { body: { type: "reaction", reaction: { message_id: target, emoji } }, text: emoji };
}

const ONE_EMOJI = /^\p{RGI_Emoji}$/v;

/** A template of WhatsApp as it is named there, its components as Meta writes them. */
export function template({ template: chosen }: SendParams): Composed {
  if (!chosen) return refuse("template", "missing", "name and language");
  const name = needed("template.name", chosen.name, NOT_STATED);
  const code = needed("template.language", chosen.language, NOT_STATED).replace("-", "_");
  const components = chosen.components ?? [];
  const values = components.flatMap((component, index) =>
    valuesOf(component, `template.components[${index}]`),
  );
  const part = { name, language: { code }, ...(components.length > 0 ? { components } : {}) };
  return { body: { type: "template", template: part }, text: [name, ...values].join(" · ") };
}

// No message is longer.
const LONGEST_BODY = 4096;

/** The texts of a component. Meta refuses the whole message for a line break, a tab or five spaces in one. */
function valuesOf(component: JsonObject, field: string): readonly string[] {
  if (typeof component.type !== "string") refuse(`${field}.type`, "missing", "header, body, button …");
  const parameters = Array.isArray(component.parameters) ? component.parameters : [];
  return parameters.flatMap((parameter, index) => {
    const at = `${field}.parameters[${index}]`;
    if (typeof parameter !== "object" || parameter === null || Array.isArray(parameter))
      return refuse(at, JSON.stringify(parameter), "an object with a type");
    if (parameter.type !== "text") return [];
    const said = typeof parameter.text === "string" ? parameter.text : undefined;
    const words = needed(`${at}.text`, said, LONGEST_BODY);
    if (/[\n\t]| {5}/.test(words))
      refuse(`${at}.text`, "a text with a line break, a tab or five spaces", "one line");
    return [words];
  });
}
