import { expect, test } from "vitest";
import voiceGreeting from "../../../../plugins/twilio/webhooks/voice-greeting.ts";
import { services, twilioRequest } from "./requests.ts";

const PATH = "twilio/voice/greeting/run_1%3Acall%3A1";

async function greeted(query: string): Promise<string> {
  const verdict = await voiceGreeting.verify(twilioRequest(PATH + query, { CallSid: "CA1" }), services);
  return "handshake" in verdict ? verdict.handshake.body : "refused";
}

test("the words in the URL are said, then the call goes on to its run", async () => {
  expect(await greeted("?text=Hola%20%26%20bienvenido&voice=Polly.Mia-Neural&language=es-MX")).toContain(
    '<Response><Say voice="Polly.Mia-Neural" language="es-MX">Hola &amp; bienvenido</Say><Redirect method="POST">https://flow.test/hooks/twilio/voice/outbound/run_1%3Acall%3A1</Redirect></Response>',
  );
});

test("without words it goes on at once", async () => {
  expect(await greeted("?text=")).toContain("<Response><Redirect");
});
