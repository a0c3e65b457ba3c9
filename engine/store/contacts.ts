import type { JsonObject } from "../core/json.ts";
import type { Database } from "./database.ts";

export interface ContactRow {
  readonly id: string;
  readonly phone: string | null;
  readonly channel_user_id: string | null;
  readonly name: string | null;
  readonly locale: string | null;
  readonly opt_outs: readonly string[];
  readonly last_store_id: string | null;
  readonly attributes: JsonObject;
}

/** The person behind a request, found or made. */
export function contactOf(
  db: Database,
  tenant: string,
  hint: {
    readonly id: string;
    readonly phone: string | null;
    readonly channelUserId: string | null;
    readonly name: string | null;
  },
): Promise<ContactRow> {
  return db.call("engine_contact", [{ tenant, ...hint }]);
}

export async function setOptOut(
  db: Database,
  tenant: string,
  contactId: string,
  channel: string,
  out: boolean,
): Promise<void> {
  await db.call("engine_opt", [tenant, contactId, channel, out]);
}

/** What must be known before somebody is written to. Of when they last wrote, the last seven days count. */
export function recipientOf(
  db: Database,
  tenant: string,
  phone: string,
  channel: string,
  /** Our number, for what was written to it; null: any of ours. */
  number: string | null,
): Promise<{ optedOut: boolean; lastInboundAt: string | null }> {
  return db.call("engine_recipient", [tenant, phone, channel, number]);
}
