import type { JsonObject } from "../../../engine/plugin-api.ts";
import { objectOf, objectsOf, textOf } from "../wire/json.ts";
import type { Problem } from "./error-answer.ts";

export interface EmulatedTemplate {
  readonly name: string;
  /** `es`, `en_US` */
  readonly language: string;
  /** Variables of the body. */
  readonly parameters: number;
  /** Default `utility`; what the statuses say under `pricing`. */
  readonly category?: "utility" | "marketing" | "authentication";
}

/** Templates approved at the emulated Meta. While none is registered every name passes. */
export interface Templates {
  register(template: EmulatedTemplate): void;
  check(template: JsonObject): Problem | null;
  categoryOf(template: JsonObject): string;
}

export function createTemplates(): Templates {
  const known = new Map<string, EmulatedTemplate>();
  const find = (template: JsonObject) => known.get(keyOf(template));
  return {
    register: (template) => void known.set(`${template.name}/${template.language}`, template),
    categoryOf: (template) => find(template)?.category ?? "utility",
    check(template) {
      const found = find(template);
      if (found) return checkParameters(template, found);
      return known.size > 0
        ? { code: 132001, details: `Template name does not exist in the translation: ${keyOf(template)}` }
        : null;
    },
  };
}

function checkParameters(template: JsonObject, { parameters }: EmulatedTemplate): Problem | null {
  const body = objectsOf(template.components).find(({ type }) => textOf(type)?.toLowerCase() === "body");
  const given = objectsOf(body?.parameters).length;
  if (given === parameters) return null;
  return {
    code: 132000,
    details: `body: number of localizable_params (${given}) does not match the expected number of params (${parameters})`,
  };
}

function keyOf(template: JsonObject): string {
  return `${textOf(template.name) ?? ""}/${textOf(objectOf(template.language).code) ?? ""}`;
}
