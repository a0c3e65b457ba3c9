import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { startScheduler } from "../../engine/runtime/schedules.ts";
import { advanceSchedule, claimSchedules } from "../../engine/store/schedules.ts";
import { startTestApi, type TestApi } from "../http/test-api.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

// Only the tests fire: the processes here are web processes, which have no timer of their own.
const WEB = { config: { role: "web" } } as const;

let api: TestApi;
let other: TestApi;
beforeAll(async () => {
  api = await startTestApi(WEB);
  other = await startTestApi({ ...WEB, connection: api.engine.connection });
});
afterAll(async () => {
  await other.engine.app.stop();
  await api.stop();
});

/** Fires what is due, as one tick of one process would. */
async function fire({ engine }: TestApi = api): Promise<void> {
  const scheduler = startScheduler(engine.app.runtime, engine.app.engine);
  await scheduler.fire();
  await scheduler.stop();
}

function clock(key: string, params: Readonly<Record<string, unknown>>): Flow {
  return flowOf(key, [
    ["clock", "core.schedule", params],
    ["done", "core.end", { outcome: "rang", output: { at: "{{ trigger.scheduledAt }}" } }],
  ]);
}

interface Schedule {
  readonly scheduled_at: Date | null;
  readonly next_at: Date | null;
  readonly last_at: Date | null;
  readonly fault: string | null;
  readonly paused: boolean;
}

async function scheduleOf(key: string): Promise<Schedule> {
  const [row] = await inspect<Schedule>(
    api.engine.connection,
    "select * from schedules where flow_key = $1",
    [key],
  );
  if (!row) throw new Error(`${key} has no schedule`);
  return row;
}

interface Fired {
  readonly id: string;
  readonly status: string;
  readonly at: string;
  readonly local: string;
}

function runsOf(key: string): Promise<Fired[]> {
  return inspect<Fired>(
    api.engine.connection,
    `select id, status, state #>> '{trigger,scheduledAt}' as at, state #>> '{trigger,localTime}' as local
       from runs where flow_key = $1 order by id`,
    [key],
  );
}

/** As if it had been due so many minutes ago. Gives that moment. */
async function missedBy(key: string, minutes: number): Promise<Date> {
  const at = new Date(Math.floor(Date.now() / 60_000) * 60_000 - minutes * 60_000);
  await inspect(
    api.engine.connection,
    "update schedules set scheduled_at = $2, next_at = $2 where flow_key = $1",
    [key, at],
  );
  return at;
}

describe("publishing", () => {
  test("[T6] writes the schedules of the new version, and takes away what it no longer has", async () => {
    await api.publish(clock("daily", { cron: "30 8 * * *", timezone: "America/Bogota" }));
    await fire();
    const first = await scheduleOf("daily");
    expect(first.next_at?.toISOString()).toMatch(/T13:30:00/);
    await api.engine.publish(clock("daily", { cron: "30 8 * * *", timezone: "America/Bogota" }));
    expect(await scheduleOf("daily")).toMatchObject({ next_at: first.next_at });
    await api.engine.publish(clock("daily", { cron: "0 9 * * *", timezone: "America/Bogota" }));
    await fire();
    expect((await scheduleOf("daily")).next_at?.toISOString()).toMatch(/T14:00:00/);
    await api.engine.publish(flowOf("daily", [["api", "api.run"]]));
    await expect(scheduleOf("daily")).rejects.toThrow("has no schedule");
  });

  test.each([
    ["0 0 30 2 *", {}, "schedule_never_fires", "cron"],
    ["0 25 * * *", {}, "schedule_invalid", "cron"],
    ["0 9 * * *", { timezone: "Mars/Base" }, "schedule_invalid", "timezone"],
    ["0 9 * * *", { startsAt: "soon" }, "schedule_invalid", "startsAt"],
    [
      "0 9 1 1 *",
      { startsAt: "2026-12-02T00:00", endsAt: "2026-12-30T00:00" },
      "schedule_never_fires",
      "endsAt",
    ],
  ])("[T6] %j %j is refused as %s, at its parameter", async (cron, more, code, param) => {
    const document = clock("wrong", { cron, ...more });
    const { body } = await api.call("POST", "/api/v1/flows/check", { json: document });
    expect(body.problems).toContainEqual(
      expect.objectContaining({
        code,
        nodeId: "clock",
        path: `/nodes/0/data/params/${param}`,
        severity: "error",
      }),
    );
  });

  test("[T6] what came in past the checks does not fire, and says why", async () => {
    await api.engine.publish(clock("past-checks", { cron: "0 0 31 4 *" }));
    await fire();
    expect(await scheduleOf("past-checks")).toMatchObject({ next_at: null, fault: expect.any(String) });
    const { body } = await api.call("GET", "/api/v1/flows/past-checks/schedules");
    expect(body.items).toEqual([
      expect.objectContaining({
        nodeId: "clock",
        nextAt: null,
        fault: expect.stringContaining("SCHEDULE_NEVER_FIRES"),
      }),
    ]);
  });

  test("[T6] it ends where its author says", async () => {
    const ends = new Date(Date.now() - 86_400_000).toISOString();
    await api.engine.publish(clock("over", { cron: "0 9 * * *", endsAt: ends }));
    await fire();
    expect(await scheduleOf("over")).toMatchObject({ next_at: null, fault: null });
  });
});

