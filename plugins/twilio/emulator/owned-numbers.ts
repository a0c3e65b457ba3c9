import type { LedgerEntry } from "../../../engine/plugin-api.ts";

/** What a number is set to, by the API's own names; an empty text is no setting. */
export type NumberSettings = Readonly<Record<string, string>>;

/** A number some account has. Times are ISO 8601. */
export interface OwnedNumber {
  readonly sid: string;
  readonly e164: string;
  readonly accountSid: string;
  readonly settings: NumberSettings;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The numbers on record that were not released. */
export function createOwnedNumbers(entries: readonly LedgerEntry[]): Map<string, OwnedNumber> {
  return new Map(entries.flatMap(recorded).map((number) => [number.sid, number]));
}

/** The number somebody has; undefined: nobody does. */
export function numberOf(
  { numbers }: { readonly numbers: ReadonlyMap<string, OwnedNumber> },
  e164: string,
): OwnedNumber | undefined {
  return [...numbers.values()].find((number) => number.e164 === e164);
}

function recorded({ kind, ref, at, to = "", status, details }: LedgerEntry): OwnedNumber[] {
  if (kind !== "number" || status !== "in-use") return [];
  // Only this emulator writes these entries, so their shape is known.
  const rest = details as unknown as Pick<OwnedNumber, "accountSid" | "settings" | "updatedAt">;
  return [{ ...rest, sid: ref, e164: to, createdAt: at }];
}
