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
