import { AppError } from "../errors.ts";
import type { ChannelKind, MessageDraft, SenderView } from "../plugin-api.ts";
import type { TenantDirectory } from "./directory.ts";
import type { Segment } from "./segment.ts";

export interface Sender {
  readonly view: SenderView;
  readonly numberId: string;
  readonly e164: string;
  readonly provider: string;
  /** A rate of its own; null: its channel's. */
  readonly perSecond: number | null;
}

/** The number that was asked for, else the one of the store, else the one the run came in by, else the first that can. */
export function chooseSender(
  directory: TenantDirectory,
  segment: Segment,
  channel: ChannelKind,
  draft: MessageDraft,
): Sender {
  const { vendor } = draft;
  const able = directory.numbers.filter(
    (number) => number[channel] && (vendor === undefined || number.provider === vendor.provider),
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
      `No number of this tenant can send over ${channel}${draft.fromNumberId ? ` with id ${draft.fromNumberId}` : ""}; assign one under numbers.`,
      { channel },
    );
  }
  const { e164, provider } = row;
  const view = { numberId: row.id, e164, provider, providerId: row.provider_id };
  return { view, numberId: row.id, e164, provider, perSecond: row.pace_per_second };
}
