import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";

/** Something a vendor said of a number or an account, or that a person did besides writing. */
export interface NumberEvent {
  readonly id: string;
  readonly provider: string;
  readonly account: string | null;
  /** Which number; both null: all of the account. */
  readonly providerId: string | null;
  readonly e164: string | null;
  readonly field: string;
  readonly event: string;
  readonly severity: "info" | "warning" | "critical";
  readonly data: JsonObject;
  /** Merged into what is known of the numbers; null: nothing. */
  readonly state: JsonObject | null;
  readonly contactId: string | null;
  readonly aboutRef: string | null;
  /** ISO 8601; null: now. */
  readonly at: string | null;
  readonly dedupeKey: string;
  /** Tenants it may be about; null: any. */
  readonly tenants: readonly string[] | null;
}

/** Keeps it for every tenant it concerns, once. */
export function noteEvent(
  db: Database,
  { account, ...event }: NumberEvent,
): Promise<
  readonly { readonly tenant: string; readonly numberId: string | null; readonly isNew: boolean }[]
> {
  return db.call("engine_note_event", [{ ...event, accountRef: account }]);
}

/** Keeps an item of a webhook that nobody could handle. Gives how often it has come. */
export function keepFault(
  db: Database,
  fault: {
    readonly hash: string;
    readonly provider: string;
    readonly reason: string;
    readonly item: unknown;
  },
): Promise<number> {
  return db.call("engine_keep_fault", [fault]);
}

export interface EventRow {
  readonly id: string;
  readonly number_id: string | null;
  readonly contact_id: string | null;
  readonly provider: string;
  readonly account_ref: string | null;
  readonly field: string;
  readonly event: string;
  readonly severity: string;
  readonly about_ref: string | null;
  readonly data: JsonObject;
  readonly at: Date;
}

/** Newest first. Of a number: what is about it, and about the account it is in. */
export function listNumberEvents(
  { sql, tenantId }: TenantScope,
  filter: {
    readonly number?: { readonly id: string; readonly account: string | null };
    readonly field?: string;
    readonly severity?: string;
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<EventRow[]> {
  const { number, field, severity, after, limit } = filter;
  const query = sql("number_events")
    .where("number_events.tenant_id", tenantId)
    .orderBy("number_events.id", "desc")
    .limit(limit)
    .select("id", "number_id", "contact_id", "provider", "account_ref")
    .select("field", "event", "severity", "about_ref", "data", "at");
  if (number) {
    query.where((either) => {
      either.where("number_events.number_id", number.id);
      if (number.account !== null)
        either.orWhere((whole) =>
          whole.whereNull("number_events.number_id").where("number_events.account_ref", number.account),
        );
    });
  }
  if (field !== undefined) query.where("number_events.field", field);
  if (severity !== undefined) query.where("number_events.severity", severity);
  if (after !== null) query.where("number_events.id", "<", after);
  return query;
}
