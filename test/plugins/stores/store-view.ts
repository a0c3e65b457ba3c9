import type { StoreView } from "../../../engine/plugin-api.ts";

/** A store in Bogotá that says nothing but what is given. */
export function storeView(id: string, given: Partial<StoreView> = {}): StoreView {
  return {
    id,
    name: id,
    groupId: "grp_1",
    address: null,
    city: null,
    region: null,
    country: "CO",
    postalCode: null,
    lat: null,
    lon: null,
    timezone: "America/Bogota",
    landline: null,
    mobile: null,
    website: null,
    hours: {},
    ...given,
  };
}
