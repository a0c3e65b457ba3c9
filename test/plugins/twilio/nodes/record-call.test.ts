import { afterEach, describe, expect, test } from "vitest";
import { type JsonObject, REENTER } from "../../../../engine/plugin-api.ts";
import {
  type ContextOverrides,
  contextData,
  runNode,
} from "../../../../engine/plugin-testing/node-context.ts";
import recordCall from "../../../../plugins/twilio/nodes/voice/record-call.ts";
import { renderTwiml } from "../../../../plugins/twilio/twiml.ts";
import { emulated } from "../emulated.ts";
import { liveCall } from "../live-call.ts";

const vendor = emulated();
const returned = { name: "returned", output: { params: {} } };
const live = liveCall(() => vendor.emulator());
afterEach(() => live.end());

async function recorded(sid: string, params: JsonObject, overrides: ContextOverrides = {}) {
  const trigger = { call: { sid, from: "+573001112233", to: "+576011112222" } };
  const data = contextData({ credentials: { "twilio.account": vendor.credential() } });
  return runNode(recordCall, params, { trigger, data, ...overrides });
}

const recordings = () =>
  vendor
    .emulator()
    .ledger()
    .filter(({ kind }) => kind === "recording");

test("the announcement is heard to its end before anything is recorded", async () => {
  const result = await recorded("CA1", { announcement: { text: "Se graba" } });
  if (result.kind !== "wait") throw new Error("expected a wait");
  const url = "https://flow.test/hooks/twilio/voice/return/run_1%3Anode_1%3A1";
  expect(renderTwiml(result.reply ?? [])).toContain(
    `Se graba</Say><Redirect method="POST">${url}</Redirect>`,
  );
  expect(result.wait).toMatchObject({
    keys: ["step:run_1:node_1:1", "call:CA1"],
    events: { returned: REENTER, hangup: "hung_up" },
  });
  expect(recordings()).toEqual([]);
});

describe("a call that is going on", () => {
  test("is recorded, paused, resumed and stopped", async () => {
    const sid = await live.begin();
    const started = await recorded(sid, { channels: "dual", track: "inbound" }, { heard: returned });
    expect(started).toMatchObject({ kind: "next", port: "next", output: { callSid: sid } });
    const recording = recordings().at(-1);
    expect(recording).toMatchObject({ status: "in-progress", details: { channels: 2, track: "inbound" } });
    expect(await recorded(sid, { action: "pause", whilePaused: "skip" })).toMatchObject({
      port: "next",
      output: { recordingSid: recording?.ref, recordingStatus: "paused" },
    });
    expect(await recorded(sid, { action: "resume" })).toMatchObject({
      output: { recordingStatus: "in-progress" },
    });
    await recorded(sid, { action: "stop" });
    expect(recordings().at(-1)?.status).toMatch(/completed|absent/);
    expect(await recorded(sid, { action: "pause" })).toMatchObject({
      port: "failed",
      output: { reason: "not_recording" },
    });
  });

  test("what started it may be named, and another call recorded", async () => {
    const sid = await live.begin();
    const started = await recorded("CA1", { callSid: sid });
    expect(started).toMatchObject({ port: "next", output: { callSid: sid } });
  });
});

test("a call that is over is not recorded", async () => {
  const sid = await live.begin();
  await live.end();
  expect(await recorded(sid, {}, { heard: returned })).toMatchObject({
    port: "failed",
    output: { vendorCode: "21220", message: expect.stringContaining("The call has already ended.") },
  });
});

test("without a call there is nothing to record", async () => {
  await expect(recorded("", {}, { trigger: {} })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
});

test("starting is done once, changing it may be said twice", async () => {
  const sid = await live.begin();
  const data = contextData({ credentials: { "twilio.account": vendor.credential() } });
  await recorded(sid, {}, { heard: returned, data });
  await recorded(sid, { action: "stop" }, { data });
  expect(data.effects.map(({ part, intent }) => [part, intent.onDoubt])).toEqual([
    ["record", undefined],
    ["change", "resend"],
  ]);
});
