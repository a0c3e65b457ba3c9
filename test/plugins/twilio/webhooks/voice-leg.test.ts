import { describe, expect, test } from "vitest";
import accept from "../../../../plugins/twilio/webhooks/voice-accept.ts";
import leg from "../../../../plugins/twilio/webhooks/voice-leg.ts";
import whisper from "../../../../plugins/twilio/webhooks/voice-whisper.ts";
import { services, twilioRequest } from "./requests.ts";

const fields = { CallSid: "CA2", ParentCallSid: "CA1", To: "+573009990000" };

test("[V2] who takes a leg is kept", () => {
  const request = twilioRequest(
    "twilio/voice/leg/x",
    { ...fields, CallStatus: "in-progress" },
    { params: { stepKey: "run_1:n:1" } },
  );
  expect(leg.parse(request)).toEqual([
    {
      kind: "leg-answered",
      stepKey: "run_1:n:1",
      ref: "CA2",
      address: "+573009990000",
      dedupeKey: "leg:CA2",
    },
  ]);
});

test("any other status says nothing about who", () => {
  const request = twilioRequest("twilio/voice/leg/x", { ...fields, CallStatus: "ringing" }, { params: {} });
  expect(leg.parse(request)).toEqual([]);
});

describe("whoever answers is asked", () => {
  const handshake = async (hook: typeof whisper, path: string, more: Record<string, string> = {}) => {
    const verdict = await hook.verify(twilioRequest(path, { ...fields, ...more }), services);
    return "handshake" in verdict
      ? verdict.handshake.body.replace(/^.*<Response>|<\/Response>$/g, "")
      : "refused";
  };
  const QUERY = "text=Pulse%201.&voice=Polly.Mia-Neural&language=es-MX&key=1&within=5";

  test("for a key, for a moment, and hung up on without it", async () => {
    expect(await handshake(whisper, `twilio/voice/whisper/run_1%3An%3A1?${QUERY}`)).toBe(
      `<Gather input="dtmf" numDigits="1" finishOnKey="" timeout="5" action="https://flow.test/hooks/twilio/voice/accept/run_1%3An%3A1?${QUERY.replaceAll("&", "&amp;")}" method="POST"><Say voice="Polly.Mia-Neural" language="es-MX">Pulse 1.</Say></Gather><Hangup/>`,
    );
  });

  test("the key connects, another ends their side", async () => {
    const path = `twilio/voice/accept/run_1%3An%3A1?${QUERY}`;
    expect(await handshake(accept, path, { Digits: "1" })).toContain("<Response/>");
    expect(await handshake(accept, path, { Digits: "2" })).toBe("<Hangup/>");
    expect(await handshake(accept, path)).toBe("<Hangup/>");
    expect(accept.parse(twilioRequest(path, fields))).toEqual([]);
  });
});
