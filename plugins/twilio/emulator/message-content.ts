import { contentDetails, contentNamed, filledContent, variablesFault } from "./content.ts";
import { type Form, formText } from "./form.ts";
import { type RestAnswer, refusal } from "./rest-answer.ts";
import type { World } from "./world.ts";

/** What Twilio says at once against a message made of a content. */
export function refuseTemplate(world: World, accountSid: string, form: Form): RestAnswer | null {
  const sid = formText(form, "ContentSid");
  if (sid === undefined) return null;
  const entry = contentNamed(world, accountSid, sid);
  if (entry === "unknown") return null;
  if (entry === null) return refusal(400, 21655);
  const fault = variablesFault(entry, formText(form, "ContentVariables"));
  return fault === 21656 ? refusal(400, fault) : null;
}

export interface TemplateMessage {
  readonly body: string;
  readonly mediaUrls: readonly string[];
  /** Why WhatsApp will not deliver it, which Twilio learns later. */
  readonly failure: number | null;
}

/** A message made of a content; null for one that names a content while no content was ever made here. */
export function templateOf(world: World, accountSid: string, form: Form): TemplateMessage | null {
  const entry = contentNamed(world, accountSid, formText(form, "ContentSid") ?? "");
  if (entry === null || entry === "unknown") return null;
  const variables = formText(form, "ContentVariables");
  const isApproved = contentDetails(entry).approval?.status === "approved";
  return {
    ...filledContent(entry, variables),
    failure: isApproved ? variablesFault(entry, variables) : 63027,
  };
}
