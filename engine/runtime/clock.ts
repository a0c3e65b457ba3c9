/**
 * Where the time that flows live in comes from. Leases and due deadlines are the database's business; a run only asks
 * what time it is. A sandbox's clock is ahead of the others by as much as somebody skipped.
 */
export interface Clock {
  now(): Date;
  /** How far it is ahead of the database's clock, in milliseconds. */
  readonly offsetMs: number;
}

export const SYSTEM_CLOCK: Clock = { now: () => new Date(), offsetMs: 0 };

/** The same clock, `offsetMs` further ahead. */
export function ahead(clock: Clock, offsetMs: number): Clock {
  if (offsetMs === 0) return clock;
  return {
    now: () => new Date(clock.now().getTime() + offsetMs),
    offsetMs: clock.offsetMs + offsetMs,
  };
}
