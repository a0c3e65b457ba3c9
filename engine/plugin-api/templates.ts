import type { JsonObject } from "../core/json.ts";
import type { TemplateCategory, TemplateContent, TemplateVariable } from "../core/template-content.ts";
import type { TemplateProblem } from "../core/template-problem.ts";
import type { OutboundFile } from "./media.ts";
import type { VendorContext } from "./vendor-context.ts";

/** What a vendor may say of a template. */
export const TEMPLATE_STATUSES = [
  "pending",
  "approved",
  "rejected",
  "paused",
  "disabled",
  "deleted",
] as const;
export type TemplateStatus = (typeof TEMPLATE_STATUSES)[number];

/**
 * How templates get to a vendor and what becomes of them. The rows are the engine's: an adapter only speaks with its vendor.
 */
export interface TemplatesAdapter {
  readonly credential: string;
  /** What this vendor does not take, beyond WhatsApp's own rules. Pure. */
  problems(
    template: Pick<TemplateToSubmit, "category" | "content" | "variables">,
  ): readonly TemplateProblem[];
  /**
   * Gives it to the vendor for review. Done again after a lost answer or a refusal (`known` is there then) it finds what it
   * made: `name` and `language` are nobody else's. Other words come under another name, so that those of before can be sent
   * until these are approved.
   * @throws AppError VENDOR_REFUSED with the vendor's words, VENDOR_UNAVAILABLE, VENDOR_RATE_LIMITED
   */
  submit(template: TemplateToSubmit, ctx: VendorContext): Promise<VendorTemplate>;
  /** How it stands. Null: the vendor has none such (any more). @throws AppError when the vendor cannot be asked */
  status(submitted: SubmittedTemplate, ctx: VendorContext): Promise<VendorTemplate | null>;
  /** Takes it away at the vendor. One that is not there is no mistake. @throws AppError when the vendor cannot be asked */
  remove(submitted: SubmittedTemplate, ctx: VendorContext): Promise<void>;
}

export interface TemplateToSubmit {
  /** Lower case, digits and `_`: what the vendor is to call it. */
  readonly name: string;
  /** `es`, `es_CO` */
  readonly language: string;
  readonly category: TemplateCategory;
  readonly content: TemplateContent;
  /** In vendor order. */
  readonly variables: readonly TemplateVariable[];
  /** The sample of a media header. */
  readonly sample: OutboundFile | null;
  /** What an earlier try with these words was given, where there was one. */
  readonly known: SubmittedTemplate | null;
}

export interface SubmittedTemplate {
  readonly name: string;
  readonly language: string;
  /** The vendor's id; null while the answer to the first submission is missing. */
  readonly ref: string | null;
  readonly names: JsonObject;
}

export interface VendorTemplate {
  /** The vendor's id of it: `HX…`. */
  readonly ref: string;
  /** What its channel needs to send it. */
  readonly names: JsonObject;
  readonly status: TemplateStatus;
  /** What the vendor takes it for, which it may change. */
  readonly category: TemplateCategory | null;
  readonly quality: string | null;
  /** Why it is rejected, paused or disabled. */
  readonly reason: string | null;
}
