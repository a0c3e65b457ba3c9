import { AppError } from "../errors.ts";
import type { Blocked, ChannelKind, MessageDraft, SenderView } from "../plugin-api.ts";
import type { TenantDirectory } from "./directory.ts";
import type { Segment } from "./segment.ts";

export interface Sender {
  readonly view: SenderView;
  readonly numberId: string;
  readonly e164: string;
  readonly provider: string;
  /** A rate of its own; null: its channel's. */
  readonly perSecond: number | null;
  /** Why its vendor does not let it send; null: it does. */
  readonly blocked: Blocked | null;
  readonly row: TenantDirectory["numbers"][number];
}

/** What of a message decides who sends it. */
type SenderChoice = Pick<MessageDraft, "fromNumberId" | "storeId"> & {
  readonly native?: { readonly provider: string };
  readonly vendor?: { readonly provider: string };
  /** Providers that reach whom it is for. Absent: any. */
  readonly providers?: readonly string[];
};

/** The number that was asked for, else the one of the store, else the one the run came in by, else the first that can. */
export function chooseSender(
  directory: TenantDirectory,
  segment: Segment,
  channel: ChannelKind,
  draft: SenderChoice,
): Sender {
  const asked = (draft.native ?? draft.vendor)?.provider;
  const able = directory.numbers.filter(
    (number) =>
      number[channel] &&
      (asked === undefined || number.provider === asked) &&
      (draft.providers?.includes(number.provider) ?? true),
  );
  const row =
    able.find((number) => number.id === draft.fromNumberId) ??
    (draft.storeId === undefined ? undefined : able.find((number) => number.store_id === draft.storeId)) ??
    able.find((number) => number.id === segment.run.numberId) ??
    // A number of the tenant itself before one that speaks for another shop.
    able.find((number) => number.store_id === null) ??
    able[0];
  if (!row || (draft.fromNumberId !== undefined && row.id !== draft.fromNumberId)) {
    throw new AppError(
      "SENDER_MISSING",
      `No number of this tenant${asked === undefined ? "" : ` with ${asked}`} can send over ${channel}${draft.fromNumberId ? ` with id ${draft.fromNumberId}` : ""}${draft.providers ? " to somebody without a phone" : ""}; assign one under numbers.`,
      { channel },
    );
  }
  const { e164, provider } = row;
  const view = { numberId: row.id, e164, provider, providerId: row.provider_id };
  const blocked = (row.vendor_state.blocked ?? null) as Blocked | null;
  return { view, numberId: row.id, e164, provider, perSecond: row.pace_per_second, blocked, row };
}
