import type { TestEngine } from "./build-engine.ts";

type Row = Readonly<Record<string, unknown>>;

const DAY_MS = 86_400_000;
const DAYS_AHEAD = /^@\+(\d+)d(T.+)$/;

/** `@+3dT15:30-05:00` is the day three days from now, of the time the tenant lives in, at half past three. */
export async function withMoments({ app, tenantId }: TestEngine, input: Row): Promise<Row> {
  const { tenant } = await app.runtime.directory.of(tenantId);
  const now = Date.now() + tenant.clock_offset_ms;
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const [, days, time = ""] = (typeof value === "string" && DAYS_AHEAD.exec(value)) || [];
      if (days === undefined) return [name, value];
      return [name, new Date(now + Number(days) * DAY_MS).toISOString().slice(0, 10) + time];
    }),
  );
}
