import type { Operations } from "../api/generated.ts";
import type { RunStatus } from "./run-record.ts";

export const STATES: readonly RunStatus[] = [
  "waiting",
  "running",
  "queued",
  "succeeded",
  "failed",
  "cancelled",
];

export const PERIODS = ["today", "7d", "30d"] as const;
export type Period = (typeof PERIODS)[number];

/** What is asked of the list. It is kept in the address, so that a link shows the same. */
export interface RunFilter {
  readonly state: RunStatus | null;
  readonly deadLetter: boolean;
  readonly flow: string | null;
  readonly contact: string | null;
  readonly period: Period | null;
}

export function filterFrom(params: URLSearchParams): RunFilter {
  const state = params.get("state");
  const period = params.get("period");
  return {
    state: STATES.find((known) => known === state) ?? null,
    deadLetter: state === "dead",
    flow: params.get("flow") || null,
    contact: params.get("contact") || null,
    period: PERIODS.find((known) => known === period) ?? null,
  };
}

export function addressOf({ state, deadLetter, flow, contact, period }: RunFilter): URLSearchParams {
  const params = new URLSearchParams();
  const shown = { state: deadLetter ? "dead" : state, flow, contact, period };
  for (const [name, value] of Object.entries(shown)) if (value !== null) params.set(name, value);
  return params;
}

/** As the API asks it. Whole days, so that the same question stays the same for as long as the day does. */
export function queryOf(filter: RunFilter, now: Date): Operations["listRuns"]["query"] {
  const { state, deadLetter, flow, contact, period } = filter;
  return {
    limit: 50,
    ...(deadLetter ? { deadLetter } : state === null ? {} : { status: state }),
    ...(flow === null ? {} : { flow }),
    ...(contact === null ? {} : { contact }),
    ...(period === null ? {} : { from: beginningOf(period, now).toISOString() }),
  };
}

const DAYS = { today: 1, "7d": 7, "30d": 30 } as const;

function beginningOf(period: Period, now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - DAYS[period] + 1);
}

export function isFiltered({ state, deadLetter, flow, contact, period }: RunFilter): boolean {
  return deadLetter || [state, flow, contact, period].some((part) => part !== null);
}
