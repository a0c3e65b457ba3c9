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
    });
    expect(xml).toContain(
      'timeout="0" finishOnKey="" maxLength="60" playBeep="false" trim="do-not-trim" transcribe="true" transcribeCallback="https://flow.test/hooks/twilio/voice/transcript/run_1%3Anode_1%3A1"',
    );
  });

  test("on a call the run has placed, its own end counts", async () => {
    const line = { sid: "CA2", from: "+576011112222", to: "+573001112233", direction: "outbound" } as const;
    expect((await asked({}, { line })).wait.keys).toContain("call-ended:CA2");
  });

  test.each([1, 121])("%i seconds cannot be written down", async (maxSeconds) => {
    await expect(runNode(voicemail, { transcribe: true, maxSeconds }, { trigger })).rejects.toMatchObject({
      code: "PARAMS_INVALID",
      message: expect.stringContaining("se esperan de 2 a 120 s"),
      details: { words: { en: expect.stringContaining("2 to 120 s") } },
    });
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
    const { wait, xml } = await asked({ transcribe: true, transcriptWithinSeconds: 60 }, { heard });
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
});
