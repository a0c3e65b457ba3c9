import { useRead } from "../api/queries.ts";

const NOWHERE = { country: "CO", timezone: Intl.DateTimeFormat().resolvedOptions().timeZone };

/** Country and zone of the company. */
export function useTenantPlace(): { readonly country: string; readonly timezone: string } {
  return useRead("readMe", {}, { staleTime: Number.POSITIVE_INFINITY }).data?.tenant ?? NOWHERE;
}
