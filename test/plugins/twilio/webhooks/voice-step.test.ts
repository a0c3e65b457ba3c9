import { describe, expect, test } from "vitest";
import voiceStep from "../../../../plugins/twilio/webhooks/voice-step.ts";
import { twilioRequest } from "./requests.ts";

const params = { stepKey: "run_1:menu:1" };

function resumed(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const request = twilioRequest(
    "twilio/voice/step/x",
    { CallSid: "CA1", CallStatus: "in-progress", ...fields },
    { params, headers },
  );
  const [delivery] = voiceStep.parse(request);
  if (delivery?.kind !== "resume") throw new Error("expected a resume");
  return delivery;
}

test("wakes the step by its key", () => {
  expect(resumed({ Digits: "1" })).toMatchObject({ kind: "resume", key: "step:run_1:menu:1" });
});

describe("input", () => {
  test.each([
    [{ Digits: "1" }, "digits:1", { digits: "1" }],
    [{ Digits: "#" }, "digits:#", { digits: "#" }],
    [{ Digits: "1234" }, "digits", { digits: "1234" }],
    [{ SpeechResult: "ventas", Confidence: "0.87" }, "speech", { speech: "ventas", confidence: 0.87 }],
    [{ SpeechResult: "ventas" }, "speech", { speech: "ventas" }],
    [{ Digits: "" }, "timeout", {}],
    [{}, "timeout", {}],
    [{ CallStatus: "completed" }, "hangup", {}],
    [{ Digits: "1", CallStatus: "completed" }, "digits:1", { digits: "1" }],
  ])("%j is %s", (fields, event, output) => {
    expect(resumed(fields)).toMatchObject({ event, output });
    expect(resumed(fields)).not.toHaveProperty("usage");
  });
});

describe("dial", () => {
  test.each([
    [{ DialCallStatus: "completed", DialCallDuration: "61" }, "completed", 61, 2],
    [{ DialCallStatus: "completed", DialCallDuration: "60", CallStatus: "completed" }, "completed", 60, 1],
    [{ DialCallStatus: "busy" }, "busy", 0, 0],
    [{ DialCallStatus: "no-answer" }, "no_answer", 0, 0],
    [{ DialCallStatus: "failed" }, "failed", 0, 0],
    [{ DialCallStatus: "something-new" }, "failed", 0, 0],
    [{ DialCallStatus: "canceled" }, "caller_hung_up", 0, 0],
    [{ DialCallStatus: "no-answer", CallStatus: "completed" }, "caller_hung_up", 0, 0],
  ])("%j is %s", (fields, event, durationSeconds, amount) => {
    expect(resumed(fields)).toMatchObject({
      event,
      output: { dialStatus: fields.DialCallStatus, durationSeconds },
      usage: { part: "dial", amount },
    });
  });

  test("a conference tells no duration: the reserved minute stands", () => {
    const delivery = resumed({ DialCallStatus: "answered" });
    expect(delivery).toMatchObject({ event: "completed", output: { durationSeconds: 0 } });
    expect(delivery).not.toHaveProperty("usage");
  });

  test("a recording comes along", () => {
    const delivery = resumed({
      DialCallStatus: "completed",
      DialCallDuration: "5",
      RecordingUrl: "https://x.test/RE1",
    });
    expect(delivery.output).toEqual({
      dialStatus: "completed",
      durationSeconds: 5,
      recordingUrl: "https://x.test/RE1",
    });
  });
});

describe("the same request twice", () => {
  test("is told by Twilio's token", () => {
    const token = { "i-twilio-idempotency-token": "abc" };
    expect(resumed({ Digits: "1" }, token).dedupeKey).toBe("run_1:menu:1:abc");
  });

  test("else by its parameters, in any order", () => {
    const one = resumed({ Digits: "1", From: "+57" }).dedupeKey;
    expect(resumed({ From: "+57", Digits: "1" }).dedupeKey).toBe(one);
    expect(resumed({ Digits: "2", From: "+57" }).dedupeKey).not.toBe(one);
  });
});

test("without a step it is not ours", () => {
  const request = twilioRequest("twilio/voice/step/", { CallSid: "CA1" });
  expect(() => voiceStep.parse(request)).toThrow(expect.objectContaining({ code: "BODY_MALFORMED" }));
});
