import type { Json, TemplateCategory, TemplateStatus } from "../../../engine/plugin-api.ts";

// `null`: says something about a template without changing how it stands.
const STATUS_OF: Readonly<Record<string, TemplateStatus | null>> = {
  APPROVED: "approved",
  REINSTATED: "approved",
  UNARCHIVED: "approved",
  PENDING: "pending",
  IN_APPEAL: "rejected",
  REJECTED: "rejected",
  PAUSED: "paused",
  DISABLED: "disabled",
  ARCHIVED: "disabled",
  PENDING_DELETION: "deleted",
  DELETED: "deleted",
  FLAGGED: null,
  LOCKED: null,
  LIMIT_EXCEEDED: null,
};

/** Meta's word for how a template stands, as an event or as a status; null for one that changes nothing. */
export function statusOf(word: string): TemplateStatus | null {
  return STATUS_OF[word.toUpperCase()] ?? null;
}

const CATEGORIES: readonly TemplateCategory[] = ["utility", "marketing", "authentication"];

export function categoryOf(word: Json | undefined): TemplateCategory | null {
  return CATEGORIES.find((category) => category === String(word ?? "").toLowerCase()) ?? null;
}
