import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { publishFlow } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { type KillableEngine, killableEngine } from "../support/killable-engine.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const LIST = Array.from({ length: 150 }, (_, index) => `+573012${100_000 + index}`);

let engine: KillableEngine;
beforeAll(async () => {
  engine = await killableEngine();
  await engine.start();
});
afterAll(() => engine.close());

const messages = () =>
  engine.twilio
    .ledger()
    .flatMap(({ kind, to }) => (kind === "message" && to && LIST.includes(to) ? [to] : []));

/** The minute in which evidence is looked for is over. */
const LET_DOUBTS_AGE = `
  with old as (update effects set sent_at = sent_at - interval '2 minutes'
               where state = 'in_doubt' and sent_at > now() - interval '1 minute'),
    run as (update runs set wake_at = now() where status = 'waiting' and wake_at > now() + interval '2 seconds'
              and id in (select run_id from effects where state = 'in_doubt') returning id)
  update waits set wake_at = now() where run_id in (select id from run)`;

test("[E12] kill -9 in the middle of a bulk, twice, then restarts: nobody gets it twice, everybody is accounted for", async () => {
  await inspect(engine.connection, "update numbers set pace_per_second = 40 where tenant_id = $1", [
    DEMO.tenant.id,
  ]);
  const flow = flowOf("bulk", [
    ["message", "twilio.incoming-message"],
    ["bulk", "messaging.bulk", { recipients: LIST, text: "Hola", channels: ["sms"], purpose: "service" }],
  ]);
  await publishFlow(engine.connection, flow, { number: DEMO.numbers.shared, channel: "messages" });
  await engine.twilio.receiveMessage({
    from: DEMO.caller,
    to: DEMO.numbers.shared,
    body: "Hola",
    channel: "sms",
  });
  for (const count of [20, 70]) {
    await until(`${count} to be sent`, async () => {
      await inspect(engine.connection, LET_DOUBTS_AGE);
      return messages().length >= count;
    });
    await engine.kill();
    await engine.start();
  }
  const output = await until(
    "the bulk's end",
    async () => {
      await inspect(engine.connection, LET_DOUBTS_AGE);
      const [run] = await inspect<{ output: Record<string, number> }>(
        engine.connection,
        "select state #> '{outcome,output}' as output from runs where ended_at is not null",
      );
      return run?.output ?? null;
    },
    60_000,
  );
  const { sent = 0, unknown = 0 } = output;
  expect(output).toMatchObject({ total: 150, failed: 0, remaining: 0 });
  expect(sent + unknown).toBe(150);
  const got = messages();
  expect(new Set(got).size).toBe(got.length);
  // Of those nobody knows about, some may have arrived; all others did.
  expect(got.length).toBeGreaterThanOrEqual(sent);
  expect(unknown).toBeLessThan(50);
}, 120_000);
