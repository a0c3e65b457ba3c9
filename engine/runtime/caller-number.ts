import type { SenderView } from "../plugin-api.ts";
import type { TenantDirectory } from "./directory.ts";
import type { Segment } from "./segment.ts";

/** The number a call of this run comes from. One that was asked for must be the tenant's own, whoever else it belongs to. */
export function callerNumber(
  { numbers }: TenantDirectory,
  { run, state }: Segment,
  provider: string,
  e164: string | undefined,
): SenderView | null {
  const able = numbers.filter((number) => number.voice && number.provider === provider);
  const storeId = state.store?.id;
  const row =
    e164 === undefined
      ? (able.find((number) => storeId !== undefined && number.store_id === storeId) ??
        able.find((number) => number.id === run.numberId) ??
        // A number of the tenant itself before one that speaks for another shop.
        able.find((number) => number.store_id === null) ??
        able[0])
      : able.find((number) => number.e164 === e164);
  return row ? { numberId: row.id, e164: row.e164, provider, providerId: row.provider_id } : null;
}
