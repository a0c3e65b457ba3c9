import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../../engine/built-in-plugins.ts";
import { defineNode, definePlugin, type Json, next, Type } from "../../engine/plugin-api.ts";
import { MAX_TAKEOVERS } from "../../engine/runtime/poison.ts";
import { countTakeover } from "../../engine/store/runs.ts";
import { startTestApi, type TestApi } from "../http/test-api.ts";
import { inspect } from "../support/database.ts";
import { MAKE_DUE } from "../support/make-due.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const words = (text: string) => ({ en: text, es: text });
const antidote = { taken: false };

/** What it leaves behind cannot be stored, so whoever drives it stops half way. */
const venom = definePlugin({
  id: "venom",
  title: words("Venom"),
  nodes: [
    defineNode({
      type: "venom.bite",
      version: 1,
      title: words("Bites"),
      help: words("Stops whoever drives it."),
      family: "logic",
      icon: "bug",
      params: Type.Object({}),
      outputs: { next: Type.Object({}) },
      ports: ["next"],
      effect: "repeatable",
      example: { title: words("Bites"), params: {} },
      run: bite,
    }),
    defineNode({
      type: "venom.sting",
      version: 1,
      title: words("Stings"),
      help: words("Stops whoever drives it, without having been noticed before."),
      family: "logic",
      icon: "bug",
      params: Type.Object({}),
      outputs: { next: Type.Object({}) },
      ports: ["next"],
      effect: "none",
      example: { title: words("Stings"), params: {} },
      run: bite,
    }),
  ],
});

function bite() {
  const knot: Record<string, Json> = {};
  if (!antidote.taken) knot.self = knot;
  return next("next", {}, { set: { vars: knot } });
}

let api: TestApi;
beforeAll(async () => {
  // The vendor's reports stay out: a test makes them itself.
  api = await startTestApi({
    plugins: [...BUILT_IN_PLUGINS, venom],
    config: { role: "web" },
    emulatorPaceMs: 3_600_000,
  });
  await api.publish(
    flowOf(
      "written-to",
      [
        ["api", "api.run"],
        [
          "send",
          "messaging.send",
          { text: "Hola", channels: ["sms"], confirm: "delivered", confirmWithinMs: 60_000 },
        ],
        ["sting", "venom.sting"],
        ["done", "core.end"],
      ],
      [
        ["api", "next", "send"],
        ["send", "sent", "sting"],
        ["sting", "next", "done"],
      ],
    ),
  );
  await api.publish(
    flowOf("poisoned", [
      ["api", "api.run"],
      ["bite", "venom.bite"],
      ["done", "core.end", { outcome: "cured" }],
    ]),
  );
  await api.publish(
    flowOf("asleep", [
      ["api", "api.run"],
      ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
      ["sting", "venom.sting"],
      ["done", "core.end"],
    ]),
  );
});
afterAll(() => api.stop());

async function sleeping(): Promise<string> {
  const started = await api.call("POST", "/api/v1/flows/asleep/runs", { json: {} });
  const id = started.body.runId;
  await until("the run to sleep", async () => (await row(id)).status === "waiting");
  return id;
}

/** As if it should have been woken so long ago. */
async function dueSince(runId: string, ms: number): Promise<void> {
  const until = JSON.stringify(new Date(Date.now() - ms).toISOString());
  const set = "update runs set state = jsonb_set(state, '{wait,until}', $2::jsonb) where id = $1";
  await inspect(api.engine.connection, set, [runId, until]);
  await inspect(api.engine.connection, MAKE_DUE, [runId]);
}

async function start(): Promise<string> {
  const started = await api.call("POST", "/api/v1/flows/poisoned/runs", { json: {} });
  return started.body.runId;
}

async function row(runId: string) {
  const [run] = await inspect<{
    status: string;
    takeovers: number;
    last_failure: string | null;
    poisoned_at: Date | null;
  }>(api.engine.connection, "select * from runs where id = $1", [runId]);
  if (!run) throw new Error(`there is no run ${runId}`);
  return run;
}

/** Lets the lease run out, and somebody take the run over. */
async function takeOver(runId: string): Promise<void> {
  const { engine } = api.engine.app;
  await until("its driver to stop", async () => engine.inFlight === 0);
  await inspect(
    api.engine.connection,
    "update runs set lease_until = now() - interval '1 ms' where id = $1 and status = 'running'",
    [runId],
  );
  await engine.wake(runId);
}

const failure = (runId: string) =>
  until("word of the failure", async () => (await row(runId)).last_failure !== null);

