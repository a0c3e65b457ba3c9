import { describe, expect, test } from "vitest";
import { REENTER } from "../../../../engine/plugin-api.ts";
import { type ContextOverrides, runNode } from "../../../../engine/plugin-testing/node-context.ts";
import voicemail from "../../../../plugins/twilio/nodes/voice/voicemail.ts";
import { renderTwiml } from "../../../../plugins/twilio/twiml.ts";

const trigger = { call: { sid: "CA1", from: "+573001112233", to: "+576011112222" } };
const RECORDED = "https://flow.test/hooks/twilio/voice/recorded/run_1%3Anode_1%3A1";

async function asked(params: object, overrides: ContextOverrides = {}) {
  const result = await runNode(voicemail, { ...params }, { trigger, ...overrides });
  if (result.kind !== "wait") throw new Error(`expected a wait, got ${JSON.stringify(result)}`);
  return { ...result, xml: renderTwiml(result.reply ?? []) };
}

describe("what Twilio is told", () => {
  test("a Record always has an action, and what it falls through to leads there, too", async () => {
    const { xml, wait } = await asked({ prompt: { text: "Diga" } });
    expect(xml).toContain(
      `<Record action="${RECORDED}" method="POST" timeout="5" finishOnKey="1234567890*#" maxLength="120" playBeep="true" trim="trim-silence"/><Redirect method="POST">${RECORDED}</Redirect></Response>`,
    );
    expect(xml.indexOf("<Say")).toBeLessThan(xml.indexOf("<Record"));
    expect(wait.keys).toEqual(["step:run_1:node_1:1", "call-ended:CA1"]);
    expect(wait.events).toEqual({ recorded: "recorded", empty: "empty", hangup: "hung_up" });
  });

  test("every option has its attribute", async () => {
    const { xml } = await asked({
      beep: false,
      maxSeconds: 60,
      silenceSeconds: 0,
      finishOnKey: "",
      trim: "do-not-trim",
      transcribe: true,
      language: "en-US",
    });
    expect(xml).toContain(
      'timeout="0" finishOnKey="" maxLength="60" playBeep="false" trim="do-not-trim" transcribe="true" transcribeCallback="https://flow.test/hooks/twilio/voice/transcript/run_1%3Anode_1%3A1"',
    );
  });

  test("on a call the run has placed, its own end counts", async () => {
    const line = { sid: "CA2", from: "+576011112222", to: "+573001112233", direction: "outbound" } as const;
    expect((await asked({}, { line })).wait.keys).toContain("call-ended:CA2");
  });

  test.each([
    [1, "en-GB", 2, 120],
    [121, "en-US", 2, 120],
    [601, "es-CO", 1, 600],
  ])("%i seconds cannot be written down in %s", async (maxSeconds, language, least, most) => {
    const params = { transcribe: true, maxSeconds, language };
    await expect(runNode(voicemail, params, { trigger })).rejects.toMatchObject({
      code: "PARAMS_INVALID",
      message: expect.stringContaining(`se esperan de ${least} a ${most} s`),
      details: { words: { en: expect.stringContaining(`${least} to ${most} s`) } },
    });
  });

  test("another language than English is written down while it is spoken, and only that", async () => {
    const { xml } = await asked({ prompt: { text: "Diga" }, transcribe: true });
    expect(xml).toContain(
      '</Say><Start><Transcription name="run_1:node_1:1" track="inbound_track" languageCode="es-CO" partialResults="false" statusCallbackUrl="https://flow.test/hooks/twilio/voice/live-transcript/run_1%3Anode_1%3A1" statusCallbackMethod="POST"/></Start><Record',
    );
    expect(xml).not.toContain("transcribe=");
    expect(xml).toContain('<Stop><Transcription name="run_1:node_1:1"/></Stop><Redirect');
  });

  test("a language Twilio does not understand is refused", async () => {
    const params = { transcribe: true, language: "xx-XX" };
    await expect(runNode(voicemail, params, { trigger })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  });
});

describe("written down", () => {
  const heard = {
    name: "recorded",
    output: {
      recordingUrl: "https://r.test/RE1",
      recordingSid: "RE1",
      durationSeconds: 9,
      endedBy: "hangup",
    },
  };

  test("the recording enters the step again, which thanks and waits for the text", async () => {
    expect((await asked({ transcribe: true })).wait.events.recorded).toBe(REENTER);
    const params = { transcribe: true, language: "en-US", transcriptWithinSeconds: 60 };
    const { wait, xml } = await asked(params, { heard });
    expect(wait).toMatchObject({
      keys: ["transcript:run_1:node_1:1"],
      events: { transcript: "recorded" },
      until: "2026-11-21T15:01:00.000Z",
      timeoutPort: "recorded",
      eventData: { transcript: { output: heard.output }, timeout: { output: heard.output } },
    });
    expect(xml).toContain("Gracias. Hemos recibido su mensaje.</Say><Hangup/>");
  });

  test("with a goodbye of its own", async () => {
    const { xml } = await asked({ transcribe: true, goodbye: "¡Adiós!" }, { heard, locale: "en" });
    expect(xml).toContain("¡Adiós!</Say><Hangup/>");
  });

  describe("sentence by sentence", () => {
    const params = { transcribe: true, transcriptWithinSeconds: 60 };
    const UNTIL = "2026-11-21T15:01:00.000Z";
    /** What the step hears next, as the engine puts it together. */
    const then = (output: object | undefined, event: object) => ({
      heard: { name: "utterance", output: { ...event, ...output } } as typeof heard,
    });

    test("thanks first, and stops listening", async () => {
      const { wait, xml } = await asked(params, { heard });
      expect(wait).toMatchObject({
        keys: ["transcript:run_1:node_1:1"],
        events: { utterance: REENTER, transcribed: "recorded" },
        until: UNTIL,
        timeoutPort: "recorded",
        eventData: { transcribed: { output: heard.output }, timeout: { output: heard.output } },
      });
      expect(xml).toMatch(/<Response><Stop><Transcription [^>]*\/><\/Stop><Say.*<Hangup\/>/);
    });

    test("puts them together by their numbers, and leaves with them and the recording", async () => {
      const first = await asked(params, { heard });
      const second = await asked(
        params,
        then(first.wait.eventData?.utterance?.output, { text: "Es urgente.", sequence: 3 }),
      );
      const third = await asked(
        params,
        then(second.wait.eventData?.utterance?.output, { text: "Llámenme.", sequence: 2 }),
      );
      expect(second.reply).toBeUndefined();
      expect(third.wait.until).toBe(UNTIL);
      const whole = { output: { ...heard.output, transcript: "Llámenme. Es urgente." } };
      expect(third.wait.eventData).toMatchObject({ transcribed: whole, timeout: whole });
    });
  });
});
