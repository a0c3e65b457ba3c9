import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import { type RateKey, takeRate } from "../store/call-rates.ts";
import type { Database } from "../store/database.ts";
import type { Caller } from "./authenticate.ts";
import { networkOf } from "./sign-in-limits.ts";

/** Calls of the API in a minute; 0: as many as come. */
export interface RateLimits {
  /** Of a key, or of a person. */
  readonly perCaller: number;
  readonly perTenant: number;
  readonly perAddress: number;
}

export const UNLIMITED: RateLimits = { perCaller: 0, perTenant: 0, perAddress: 0 };

/** Counted for all processes together. @throws AppError RATE_LIMITED */
export type AdmitCall = (caller: Pick<Caller, "by" | "tenantId">, ip: string) => Promise<void>;

export function createAdmitCall(db: Database, limits: RateLimits): AdmitCall {
  return async ({ by, tenantId }, ip) => {
    const keys = [
      rateKey("caller", `${tenantId} ${by}`, limits.perCaller),
      rateKey("tenant", tenantId, limits.perTenant),
      rateKey("address", networkOf(ip), limits.perAddress),
    ].filter(({ per_minute }) => per_minute > 0);
    const wait = keys.length === 0 ? null : await takeRate(db, keys);
    if (wait === null) return;
    const limit = keys.find(({ name }) => name === wait.of)?.per_minute ?? 0;
    const message = `More than ${limit} calls a minute came from this ${wait.of}; go on in ${wait.waitMs} ms.`;
    throw new AppError("RATE_LIMITED", message, {
      limit: wait.of,
      perMinute: limit,
      retryAfterMs: wait.waitMs,
    });
  };
}

function rateKey(name: string, of: string, per_minute: number): RateKey {
  return { key: createHash("sha256").update(`${name} ${of}`).digest("hex"), name, per_minute };
}
