/** The money of a country, where it is one of those that tenants come from; dollars elsewhere. ISO 4217. */
const OF_COUNTRY: Readonly<Record<string, string>> = {
  AR: "ARS",
  BR: "BRL",
  CL: "CLP",
  CO: "COP",
  CR: "CRC",
  DE: "EUR",
  DO: "DOP",
  ES: "EUR",
  FR: "EUR",
  GB: "GBP",
  GT: "GTQ",
  IT: "EUR",
  MX: "MXN",
  PE: "PEN",
  PT: "EUR",
  UY: "UYU",
};

/** The currency a tenant counts in: `settings.currency`, else its country's. */
export function currencyOf(tenant: { readonly country: string; readonly settings: object }): string {
  const own: unknown = Reflect.get(tenant.settings, "currency");
  if (typeof own === "string" && /^[A-Z]{3}$/.test(own)) return own;
  return OF_COUNTRY[tenant.country] ?? "USD";
}
