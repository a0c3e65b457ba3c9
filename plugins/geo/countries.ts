/** The middle of a country and, where it has a single zone (or nearly everybody lives in one), its time zone. */
export interface Country {
  readonly lat: number;
  readonly lon: number;
  readonly timezone: string | null;
}

export const COUNTRIES: Readonly<Record<string, Country>> = {
  AR: { lat: -34.0, lon: -64.0, timezone: "America/Argentina/Buenos_Aires" },
  BO: { lat: -17.0, lon: -65.0, timezone: "America/La_Paz" },
  BR: { lat: -10.0, lon: -55.0, timezone: null },
  CA: { lat: 60.0, lon: -95.0, timezone: null },
  CL: { lat: -30.0, lon: -71.0, timezone: "America/Santiago" },
  CO: { lat: 4.0, lon: -72.0, timezone: "America/Bogota" },
  CR: { lat: 10.0, lon: -84.0, timezone: "America/Costa_Rica" },
  CU: { lat: 21.5, lon: -80.0, timezone: "America/Havana" },
  DE: { lat: 51.0, lon: 9.0, timezone: "Europe/Berlin" },
  DO: { lat: 19.0, lon: -70.67, timezone: "America/Santo_Domingo" },
  EC: { lat: -2.0, lon: -77.5, timezone: "America/Guayaquil" },
  ES: { lat: 40.0, lon: -4.0, timezone: "Europe/Madrid" },
  FR: { lat: 46.0, lon: 2.0, timezone: "Europe/Paris" },
  GB: { lat: 54.0, lon: -2.0, timezone: "Europe/London" },
  GT: { lat: 15.5, lon: -90.25, timezone: "America/Guatemala" },
  HN: { lat: 15.0, lon: -86.5, timezone: "America/Tegucigalpa" },
  IT: { lat: 42.83, lon: 12.83, timezone: "Europe/Rome" },
  MX: { lat: 23.0, lon: -102.0, timezone: null },
  NI: { lat: 13.0, lon: -85.0, timezone: "America/Managua" },
  PA: { lat: 9.0, lon: -80.0, timezone: "America/Panama" },
  PE: { lat: -10.0, lon: -76.0, timezone: "America/Lima" },
  PR: { lat: 18.25, lon: -66.5, timezone: "America/Puerto_Rico" },
  PT: { lat: 39.5, lon: -8.0, timezone: "Europe/Lisbon" },
  PY: { lat: -23.0, lon: -58.0, timezone: "America/Asuncion" },
  SV: { lat: 13.83, lon: -88.92, timezone: "America/El_Salvador" },
  US: { lat: 38.0, lon: -97.0, timezone: null },
  UY: { lat: -33.0, lon: -56.0, timezone: "America/Montevideo" },
  VE: { lat: 8.0, lon: -66.0, timezone: "America/Caracas" },
};
