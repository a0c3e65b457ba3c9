import { createHash } from "node:crypto";
import type { AccountNote, Delivery, Json, JsonObject } from "../../../../engine/plugin-api.ts";

/** One change of a webhook: what a field says, of which account, and when. */
export interface FieldChange {
  readonly value: JsonObject;
  /** Id of the WABA; null where Meta leaves it out. */
  readonly account: string | null;
  /** ISO 8601; account fields carry it, messages bring their own. */
  readonly at: string | null;
}

/** What one field of Meta's webhooks means. Each has a file of its own, listed in `../fields.ts`. */
export interface FieldReader {
  readonly field: string;
  read(change: FieldChange): readonly Delivery[];
}

/** Which number a change is about; absent: the whole account. */
export interface Concerns {
  readonly providerId?: string | null;
  readonly e164?: string | null;
}

/** A change that tells about a number or an account. The same change again is the same delivery. */
export function accountNote(change: FieldChange, note: AccountNote, concerns: Concerns = {}): Delivery {
  const { account, at, value } = change;
  return {
    kind: "account",
    account,
    providerId: concerns.providerId ?? null,
    e164: concerns.e164 ?? null,
    at,
    note: { data: value, ...note },
    dedupeKey: `${note.field}:${account ?? ""}:${fingerprint({ at, value })}`,
  };
}

/** A part of a webhook that does not say what its field should. */
export function faultOf(reason: string, item: Json): Delivery {
  return { kind: "fault", reason, item, dedupeKey: `fault:${fingerprint(item)}` };
}

export function fingerprint(value: Json): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);
}
