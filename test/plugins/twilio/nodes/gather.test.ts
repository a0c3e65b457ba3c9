import { expect, test } from "vitest";
import { runNode } from "../../../../engine/plugin-testing/node-context.ts";
import gather from "../../../../plugins/twilio/nodes/voice/gather.ts";
import { renderTwiml } from "../../../../plugins/twilio/twiml.ts";

const trigger = { call: { sid: "CA1", from: "+573001112233", to: "+576011112222" } };

async function asked(params: object, overrides: object = {}) {
  const result = await runNode(
    gather,
    { prompt: { text: "Marque 1." }, ...params },
    { trigger, ...overrides },
  );
  if (result.kind !== "wait") throw new Error(`expected a wait, got ${result.kind}`);
  return { ...result, xml: renderTwiml(result.reply ?? []) };
}

const SAY = '<Say voice="Polly.Mia-Neural" language="es-MX">Marque 1.</Say>';
const ACTION = 'action="https://flow.test/hooks/twilio/voice/step/run_1%3Anode_1%3A1" method="POST"';

test("a menu: one port per key, one key ends it", async () => {
  const { xml, wait } = await asked({ digitPorts: ["1", "2"] });
  expect(xml).toContain(
    `<Response><Gather input="dtmf" ${ACTION} timeout="5" numDigits="1" actionOnEmptyResult="true">${SAY}</Gather></Response>`,
  );
  expect(wait).toMatchObject({
    keys: ["step:run_1:node_1:1", "call:CA1"],
    timeoutPort: "timeout",
    events: {
      digits: "digits",
      "digits:1": "1",
      "digits:2": "2",
      speech: "speech",
      timeout: "timeout",
      hangup: "hung_up",
    },
  });
});

test("retries are further Gathers; only the last reports silence", async () => {
  const { xml } = await asked({ retries: 2, retryPrompt: { text: "¿Sigue ahí?" } });
  expect(xml.match(/<Gather /g)).toHaveLength(3);
  expect(xml.match(/¿Sigue ahí\?/g)).toHaveLength(2);
  expect(xml.match(/actionOnEmptyResult="true"/g)).toHaveLength(1);
  expect(xml.lastIndexOf("actionOnEmptyResult")).toBeGreaterThan(xml.lastIndexOf("<Gather "));
});

test("without a prompt of their own, retries repeat the first", async () => {
  const { xml } = await asked({ retries: 1 });
  expect(xml.match(/Marque 1\./g)).toHaveLength(2);
});

test("speech has its attributes, keys alone do not", async () => {
  const { xml } = await asked({
    input: "both",
    hints: ["ventas", "soporte"],
    bargeIn: false,
    profanityFilter: false,
  });
  expect(xml).toContain('input="dtmf speech"');
  expect(xml).toContain('language="es-CO" hints="ventas,soporte" profanityFilter="false"');
  expect(xml).toContain('bargeIn="false"');
  expect((await asked({ hints: ["ventas"] })).xml).not.toContain("hints");
});

test("# as an answer does not end the input", async () => {
  expect((await asked({ digitPorts: ["#"] })).xml).toContain('finishOnKey=""');
  expect((await asked({ finishOnKey: "*" })).xml).toContain('finishOnKey="*"');
});

test("the wait outlasts every prompt, silence and answer", async () => {
  const { wait } = await asked({ prompt: { text: "a".repeat(800) }, retries: 1, timeoutSeconds: 10 });
  const seconds = (Date.parse(wait.until) - Date.parse("2026-11-21T15:00:00Z")) / 1000;
  expect(seconds).toBe(2 * (100 + 10 + 60) + 300);
});

test("without a call in the trigger only its own callback wakes it", async () => {
  expect((await asked({}, { trigger: {} })).wait.keys).toEqual(["step:run_1:node_1:1"]);
});

test("silence “auto” is refused with the default model", async () => {
  await expect(asked({ input: "speech", speechTimeout: "auto" })).rejects.toMatchObject({
    code: "PARAMS_INVALID",
  });
  const { xml } = await asked({ input: "speech", speechTimeout: "auto", speechModel: "phone_call" });
  expect(xml).toContain('speechModel="phone_call" speechTimeout="auto"');
});

test("each repetition may have a question of its own; the last one stays", async () => {
  const { xml } = await asked({ retries: 3, retryPrompts: [{ text: "Dos." }, { text: "Tres." }] });
  expect([...xml.matchAll(/>([^<]+)<\/Say>/g)].map(([, text]) => text)).toEqual([
    "Marque 1.",
    "Dos.",
    "Tres.",
    "Tres.",
  ]);
});

test("a question may be several pieces, each nested in the Gather", async () => {
  const { xml } = await asked({
    prompt: { text: "Marque 1.", more: [{ audioUrl: "https://x.test/a.mp3", pauseSeconds: 1 }] },
  });
  expect(xml).toContain(`${SAY}<Play>https://x.test/a.mp3</Play><Pause length="1"/></Gather>`);
});

test("every option of speech has its attribute", async () => {
  const { xml } = await asked({
    input: "speech",
    language: "en-GB",
    speechModel: "phone_call",
    enhanced: true,
    maxSpeechSeconds: 20,
    partialResultsUrl: "https://x.test/partial",
  });
  for (const attribute of [
    'language="en-GB"',
    'enhanced="true"',
    'maxSpeechTime="20"',
    'partialResultCallback="https://x.test/partial" partialResultCallbackMethod="POST"',
  ])
    expect(xml).toContain(attribute);
});

test.each([
  [
    "keys with ways out where only speech is heard",
    { input: "speech", digitPorts: ["1"] },
    /solo escucha la voz/,
  ],
  ["a key that ends and has a way out", { digitPorts: ["1", "*"], finishOnKey: "*" }, /tecla \* termina/],
  ["a language Twilio does not understand", { input: "speech", language: "xx-YY" }, /no entiende «xx-YY»/],
  [
    "an address for partial results that is none",
    { input: "speech", partialResultsUrl: "x" },
    /«x» no es la URL/,
  ],
])("refuses %s", async (_what, params, message) => {
  await expect(asked(params)).rejects.toThrow(message);
});
