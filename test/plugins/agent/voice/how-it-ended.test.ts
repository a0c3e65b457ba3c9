import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import type { Exit } from "../../../../plugins/agent/turn/state.ts";
import { newConversation } from "../../../../plugins/agent/turn/state.ts";
import { endOf } from "../../../../plugins/agent/voice/how-it-ended.ts";
import type { KeptCall } from "../../../../plugins/agent/voice/plan.ts";

function kept(exit: Exit | null, over = false): KeptCall {
  const talk = { ...newConversation("es"), exit };
  const relay = { talk, callSid: "CA1", malformed: 0, over, retold: null };
  return { beganAt: 0, relay, asked: 0, open: [], latencies: [], answers: 0, cited: [] };
}
const relayEnded = (output: JsonObject) => ({
  name: "relay_ended",
  output: { durationSeconds: 61, ...output },
});
const BOOKED: Exit = { port: "reservado", reason: "ended", data: { summary: "hecho" } };
const HUNG_UP: Exit = { port: "hung_up", reason: "hung_up", data: {} };

describe("a call is left", () => {
  test("[V10] by the exit the session kept, whatever the carrier hands over", () => {
    const handoffData = JSON.stringify({ port: "handoff" });
    const { exit, seconds } = endOf(kept(BOOKED, true), relayEnded({ status: "ended", handoffData }), [
      "reservado",
    ]);
    expect([exit, seconds]).toEqual([BOOKED, 61]);
  });

  test("by what was handed over, where nothing was kept", () => {
    const handoffData = JSON.stringify({ port: "reservado", reason: "ended" });
    const ended = relayEnded({ status: "ended", handoffData });
    expect(endOf(null, ended, ["reservado"]).exit).toEqual({ port: "reservado", reason: "ended", data: {} });
  });

  test.each([
    ["no JSON", "{"],
    ["another port", '{"port":"refund"}'],
    ["no object", "7"],
    ["null", "null"],
  ])("by failed, where what was handed over is %s", (_name, handoffData) => {
    expect(endOf(null, relayEnded({ status: "ended", handoffData }), ["reservado"]).exit.port).toBe("failed");
  });

  test("by failed, with the carrier's code, where the connection failed; also when it looked like a hang-up", () => {
    const failed = relayEnded({ status: "failed", errorCode: "64102" });
    for (const call of [null, kept(null), kept(HUNG_UP, true)])
      expect(endOf(call, failed, [])).toMatchObject({ exit: { port: "failed" }, error: "64102" });
  });

  test("by its exit, where the connection failed after it", () => {
    expect(endOf(kept(BOOKED), relayEnded({ status: "failed" }), ["reservado"]).exit).toBe(BOOKED);
  });

  test.each([
    ["completed", relayEnded({ status: "completed" })],
    ["the call's own end", { name: "hangup", output: {} }],
  ])("by hung_up: %s", (_name, heard) => expect(endOf(kept(null), heard, []).exit.port).toBe("hung_up"));

  test("by failed, where nobody ever told its end", () => {
    expect(endOf(kept(null), { name: "timeout", output: {} }, []).exit).toMatchObject({
      port: "failed",
      reason: "no_end",
    });
  });

  test("by failed, where the session gave up", () => {
    expect(endOf(kept(null, true), relayEnded({ status: "ended" }), []).exit.port).toBe("failed");
  });
});
