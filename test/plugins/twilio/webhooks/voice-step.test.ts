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

  test("a conference tells no duration: the engine measures it", () => {
    expect(resumed({ DialCallStatus: "answered" })).toMatchObject({
      event: "completed",
      output: { durationSeconds: 0 },
      usage: { part: "dial", elapsed: "minutes" },
    });
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
      bridged: true,
      recordingUrl: "https://x.test/RE1",
    });
  });
});

describe("a leg", () => {
  const taken = { DialCallStatus: "completed", DialCallSid: "CA2", DialCallDuration: "9" };

  test("that was connected is named, so that whose it was can be added", () => {
    expect(resumed({ ...taken, DialBridged: "true" })).toMatchObject({
      event: "completed",
      leg: "CA2",
      output: { legSid: "CA2", bridged: true, durationSeconds: 9 },
    });
  });

  test("[V5] that was answered and not accepted counts as nobody, and costs nothing", () => {
    const delivery = resumed({ ...taken, DialBridged: "false" });
    expect(delivery).toMatchObject({
      event: "no_answer",
      output: { bridged: false, durationSeconds: 0 },
      usage: { part: "dial", amount: 0 },
    });
    expect(delivery).not.toHaveProperty("leg");
    const gone = { ...taken, DialBridged: "false", CallStatus: "completed" };
    expect(resumed(gone).event).toBe("caller_hung_up");
  });
});

describe("queue", () => {
  test.each([
    ["bridged", "bridged"],
    ["bridging-in-process", "bridged"],
    ["redirected-from-bridged", "bridged"],
    ["leave", "left"],
    ["redirected", "left"],
    ["hangup", "hangup"],
    ["queue-full", "full"],
    ["error", "failed"],
    ["system-error", "failed"],
    ["something-new", "failed"],
  ])("%s is %s", (queueResult, event) => {
    expect(resumed({ QueueResult: queueResult, QueueTime: "42", QueueSid: "QU1" })).toMatchObject({
      event,
      output: { queueResult, queueSeconds: 42, queueSid: "QU1" },
    });
  });

  test("leaving is one event, whoever tells it", () => {
    const left = resumed({ QueueResult: "leave" }, { "i-twilio-idempotency-token": "abc" });
    expect(left.dedupeKey).toBe("run_1:menu:1:leaves-queue");
    const bridged = resumed({ QueueResult: "bridged" }, { "i-twilio-idempotency-token": "abc" });
    expect(bridged.dedupeKey).toBe("run_1:menu:1:abc");
  });
});

describe("pay", () => {
  test.each([
    ["success", "success"],
    ["too-many-failed-attempts", "max_attempts"],
    ["payment-connector-error", "provider_error"],
    ["internal-error", "provider_error"],
    ["caller-interrupted-with-star", "interrupted"],
    ["caller-hung-up", "hung_up"],
    ["validation-error", "validation_error"],
  ])("%s is %s", (result, event) => {
    expect(resumed({ Result: result })).toMatchObject({ event, output: { result } });
  });

  test("[V4] of a card only its kind is taken; not even a masked number comes along", () => {
    const { output } = resumed({
      Result: "success",
      PaymentToken: "tok_1",
      PaymentConfirmationCode: "ch_1",
      ProfileId: "cus_1",
      PaymentMethod: "credit-card",
      PaymentCardType: "visa",
      PaymentCardNumber: "xxxxxxxxxxxx4242",
      ExpirationDate: "1229",
      SecurityCode: "xxx",
      PaymentCardPostalCode: "110231",
      BankAccountNumber: "xxxx6789",
      BankRoutingNumber: "021000021",
    });
    expect(output).toEqual({
      result: "success",
      token: "tok_1",
      confirmationCode: "ch_1",
      profileId: "cus_1",
      paymentMethod: "credit-card",
      cardType: "visa",
    });
  });

  test("[V4] a number in the provider's words is taken out", () => {
    const { output } = resumed({
      Result: "payment-connector-error",
      PaymentError: "Card 4242 4242-4242 4242 was declined",
      ConnectorError: "4242424242424242",
    });
    expect(output).toEqual({
      result: "payment-connector-error",
      error: "Card … was declined",
      connectorError: "…",
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
