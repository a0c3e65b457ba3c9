import type { Input } from "../api/client.ts";
import type { ItemOf } from "../api/pages.ts";
import { hoursOf } from "./week.ts";

export type Store = ItemOf<"listStores">;
export type StoreBody = NonNullable<Input<"saveStore">["body"]>;

export function draftOf(store: Store): StoreBody {
  const { name, groupId, address, city, region, country, postalCode, lat, lon, timezone } = store;
  const { landline, mobile, website, hours, webhook } = store;
  return {
    ...{ name, groupId, address, city, region, country, postalCode, lat, lon, timezone },
    ...{ landline, mobile, website },
    hours: hoursOf(hours),
    webhook: webhook === null ? null : { url: webhook.url },
  };
}

/** A new store begins in the country and zone of the company. */
export function newStore(tenant: { readonly country: string; readonly timezone: string }): StoreBody {
  return { name: "", country: tenant.country, timezone: tenant.timezone, hours: { weekly: {} } };
}
