/** Twilio tells no duration of a leg in a conference: the minutes are those since the dial was committed. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { stepsOf } from "../support/journal.ts";
import { flowOf } from "../support/small-flow.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";

const { shared, landline } = DEMO.numbers;

let engine: TestEngine;
beforeAll(async () => {
  engine = await buildEngine();
  await publishDial("room", "conference", landline);
  await publishDial("agent", "queue", shared);
});
afterAll(() => engine.stop());

async function publishDial(key: string, target: string, number: string): Promise<void> {
  const dial = ["dial", "twilio.connect-call", { target, to: ["sala"] }] as const;
  const flow = flowOf(
    key,
    [["call", "twilio.incoming-call"], dial, ["after", "twilio.say", { text: "Adiós" }]],
    [
      ["call", "next", "dial"],
      ["dial", "completed", "after"],
    ],
  );
  await engine.publish(flow, { number, channel: "voice" });
}

/** A call that was put through so many seconds ago. */
async function dialledAgo(seconds: number, to: string = landline) {
  const sid = `CA${randomUUID().replaceAll("-", "")}`;
  const { body } = await twilioRequest(engine, "/hooks/twilio/voice", callForm(sid, "+573003340001", to));
  const action = new URL(/action="([^"]+)"/.exec(body)?.[1] ?? "").pathname;
  const runId = /run_[A-Za-z0-9]+/.exec(action)?.[0] ?? "";
  await inspect(
    engine.connection,
    "update effects set created_at = created_at - make_interval(secs => $2) where run_id = $1",
    [runId, seconds],
  );
  const over = (form: Readonly<Record<string, string>>) =>
    twilioRequest(engine, action, { CallSid: sid, CallStatus: "in-progress", ...form });
  return { runId, over };
}

async function charged(runId: string): Promise<number> {
  const [row] = await inspect<{ spent: number }>(
    engine.connection,
    "select coalesce(-sum(amount), 0)::integer as spent from credit_entries where run_id = $1 and meter = 'voice'",
    [runId],
  );
  return row?.spent ?? 0;
}

async function heldBy(runId: string): Promise<readonly string[]> {
  const rows = await inspect<{ state: string }>(
    engine.connection,
    "select state from credit_holds where run_id = $1",
    [runId],
  );
  return rows.map(({ state }) => state);
}

describe("a leg in a conference", () => {
  test.each([
    [0, 1],
    [50, 1],
    [70, 2],
    [170, 3],
    [250, 5],
  ])("[C25] that lasts %i s costs %i minutes", async (seconds, minutes) => {
    const { runId, over } = await dialledAgo(seconds);
    await over({ DialCallStatus: "answered" });
    expect(await charged(runId)).toBe(minutes);
    expect(await heldBy(runId)).toEqual(["captured"]);
    expect((await stepsOf(engine.connection, runId)).join()).toContain("dial completed");
  });

  test("counts to its end, too, where the caller hangs up in it", async () => {
    const { runId, over } = await dialledAgo(130);
    await over({ DialCallStatus: "answered", CallStatus: "completed" });
    expect(await charged(runId)).toBe(3);
  });

  test("is charged once, however often its end is told", async () => {
    const { runId, over } = await dialledAgo(130);
    await over({ DialCallStatus: "answered" });
    await over({ DialCallStatus: "answered" });
    expect(await charged(runId)).toBe(3);
  });

  test("costs nothing where nobody was let in, however long they waited", async () => {
    const { runId, over } = await dialledAgo(200);
    await over({ DialCallStatus: "canceled", CallStatus: "completed" });
    expect(await charged(runId)).toBe(0);
  });
});

test("who takes a caller from a queue pays what Twilio says, not what they waited for one", async () => {
  const { runId, over } = await dialledAgo(600, shared);
  await over({ DialCallStatus: "completed", DialCallSid: `CA${"c".repeat(32)}`, DialCallDuration: "121" });
  expect(await charged(runId)).toBe(3);
});

test("a leg from a queue that comes without a duration is measured, too", async () => {
  const { runId, over } = await dialledAgo(70, shared);
  await over({ DialCallStatus: "completed" });
  expect(await charged(runId)).toBe(2);
});
