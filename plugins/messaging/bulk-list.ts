/**
 * Whom a bulk is for.
 *
 *   B1 the same number counts once, however it is written; the first entry stands
 *   B2 what is no phone number, nor a vendor's id of somebody, is counted and listed, and stops nobody else
 */
import { createHash } from "node:crypto";
import { addressOf, type Json, type JsonObject } from "../../engine/plugin-api.ts";

export interface Recipient {
  /** E.164, or the vendor's id of somebody who hides it. */
  readonly phone: string;
  /** What the list says about this person, `phone` included: `recipient.*` in the text. */
  readonly fields: JsonObject;
}

export interface BulkList {
  readonly recipients: readonly Recipient[];
  /** Entries whose number had come before. */
  readonly duplicates: number;
  /** Entries without a number, as they were given. */
  readonly invalid: readonly string[];
  /** The same for the same people in the same order. */
  readonly digest: string;
}

/** People of a bulk, wherever they are kept. */
export interface BulkSource {
  /** The same for the same people in the same order; of a kept list, its id. */
  readonly digest: string;
  readonly recipients: number;
  readonly duplicates: number;
  readonly invalid: number;
  /** The first of them, as they were given. */
  readonly invalidFirst: readonly string[];
  page(from: number, count: number): Promise<readonly Recipient[]>;
}

/** `entries` are phones, or objects with a `phone`; `country` is that of numbers without a country code. Pure. */
export function readList(entries: readonly unknown[], country: string): BulkList {
  const byPhone = new Map<string, Recipient>();
  const invalid: string[] = [];
  for (const entry of entries) {
    const fields = fieldsOf(entry);
    const phone = addressOf(fields.phone ?? fields.userId, country);
    if (phone === null) invalid.push(asGiven(entry, fields.phone));
    else if (!byPhone.has(phone)) byPhone.set(phone, { phone, fields: { ...fields, phone } });
  }
  const recipients = [...byPhone.values()];
  return {
    recipients,
    duplicates: entries.length - invalid.length - recipients.length,
    invalid,
    digest: createHash("sha256")
      .update([...byPhone.keys()].join(" "))
      .digest("base64url"),
  };
}

function fieldsOf(entry: unknown): JsonObject {
  const isObject = typeof entry === "object" && entry !== null && !Array.isArray(entry);
  return isObject ? (entry as JsonObject) : { phone: entry as Json };
}

const MAX_SHOWN = 60;

function asGiven(entry: unknown, phone: unknown): string {
  return (JSON.stringify(phone ?? entry) ?? "").replaceAll(/^"|"$/g, "").slice(0, MAX_SHOWN);
}
