import { localMoment } from "./local-moment.ts";
import type { Purpose } from "./opt-out-words.ts";

/** `HH:MM` to `HH:MM` by the clocks of the person; an end that is not after its beginning is the next day's. */
export interface QuietSpan {
  readonly from: string;
  readonly to: string;
}

export interface QuietHours extends QuietSpan {
  /** Whose clock counts: the person's (default), or the tenant's. */
  readonly zone?: "recipient" | "tenant";
  /** Other hours for a purpose; null: none. Where nothing is said, `service` has none and the others have these. */
  readonly purposes?: { readonly [P in Purpose]?: QuietSpan | null };
}

export function quietSpanFor(hours: QuietHours | undefined, purpose: Purpose): QuietSpan | null {
  if (!hours) return null;
  const own = hours.purposes?.[purpose];
  if (own !== undefined) return own;
  return purpose === "service" ? null : hours;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
// A change of clocks asks for one more look; hours without end stop here.
const MAX_LOOKS = 6;

/**
 * When the quiet hours that `at` is in end: the first minute in which none of the zones has them. Null outside them. Where
 * they never end, the end the clock names first.
 */
export function quietUntil(span: QuietSpan, zones: readonly string[], at: Date): Date | null {
  let until = at;
  let first: Date | null = null;
  for (let look = 0; look < MAX_LOOKS; look++) {
    const quiet = zones.filter((zone) => isQuiet(span, zone, until));
    if (quiet.length === 0) return first === null ? null : until;
    until = new Date(Math.max(...quiet.map((zone) => endIn(span, zone, until).getTime())));
    first ??= until;
  }
  return first;
}

function isQuiet({ from, to }: QuietSpan, zone: string, at: Date): boolean {
  const { time } = localMoment(at, zone);
  return from < to ? time >= from && time < to : time >= from || time < to;
}

/** The first minute after `at` in which the clock of the zone is past the end, also where a change of clocks leaves that out. */
function endIn(span: QuietSpan, zone: string, at: Date): Date {
  const { time } = localMoment(at, zone);
  const minutes = (minutesOf(span.to) - minutesOf(time) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  let end = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS + minutes * MINUTE_MS;
  if (isQuiet(span, zone, new Date(end))) return new Date(end);
  while (end - MINUTE_MS > at.getTime() && !isQuiet(span, zone, new Date(end - MINUTE_MS))) end -= MINUTE_MS;
  return new Date(end);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
