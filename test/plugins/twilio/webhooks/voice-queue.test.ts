import { describe, expect, test } from "vitest";
import { announcement } from "../../../../plugins/twilio/queue/announcement.ts";
import queueKey from "../../../../plugins/twilio/webhooks/voice-queue-key.ts";
import queueWait from "../../../../plugins/twilio/webhooks/voice-queue-wait.ts";
import waitMusic from "../../../../plugins/twilio/webhooks/voice-wait-music.ts";
import { services, twilioRequest } from "./requests.ts";

const VOICE = "voice=Polly.Mia-Neural&language=es-MX";
const place = {
  CallSid: "CA1",
  From: "+573001112233",
  QueuePosition: "2",
  QueueTime: "70",
  AvgQueueTime: "200",
  CurrentQueueSize: "5",
};

async function heard(query: string, fields: Record<string, string> = {}): Promise<string> {
  const path = `twilio/voice/queue-wait/run_1%3An%3A1?${VOICE}&${query}`;
  const verdict = await queueWait.verify(twilioRequest(path, { ...place, ...fields }), services);
  return "handshake" in verdict
    ? verdict.handshake.body.replace(/^.*<Response>|<\/Response>$/g, "")
    : "refused";
}

describe("what those in a queue hear", () => {
  test("position, estimated wait, and silence until the next announcement", async () => {
    expect(await heard("position=1&wait=1&silence=20")).toBe(
      '<Say voice="Polly.Mia-Neural" language="es-MX">Usted ocupa el lugar 2 de la cola. El tiempo estimado de espera es de 3 minutos.</Say><Pause length="20"/>',
    );
  });

  test("another piece of music each minute", async () => {
    const music = "music=https%3A%2F%2Fx.test%2Fa.mp3%20https%3A%2F%2Fx.test%2Fb.mp3";
    expect(await heard(music, { QueueTime: "59" })).toBe("<Play>https://x.test/a.mp3</Play>");
    expect(await heard(music, { QueueTime: "60" })).toBe("<Play>https://x.test/b.mp3</Play>");
    expect(await heard(music, { QueueTime: "125" })).toBe("<Play>https://x.test/a.mp3</Play>");
  });

  test("who has waited long enough leaves; silence is not longer than what is left", async () => {
    expect(await heard("max=70&silence=20")).toBe("<Leave/>");
    expect(await heard("max=80&silence=20")).toBe('<Pause length="10"/>');
  });

  test("an offer listens to one key, through words and music", async () => {
    const twiml = await heard("key=1&offer=Pulse%201.&silence=20");
    expect(twiml).toMatch(
      /^<Gather input="dtmf" numDigits="1" finishOnKey="" timeout="1" action="https:\/\/flow\.test\/hooks\/twilio\/voice\/queue-key\/run_1%3An%3A1\?[^"]*&amp;waited=70" method="POST"><Say [^>]*>Pulse 1\.<\/Say><Pause length="20"\/><\/Gather>$/,
    );
  });

  test("a request nobody signed hears nothing", async () => {
    const request = twilioRequest("twilio/voice/queue-wait/x?silence=20", place, { token: "wrong" });
    expect(await queueWait.verify(request, services)).toEqual({ ok: false });
    expect(queueWait.parse(request)).toEqual([]);
  });
});

describe("the words", () => {
  const facts = { position: 1, size: 3, waited: 0, average: 0 };
  const wish = { language: "en-US", position: true, wait: true, text: null };
  test.each([
    [{}, {}, "You are next in line."],
    [{}, { position: 4, average: 61 }, "You are number 4 in line. The estimated waiting time is 2 minutes."],
    [{}, { average: 300, waited: 400 }, "You are next in line. The estimated waiting time is one minute."],
    [
      { language: "es-MX", position: false },
      { average: 30 },
      "El tiempo estimado de espera es de un minuto.",
    ],
    [{ position: false, wait: false }, { average: 30 }, ""],
    [
      { text: "{position}/{size}, {minutes} min, {waited}, {other}" },
      { waited: 130 },
      "1/3, 1 min, 2, {other}",
    ],
  ])("%j, %j", (more, given, words) => {
    expect(announcement({ ...wish, ...more }, { ...facts, ...given })).toBe(words);
  });
});

describe("a key pressed in a queue", () => {
  const path = `twilio/voice/queue-key/run_1%3An%3A1?${VOICE}&key=1&waited=70`;
  const request = (fields: Record<string, string>) =>
    twilioRequest(path, { ...place, ...fields }, { params: { stepKey: "run_1:n:1" } });

  test("[V3] the one for a call back wakes the step and takes the caller out of the queue", async () => {
    const pressed = request({ Digits: "1" });
    expect(await queueKey.verify(pressed, services)).toEqual({ ok: true });
    expect(queueKey.parse(pressed)).toEqual([
      {
        kind: "resume",
        key: "step:run_1:n:1",
        event: "callback",
        output: { queueResult: "leave", queueSeconds: 70, callbackNumber: "+573001112233" },
        dedupeKey: "run_1:n:1:leaves-queue",
        told: expect.objectContaining({ body: expect.stringContaining("<Response><Leave/></Response>") }),
        answeredAt: "twilio/voice/step/:stepKey",
      },
    ]);
  });

  test("any other goes on waiting, where it was", async () => {
    const verdict = await queueKey.verify(request({ Digits: "5" }), services);
    expect("handshake" in verdict && verdict.handshake.body).toContain(
      `<Redirect method="POST">https://flow.test/hooks/twilio/voice/queue-wait/run_1%3An%3A1?${VOICE.replace("&", "&amp;")}&amp;key=1</Redirect>`,
    );
  });

  test("a hidden caller cannot be called back", () => {
    expect(queueKey.parse(request({ Digits: "1", From: "anonymous" }))).toMatchObject([
      { output: { callbackNumber: null } },
    ]);
  });
});

test("the music of a conference is played over and over; without an address there is none", async () => {
  const answered = async (query: string) => {
    const verdict = await waitMusic.verify(
      twilioRequest(`twilio/voice/wait-music/s${query}`, place),
      services,
    );
    return "handshake" in verdict ? verdict.handshake.body : "refused";
  };
  expect(await answered("?audio=https%3A%2F%2Fx.test%2Fa.mp3")).toContain(
    '<Play loop="0">https://x.test/a.mp3</Play>',
  );
  expect(await answered("")).toContain("<Response/>");
});
