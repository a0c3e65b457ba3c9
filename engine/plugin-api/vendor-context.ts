import type { JsonObject } from "../core/json.ts";
import type { GuardedDownload, GuardedFetch } from "./guarded-fetch.ts";
import type { Log } from "./log-view.ts";

/** What an adapter gets to speak with its vendor. */
export interface VendorContext {
  readonly signal: AbortSignal;
  readonly fetch: GuardedFetch;
  /** As `fetch`, for what is no text. */
  readonly download: GuardedDownload;
  readonly log: Log;
  /** The opened credential the adapter declares. */
  readonly credential: JsonObject;
}
