import { randomInt } from "node:crypto";
import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import { objectsOf, textOf } from "../wire/json.ts";
import type { Ledger } from "./ledger.ts";

/** What the ledger keeps of a template (kind `template`). */
export type TemplateDetails = {
  readonly wabaId: string;
  readonly name: string;
  readonly language: string;
  /** `UTILITY` */
  readonly category: string;
  readonly parameterFormat: string;
  readonly components: readonly JsonObject[];
  /** `PENDING` */
  readonly status: string;
  readonly quality: string;
  readonly rejectedReason: string;
};

export interface TemplateParts {
  readonly ledger: Ledger;
  readonly now: () => Date;
  /** Called with the id of each one that waits for its review. */
  readonly onSubmitted: (id: string) => void;
}

const KIND = "template";

export function templatesIn(ledger: Ledger): readonly LedgerEntry[] {
  return ledger.entries().filter((entry) => entry.kind === KIND && detailsOf(entry).status !== "DELETED");
}

/** The details of a template; only this emulator writes them, so their shape is known. */
export function detailsOf(entry: LedgerEntry): TemplateDetails {
  return entry.details as unknown as TemplateDetails;
}

export function putTemplate(ledger: Ledger, ref: string, at: Date, details: TemplateDetails): void {
  ledger.addEntry({ kind: KIND, ref, at: at.toISOString(), details: details as unknown as JsonObject });
}

export function newTemplateId(): string {
  return String(randomInt(1e14, 2e14));
}

/** The components of one type. */
export function componentsOf(list: readonly JsonObject[], type: string): readonly JsonObject[] {
  return list.filter((component) => textOf(component.type)?.toUpperCase() === type);
}

export function buttonsOf({ components }: TemplateDetails): readonly JsonObject[] {
  return componentsOf(components, "BUTTONS").flatMap(({ buttons }) => objectsOf(buttons));
}
