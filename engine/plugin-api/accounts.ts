import type { JsonObject } from "../core/json.ts";
import type { Text } from "./words.ts";

export type Severity = "info" | "warning" | "critical";

/** Why a number may not send. `initiated`: it may still answer those who wrote in the last hours. */
export interface Blocked {
  readonly scope: "all" | "initiated";
  /** ISO 8601; null: until the vendor says otherwise. */
  readonly until: string | null;
  /** The vendor's own word or code for it. */
  readonly code: string;
  readonly text: Text;
}

/** What a vendor says about a number or an account of ours, whoever asked. */
export interface AccountNote {
  /** The vendor's field, and what happened: `account_update`, `ACCOUNT_RESTRICTION`. */
  readonly field: string;
  readonly event: string;
  readonly severity: Severity;
  /** For the operator's log. */
  readonly text: Text;
  readonly data?: JsonObject;
  /** Merged into what is known of the number (`blocked`, `quality`, `limit` …); null forgets. */
  readonly state?: JsonObject;
}

/**
 * What a vendor gives away each month, by number, since `from`. Rules change with notice and are therefore a list: the last
 * that is in force counts. What the vendor reports of each message is the truth; this is for what is still to come.
 */
export interface AllowanceRule {
  /** ISO 8601 */
  readonly from: string;
  /** Delivered messages a month. */
  readonly amount: number;
  /** Categories the vendor counts, as it reports them. */
  readonly categories: readonly string[];
  /** Price types of messages that used the allowance up. */
  readonly usedBy: readonly string[];
  /** Price types the vendor does not bill, for whatever reason. */
  readonly free: readonly string[];
}