/** A vendor's report about the message of a run that sleeps on it. */
async function delivered(runId: string) {
  const [effect] = await inspect<{ id: string }>(
    api.engine.connection,
    "select id from effects where run_id = $1",
    [runId],
  );
  const report = { effectId: effect?.id ?? "", ref: "SM1", status: "delivered", failure: null } as const;
  const result = await api.engine.app.runtime.reports.tell(report);
  if (!result.ok || !result.run) throw new Error(`nobody is told: ${JSON.stringify(result)}`);
  return { run: result.run, repeated: !result.changed };
}

describe("[T12] a run that stops whoever drives it", () => {
  test("is leased when a report is said again: whoever heard it first may have died of it", async () => {
    const json = { contact: { phone: "+573004450177" } };
    const { body } = await api.call("POST", "/api/v1/flows/written-to/runs", { json });
    const id = body.runId;
    await until("the run to sleep", async () => (await row(id)).status === "waiting");
    const { engine } = api.engine.app;
    const first = await delivered(id);
    await expect(engine.hear(first.run, first.repeated)).rejects.toThrow(/circular/);
    expect(await row(id)).toMatchObject({ status: "waiting" });
    const second = await delivered(id);
    await engine.hear(second.run, second.repeated);
    await failure(id);
    expect(await row(id)).toMatchObject({ status: "running" });
  });

  test("is tried so often, then given up with the reason, listed apart, and can be played again", async () => {
    const id = await start();
    await failure(id);
    for (let times = 1; times <= MAX_TAKEOVERS; times++) {
      await takeOver(id);
      expect(await row(id)).toMatchObject({ status: "running", takeovers: times, poisoned_at: null });
      await failure(id);
    }
    await takeOver(id);
    expect(await row(id)).toMatchObject({ status: "failed", takeovers: MAX_TAKEOVERS + 1 });
    const { body } = await api.call("GET", `/api/v1/runs/${id}`);
    expect(body.outcome).toMatchObject({ name: "RUN_POISONED", error: { nodeId: "bite" } });
    expect(body.outcome.error.message).toMatch(/6 times at node "bite".*circular/s);
    await takeOver(id);
    expect(await row(id)).toMatchObject({ takeovers: MAX_TAKEOVERS + 1 });

    const letters = await api.call("GET", "/api/v1/runs?deadLetter=true");
    expect(letters.body.items.map((run: { id: string }) => run.id)).toEqual([id]);

    antidote.taken = true;
    const again = await api.call("POST", `/api/v1/runs/${id}/retry`, { json: {} });
    const cured = await until("the retry's end", async () => {
      const run = (await api.call("GET", `/api/v1/runs/${again.body.runId}`)).body;
      return run.endedAt !== null && run;
    });
    antidote.taken = false;
    expect(cured).toMatchObject({ outcome: { name: "cured" }, retryOf: { runId: id, nodeId: "bite" } });
  });

  test("counts from the start as soon as it gets any further", async () => {
    const id = await start();
    await failure(id);
    await takeOver(id);
    await failure(id);
    await takeOver(id);
    expect((await row(id)).takeovers).toBe(2);
    await failure(id);
    // Another step was committed.
    await inspect(api.engine.connection, "update runs set seq = seq + 1 where id = $1", [id]);
    const { db } = api.engine.app.runtime;
    expect(await countTakeover(db, id, MAX_TAKEOVERS)).toEqual({ count: 1, failure: null });
    await api.call("POST", `/api/v1/runs/${id}/cancel`);
    await takeOver(id);
    expect((await row(id)).status).toBe("cancelled");
  });

  test("is noticed, too, where a wait ends in it: one that is long overdue is leased first", async () => {
    const { engine } = api.engine.app;
    const fresh = await sleeping();
    await dueSince(fresh, 1_000);
    await engine.wake(fresh);
    expect(await row(fresh)).toMatchObject({ status: "waiting", takeovers: 0 });
    const overdue = await sleeping();
    await dueSince(overdue, 60_000);
    await engine.wake(overdue);
    await failure(overdue);
    for (let times = 1; times <= MAX_TAKEOVERS; times++) {
      await takeOver(overdue);
      await failure(overdue);
    }
    await takeOver(overdue);
    expect(await row(overdue)).toMatchObject({ status: "failed" });
    const letters = await api.call("GET", "/api/v1/runs?deadLetter=true&flow=asleep");
    expect(letters.body.items.map((run: { id: string }) => run.id)).toEqual([overdue]);
  });
});
