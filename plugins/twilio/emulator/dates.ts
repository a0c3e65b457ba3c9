/** RFC 2822 in UTC as the 2010 API writes it: `Thu, 24 Aug 2023 05:01:45 +0000`. */
export function rfc2822(date: Date | string): string {
  return new Date(date).toUTCString().replace("GMT", "+0000");
}

/** The same, null staying null. */
export function rfc2822OrNull(date: string | null): string | null {
  return date === null ? null : rfc2822(date);
}

/** `YYMMDDhhmm` in UTC, as carriers stamp their receipts. */
export function receiptDate(date: Date): string {
  return date.toISOString().replaceAll(/[-:T]/g, "").slice(2, 12);
}
