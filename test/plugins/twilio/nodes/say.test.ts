import { expect, test } from "vitest";
import { runNode } from "../../../../engine/plugin-testing/node-context.ts";
import say from "../../../../plugins/twilio/nodes/voice/say.ts";

test("the voice follows the flow's locale and the tenant's country", async () => {
  expect(await runNode(say, { text: "Hola" })).toEqual({
    kind: "next",
    port: "next",
    output: {},
    reply: [{ verb: "Say", attrs: { voice: "Polly.Mia-Neural", language: "es-MX" }, text: "Hola" }],
  });
});

test("text, then audio, then key tones", async () => {
  const params = { text: "Hola", audioUrl: "https://x.test/a.mp3", digits: "1w2", loop: 2 };
  expect(await runNode(say, params)).toMatchObject({
    reply: [
      { verb: "Say", attrs: { loop: 2 } },
      { verb: "Play", attrs: { loop: 2 }, text: "https://x.test/a.mp3" },
      { verb: "Play", attrs: { digits: "1w2" } },
    ],
  });
});

test("a named voice speaks without a guessed language", async () => {
  const result = await runNode(say, { text: "Hi", voice: "Google.en-GB-Standard-A" });
  expect(result).toMatchObject({ reply: [{ attrs: { voice: "Google.en-GB-Standard-A" } }] });
  expect(JSON.stringify(result)).not.toContain("language");
});

test("a named language brings its voice", async () => {
  expect(await runNode(say, { text: "Hi", language: "en-GB" })).toMatchObject({
    reply: [{ attrs: { voice: "Polly.Amy-Neural", language: "en-GB" } }],
  });
});

test("SSML becomes elements", async () => {
  expect(await runNode(say, { text: 'Hola <break time="1s"/>', format: "ssml" })).toMatchObject({
    reply: [{ verb: "Say", children: ["Hola ", { verb: "break", attrs: { time: "1s" } }] }],
  });
});

test("nothing to say is an error that names the node", async () => {
  await expect(runNode(say, { text: "  " })).rejects.toMatchObject({
    code: "PARAMS_INVALID",
    message: expect.stringContaining("node_1"),
  });
});

test("a recording needs a web address", async () => {
  await expect(runNode(say, { audioUrl: "a.mp3" })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
});

test("pieces follow in their order, each with its own voice, and pauses between them", async () => {
  const more = [
    { text: "Press 2.", language: "en-GB", pauseSeconds: 2 },
    { audioUrl: "https://x.test/a.mp3", loop: 3 },
  ];
  expect(await runNode(say, { text: "Hola", more })).toMatchObject({
    reply: [
      { verb: "Say", text: "Hola" },
      { verb: "Say", attrs: { voice: "Polly.Amy-Neural", language: "en-GB" }, text: "Press 2." },
      { verb: "Pause", attrs: { length: 2 } },
      { verb: "Play", attrs: { loop: 3 }, text: "https://x.test/a.mp3" },
    ],
  });
});

test.each([
  ["a voice nobody has", { text: "Hola", voice: "Polly.Nobody" }, /Twilio no tiene la voz «Polly.Nobody»/],
  ["a language nobody speaks", { text: "Hola", language: "xx-YY" }, /Nadie en Twilio habla «xx-YY»/],
  [
    "bad SSML in a later piece",
    { text: "a", more: [{ text: "<x/>", format: "ssml" }] },
    /línea 1, carácter 1/,
  ],
  ["a recording that is none", { audioUrl: "ftp://x" }, /«ftp:\/\/x» no es la URL de una grabación/],
])("refuses %s, in the flow's language", async (_what, params, message) => {
  await expect(runNode(say, params)).rejects.toThrow(message);
  const english = await runNode(say, params, { locale: "en" }).catch((error: unknown) => String(error));
  expect(english).toMatch(/Node node_1: /);
});
