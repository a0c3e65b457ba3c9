/** A BCP 47 tag that `Intl` takes, or Spanish: a wrong tag must not stop a call. */
export function asLocale(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? "es";
  } catch {
    return "es";
  }
}
