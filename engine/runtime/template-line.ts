/**
 * A template on its way over one line. What its vendor approved is what the vendor sends, so that is what is filled in,
 * recorded and charged, whatever the tenant has written since.
 */
import type { JsonObject } from "../core/json.ts";
import { isRecord } from "../core/plain-data.ts";
import { filledIn, plainText } from "../core/template-content.ts";
import type { ChannelDefinition, Objection, RenderedTemplate } from "../plugin-api.ts";
import type { TemplateWords } from "../store/templates.ts";

/** [L3] [L4] The template in the words of this line, or why it cannot be sent over it. */
export function templateOnLine(
  template: RenderedTemplate,
  adapter: ChannelDefinition,
): RenderedTemplate | Objection {
  // Only a channel with a window needs a vendor's approval to write to somebody.
  if (adapter.windowHours === undefined) {
    return { ...template, text: plainText(template.content, template.values) };
  }
  const vendor = vendorOf(template, adapter.provider);
  const status = vendor.status ?? "approved";
  if (status !== "approved") return notApproved(template, adapter.provider, { ...vendor, status });
  return inVendorsWords(template, adapter.provider, vendor);
}

export function isObjection(given: RenderedTemplate | Objection): given is Objection {
  return "code" in given;
}

function vendorOf({ vendors }: RenderedTemplate, provider: string): JsonObject {
  const vendor = vendors[provider];
  return isRecord(vendor) ? (vendor as JsonObject) : {};
}

function notApproved(
  { key, locale }: RenderedTemplate,
  provider: string,
  { status, reason }: JsonObject,
): Objection {
  const why = typeof reason === "string" && reason !== "" ? `: ${reason}` : "";
  return {
    code: `template_${status}`,
    message: `Template "${key}" (${locale}) is ${status} at ${provider}${why}; expected one it has approved.`,
  };
}

function inVendorsWords(
  template: RenderedTemplate,
  provider: string,
  { submitted }: JsonObject,
): RenderedTemplate | Objection {
  // Only the engine writes it, from a row that was checked when it was submitted.
  const words = isRecord(submitted) ? (submitted as unknown as TemplateWords) : null;
  const content = words?.content ?? template.content;
  const variables = words?.variables.map(({ name }) => name) ?? template.variables;
  const values = Object.fromEntries(variables.map((name) => [name, oneLine(template.values[name] ?? "")]));
  const missing = variables.filter((name) => values[name] === "");
  if (missing.length > 0) {
    return {
      code: "template_outdated",
      message: `Template "${template.key}" (${template.locale}) was changed since ${provider} approved it, and what was approved needs ${missing.join(", ")}; give them too until the new words are submitted and approved.`,
    };
  }
  const text = filledIn(content.body, (name) => values[name] ?? "");
  return { ...template, content, variables, values, text };
}

/** WhatsApp refuses a whole message for a line break, a tab or five spaces inside one value. */
function oneLine(value: string): string {
  return value
    .trim()
    .replace(/[ \t]*[\r\n\t]+[ \t]*/g, " ")
    .replace(/ {5,}/g, "    ");
}
