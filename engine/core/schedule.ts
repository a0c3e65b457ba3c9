import type { Flow } from "./flow.ts";

/** The trigger that a clock pulls. */
export const SCHEDULE_TRIGGER = "core.schedule";

/** Minutes a missed moment may be late and still fires, where the author does not say. */
export const CATCH_UP_MINUTES = 60;

/**
 * When a flow starts by itself, as its trigger says it.
 *
 *   { cron: "30 8 * * mon-fri", timezone: "America/Bogota", startsAt: null, endsAt: null, catchUpMinutes: 60 }
 */
export interface ScheduleRule {
  /** Minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** IANA name; null: the tenant's. */
  readonly timezone: string | null;
  /** Dates and times in that zone, or with an offset of their own. */
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  readonly catchUpMinutes: number;
}

/** What is wrong with a schedule, and in which parameter. `never`: it is well formed, but its moment never comes. */
export interface ScheduleFault {
  readonly kind: "invalid" | "never";
  readonly param: "cron" | "timezone" | "startsAt" | "endsAt";
  readonly reason: string;
}

/** The schedules of a flow, by the node that holds each. */
export function schedulesOf(flow: Pick<Flow, "nodes" | "settings">): ReadonlyMap<string, ScheduleRule> {
  const nodes = flow.nodes.filter((node) => node.type === SCHEDULE_TRIGGER);
  return new Map(nodes.map((node) => [node.id, ruleOf(node.data.params, flow.settings.timezone)]));
}

function ruleOf(params: Readonly<Record<string, unknown>>, timezone: string | undefined): ScheduleRule {
  const { catchUpMinutes } = params;
  return {
    cron: textOf(params.cron) ?? "",
    timezone: textOf(params.timezone) ?? timezone ?? null,
    startsAt: textOf(params.startsAt),
    endsAt: textOf(params.endsAt),
    catchUpMinutes: typeof catchUpMinutes === "number" ? catchUpMinutes : CATCH_UP_MINUTES,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
