import { expect, test } from "vitest";
import { runNode } from "../../../../engine/plugin-testing/node-context.ts";
import connectCall from "../../../../plugins/twilio/nodes/voice/connect-call.ts";
import voiceWhisper from "../../../../plugins/twilio/webhooks/voice-whisper.ts";
import { services, twilioRequest } from "./requests.ts";

const answered = async (path: string) => {
  const verdict = await voiceWhisper.verify(
    twilioRequest(path, { CallSid: "CA2", ParentCallSid: "CA1" }),
    services,
  );
  return "handshake" in verdict ? verdict.handshake.body : verdict;
};

test("says the words of the URL at once", async () => {
  expect(
    await answered(
      "twilio/voice/whisper/s?text=Llamada%20para%20ventas%20%3C1%3E&voice=Polly.Mia-Neural&language=es-MX",
    ),
  ).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><Response><Say voice="Polly.Mia-Neural" language="es-MX">Llamada para ventas &lt;1&gt;</Say></Response>',
  );
});

test("the URL connect-call writes gives back its words", async () => {
  const result = await runNode(connectCall, { to: ["+573009990000"], whisper: "L'avi & tú: 100 %" });
  const url =
    JSON.stringify(result).match(/https:\/\/flow\.test\/hooks\/(twilio\/voice\/whisper[^"]*)"/)?.[1] ?? "";
  expect(await answered(url)).toContain("L'avi &amp; tú: 100 %</Say>");
});

test("without words it connects in silence", async () => {
  expect(await answered("twilio/voice/whisper/s")).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
});

test("nothing is stored", () => {
  expect(voiceWhisper.parse(twilioRequest("twilio/voice/whisper/s", {}))).toEqual([]);
});