describe("firing", () => {
  test("[T4] a moment starts one run, with what it was due for, however many processes fire it", async () => {
    await api.engine.publish(clock("often", { cron: "* * * * *", timezone: "Europe/Madrid" }));
    await fire();
    const at = await missedBy("often", 0);
    await Promise.all([fire(api), fire(other), fire(api), fire(other)]);
    const [run, ...more] = await until("the run", async () => {
      const runs = await runsOf("often");
      return runs[0]?.status === "succeeded" && runs;
    });
    expect(more).toEqual([]);
    const local = at.toLocaleString("sv-SE", { timeZone: "Europe/Madrid" }).slice(0, 16).replace(" ", "T");
    expect(run).toMatchObject({ at: at.toISOString(), local });
    const next = await scheduleOf("often");
    expect(next.last_at).toEqual(at);
    expect(next.next_at?.getTime()).toBeGreaterThan(at.getTime());
  });

  test("[T4] a process that dies between the start and noting it fires nothing twice", async () => {
    await api.engine.publish(clock("torn", { cron: "* * * * *" }));
    await fire();
    const at = await missedBy("torn", 0);
    await fire();
    // What it would have noted is gone with it, and its claim has run out.
    await inspect(
      api.engine.connection,
      "update schedules set scheduled_at = $2, next_at = $2, last_at = null, claimed_until = now() where flow_key = $1",
      ["torn", at],
    );
    await fire(other);
    expect(await runsOf("torn")).toHaveLength(1);
    expect((await scheduleOf("torn")).last_at).toEqual(at);
  });

  test("[T4] what is claimed is left alone until the claim runs out, and a change meanwhile has the last word", async () => {
    await api.engine.publish(clock("claimed", { cron: "* * * * *" }));
    const { db } = api.engine.app.runtime;
    const mine = (await claimSchedules(db, 100, 60_000)).filter((row) => row.flowKey === "claimed");
    expect(mine).toHaveLength(1);
    expect((await claimSchedules(db, 100, 60_000)).filter((row) => row.flowKey === "claimed")).toEqual([]);
    await api.engine.publish(clock("claimed", { cron: "0 9 * * *" }));
    const [schedule] = mine;
    if (!schedule) throw new Error("nothing was claimed");
    const to = { next: new Date(), firedAt: null, fault: null, aheadMs: 0 };
    expect(await advanceSchedule(db, schedule, to)).toBe(false);
  });

  test("[T5] of what was missed, the latest moment fires, once", async () => {
    await api.engine.publish(clock("missed", { cron: "*/10 * * * *", catchUpMinutes: 60 }));
    await fire();
    await missedBy("missed", 300);
    await fire();
    await fire();
    const runs = await runsOf("missed");
    expect(runs).toHaveLength(1);
    const lateMs = Date.now() - Date.parse(runs[0]?.at ?? "");
    expect(lateMs).toBeLessThan(11 * 60_000);
  });

  test("[T5] what is too old does not fire, and the next moment is planned", async () => {
    await api.engine.publish(clock("late", { cron: "0 9 1 1 *", catchUpMinutes: 30 }));
    await fire();
    await missedBy("late", 45);
    await fire();
    expect(await runsOf("late")).toEqual([]);
    expect((await scheduleOf("late")).next_at?.toISOString()).toMatch(/-01-01T14:00:00/);
  });

  test("paused, it does not fire and makes up for nothing; then it goes on", async () => {
    await api.publish(clock("paused", { cron: "* * * * *" }));
    await fire();
    const path = "/api/v1/flows/paused/schedules/clock";
    expect((await api.call("PUT", path, { json: { paused: true } })).body).toMatchObject({ paused: true });
    await missedBy("paused", 2);
    await fire();
    expect(await runsOf("paused")).toEqual([]);
    expect((await api.call("PUT", path, { json: { paused: false } })).body).toMatchObject({ nextAt: null });
    await fire();
    expect(await runsOf("paused")).toEqual([]);
    expect((await scheduleOf("paused")).next_at?.getTime()).toBeGreaterThan(Date.now());
    const missing = await api.call("PUT", "/api/v1/flows/paused/schedules/no", { json: { paused: true } });
    expect(missing.body.error.code).toBe("NOT_FOUND");
  });

  test("a suspended tenant's schedules fire nothing", async () => {
    await api.engine.publish(clock("suspended", { cron: "* * * * *" }));
    await fire();
    const setStatus = (status: string) =>
      inspect(api.engine.connection, "update tenants set status = $2 where id = $1", [
        api.engine.tenantId,
        status,
      ]);
    await setStatus("suspended");
    await missedBy("suspended", 0);
    await fire();
    await setStatus("active");
    expect(await runsOf("suspended")).toEqual([]);
  });

  test("a sandbox whose time is skipped comes to its schedules", async () => {
    await inspect(api.engine.connection, "update tenants set sandbox = true where id = $1", [
      api.engine.tenantId,
    ]);
    await api.engine.publish(clock("skipped", { cron: "0 * * * *", timezone: "UTC" }));
    await fire();
    const { scheduled_at } = await scheduleOf("skipped");
    const ms = (scheduled_at?.getTime() ?? 0) - Date.now() + 1_000;
    await inspect(api.engine.connection, "select engine_skip_time($1, $2)", [api.engine.tenantId, ms]);
    await fire();
    expect(await runsOf("skipped")).toMatchObject([{ at: scheduled_at?.toISOString() }]);
    const next = await scheduleOf("skipped");
    expect(next.scheduled_at?.getTime()).toBe((scheduled_at?.getTime() ?? 0) + 3_600_000);
    expect((next.next_at?.getTime() ?? 0) - Date.now()).toBeLessThan(3_600_000);
  });
});

test("[T4] a process that is not only web fires by itself", async () => {
  const all = await startTestApi();
  try {
    await all.publish(clock("alone", { cron: "* * * * *" }));
    const { connection } = all.engine;
    await until("its first moment", async () => {
      const sql = "select 1 from schedules where flow_key = 'alone' and scheduled_at is not null";
      return (await inspect(connection, sql)).length === 1;
    });
    await inspect(
      connection,
      "update schedules set scheduled_at = now() - interval '1 minute', next_at = now()",
    );
    const run = "select 1 from runs where flow_key = 'alone' and status = 'succeeded'";
    await until("a run", async () => (await inspect(connection, run)).length > 0);
  } finally {
    await all.stop();
  }
});
