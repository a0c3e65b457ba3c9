import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { AppError, type JsonObject, type LedgerEntry } from "../../../engine/plugin-api.ts";
import { textOf } from "../wire/json.ts";
import type { DeliveryParts } from "./deliveries.ts";
import {
  componentsOf,
  detailsOf,
  putTemplate,
  type TemplateDetails,
  templatesIn,
} from "./template-record.ts";

/** Meta's people and machines: what they say of templates, each time in a signed webhook. */
export interface Reviewer {
  /** One more waits. */
  submitted(id: string): void;
  review(mode: "at-once" | "on-demand"): void;
  /** @throws AppError NOT_FOUND */
  decide(name: string, language: string, event: string, reason?: string): Promise<void>;
  /** @throws AppError NOT_FOUND */
  recategorize(name: string, language: string, category: string): Promise<void>;
  /** @throws AppError NOT_FOUND */
  rate(name: string, language: string, score: string): Promise<void>;
}

export function createReviewer(parts: DeliveryParts): Reviewer {
  let mode: "at-once" | "on-demand" = "at-once";
  const named = (name: string, language: string): LedgerEntry => {
    const entry = templatesIn(parts.ledger).find(
      (one) => detailsOf(one).name === name && detailsOf(one).language === language,
    );
    if (entry) return entry;
    throw new AppError("NOT_FOUND", `The Meta emulator has no template ${name} in ${language}.`, {
      name,
      language,
    });
  };
  return {
    review(given) {
      mode = given;
    },
    submitted(id) {
      if (mode === "at-once")
        parts.sender.whenPointed(() => void parts.activity.during(() => lookAt(parts, id)));
    },
    decide: (name, language, event, reason = "NONE") => announce(parts, named(name, language), event, reason),
    async recategorize(name, language, category) {
      const entry = named(name, language);
      const { category: previous } = detailsOf(entry);
      change(parts, entry, { category });
      const value = { previous_category: previous, new_category: category };
      await tell(parts, entry, "template_category_update", value);
    },
    async rate(name, language, score) {
      const entry = named(name, language);
      const { quality } = detailsOf(entry);
      change(parts, entry, { quality: score });
      const value = { previous_quality_score: quality, new_quality_score: score };
      await tell(parts, entry, "message_template_quality_update", value);
    },
  };
}

async function lookAt(parts: DeliveryParts, id: string): Promise<void> {
  const { paceMs, signal } = parts;
  await (paceMs > 0 ? sleep(paceMs, undefined, { signal }) : nextTurn());
  const entry = templatesIn(parts.ledger).find(({ ref }) => ref === id);
  if (!entry || detailsOf(entry).status !== "PENDING") return;
  const reason = rejectionOf(detailsOf(entry));
  await announce(parts, entry, reason === null ? "APPROVED" : "REJECTED", reason ?? "NONE");
}

/** What a reviewer would not let pass. */
function rejectionOf({ components }: TemplateDetails): string | null {
  const body = textOf(componentsOf(components, "BODY")[0]?.text)?.trim() ?? "";
  const isOdd = /^\{\{|\}\}[\s.,;:!?]*$|\}\}\s*\{\{/.test(body);
  return isOdd ? "INVALID_FORMAT" : null;
}

// What an event leaves a template at; others leave it as it is.
const STATUS_AFTER: Readonly<Record<string, string>> = {
  REINSTATED: "APPROVED",
  UNARCHIVED: "APPROVED",
  FLAGGED: "APPROVED",
};

async function announce(
  parts: DeliveryParts,
  entry: LedgerEntry,
  event: string,
  reason: string,
): Promise<void> {
  const rejectedReason = event === "REJECTED" ? reason : "NONE";
  change(parts, entry, { status: STATUS_AFTER[event] ?? event, rejectedReason });
  const { category } = detailsOf(entry);
  await tell(parts, entry, "message_template_status_update", {
    event,
    reason,
    message_template_category: category,
  });
}

function change({ ledger, now }: DeliveryParts, entry: LedgerEntry, change: Partial<TemplateDetails>): void {
  putTemplate(ledger, entry.ref, now(), { ...detailsOf(entry), ...change });
}

async function tell(
  parts: DeliveryParts,
  entry: LedgerEntry,
  field: string,
  value: JsonObject,
): Promise<void> {
  const { accounts, sender, now } = parts;
  const { wabaId, name, language } = detailsOf(entry);
  const { appSecret } = accounts.byAccountId(wabaId);
  const named = {
    message_template_id: Number(entry.ref),
    message_template_name: name,
    message_template_language: language,
  };
  const time = Math.floor(now().getTime() / 1000);
  const changes = [{ field, value: { ...named, ...value } }];
  await sender.post(appSecret, {
    object: "whatsapp_business_account",
    entry: [{ id: wabaId, time, changes }],
  });
}
