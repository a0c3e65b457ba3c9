import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import { objectOf, textOf } from "../wire/json.ts";
import type { EmulatedAccount } from "./accounts.ts";
import { checkTemplateMessage, templateWords } from "./check-template-message.ts";
import type { HttpReply, Problem } from "./error-answer.ts";
import type { GraphRequest } from "./graph-request.ts";
import { answerTemplates } from "./template-api.ts";
import {
  detailsOf,
  newTemplateId,
  putTemplate,
  type TemplateDetails,
  type TemplateParts,
  templatesIn,
} from "./template-record.ts";

export interface EmulatedTemplate {
  /** Absent: a new one. */
  readonly id?: string;
  readonly name: string;
  /** `es`, `en_US` */
  readonly language: string;
  /** Variables of the body, by place; left out where `components` are given. */
  readonly parameters?: number;
  /** Default `utility`; what the statuses say under `pricing`. */
  readonly category?: "utility" | "marketing" | "authentication";
  readonly components?: readonly JsonObject[];
  readonly parameterFormat?: "NAMED" | "POSITIONAL";
}

/** Templates at the emulated Meta. While there is none every name passes. */
export interface Templates {
  register(wabaId: string, template: EmulatedTemplate): void;
  /** Null for a request that is about no template. */
  answer(account: EmulatedAccount, request: GraphRequest): HttpReply | null;
  /** What stands against a message made of it. */
  check(template: JsonObject): Problem | null;
  categoryOf(template: JsonObject): string;
  /** What such a message says; null for a template that is not known. */
  wordsOf(template: JsonObject): string | null;
}

export function createTemplates(parts: TemplateParts): Templates {
  const { ledger, now } = parts;
  const find = (template: JsonObject) => templatesIn(ledger).find((entry) => isNamed(entry, template));
  return {
    register(wabaId, template) {
      const known = templatesIn(ledger).find(
        (entry) => detailsOf(entry).name === template.name && detailsOf(entry).language === template.language,
      );
      const ref = template.id ?? known?.ref ?? newTemplateId();
      putTemplate(ledger, ref, now(), registered(wabaId, template));
    },
    answer: (account, request) => answerTemplates(parts, account, request),
    categoryOf: (template) => {
      const found = find(template);
      return found ? detailsOf(found).category.toLowerCase() : "utility";
    },
    wordsOf(template) {
      const found = find(template);
      return found ? templateWords(template, detailsOf(found)) : null;
    },
    check(template) {
      const found = find(template);
      if (found) return checkTemplateMessage(template, detailsOf(found));
      return templatesIn(ledger).length > 0
        ? { code: 132001, details: `Template name does not exist in the translation: ${keyOf(template)}` }
        : null;
    },
  };
}

function registered(wabaId: string, template: EmulatedTemplate): TemplateDetails {
  const { name, language, parameters = 0, category = "utility", parameterFormat = "POSITIONAL" } = template;
  const places = Array.from({ length: parameters }, (_, index) => `{{${index + 1}}}`).join(" · ");
  const components = template.components ?? [{ type: "BODY", text: `${name}: ${places}.` }];
  return {
    wabaId,
    name,
    language,
    category: category.toUpperCase(),
    parameterFormat,
    components,
    status: "APPROVED",
    quality: "GREEN",
    rejectedReason: "NONE",
  };
}

function isNamed(entry: LedgerEntry, template: JsonObject): boolean {
  const { name, language } = detailsOf(entry);
  return name === textOf(template.name) && language === textOf(objectOf(template.language).code);
}

function keyOf(template: JsonObject): string {
  return `${textOf(template.name) ?? ""}/${textOf(objectOf(template.language).code) ?? ""}`;
}
