import { describe, expect, test } from "vitest";
import { runNode } from "../../../../engine/plugin-testing/node-context.ts";
import twiml from "../../../../plugins/twilio/nodes/voice/twiml.ts";
import { renderTwiml } from "../../../../plugins/twilio/twiml.ts";
import { readTwiml } from "../../../../plugins/twilio/twiml-source.ts";

const RETURN = "https://flow.test/hooks/twilio/voice/return/run_1%3Anode_1%3A1";
const trigger = { call: { sid: "CA1", from: "+573001112233", to: "+576011112222" } };

async function answered(params: object) {
  const result = await runNode(twiml, { ...params }, { trigger });
  if (result.kind !== "wait") throw new Error("expected a wait");
  return { ...result, xml: renderTwiml(result.reply ?? []) };
}

describe("TwiML of one's own", () => {
  test("comes back by itself at its end", async () => {
    const { xml, wait } = await answered({ twiml: "<Response><Play>https://a.test/b.mp3</Play></Response>" });
    expect(xml).toContain(
      `<Response><Play>https://a.test/b.mp3</Play><Redirect method="POST">${RETURN}</Redirect></Response>`,
    );
    expect(wait).toMatchObject({
      keys: ["step:run_1:node_1:1", "call:CA1"],
      events: { returned: "returned", hangup: "hung_up" },
      timeoutPort: "timeout",
      until: "2026-11-21T19:00:00.000Z",
    });
  });

  test("or where it says so", async () => {
    const source = `<?xml version="1.0"?>\n<Response>\n <!-- nota -->\n <Gather action="{{ returnUrl }}"><Say>¿Sí &amp; no?</Say></Gather>\n <Hangup/>\n</Response>`;
    const { xml } = await answered({ twiml: source });
    expect(xml).toContain(
      `<Response><Gather action="${RETURN}"><Say>¿Sí &amp; no?</Say></Gather><Hangup/></Response>`,
    );
  });

  test("keeps the white space between spoken words", () => {
    const source =
      '<Response><Say>Son <say-as interpret-as="digits">12</say-as> <emphasis>ya</emphasis></Say></Response>';
    expect(renderTwiml(readTwiml(source, { locale: "en", nodeId: "n" }))).toContain(source);
  });

  test("an address gets the call, and is told where to return", async () => {
    const { xml } = await answered({
      source: "redirect",
      url: "https://a.test/ivr?back={{ returnUrl | url_encode }}",
      method: "GET",
    });
    expect(xml).toContain(
      `<Redirect method="GET">https://a.test/ivr?back=${encodeURIComponent(RETURN)}</Redirect></Response>`,
    );
  });
});

describe("what Twilio would not understand is named with its place", () => {
  test.each([
    ["<Response><Say>Hola</Response>", /line 1, column \d+: /],
    ["", "line 1: a <Response> is expected; this is empty"],
    ["<Message>x</Message>", "this is <Message>"],
    [
      "<Response>\n  <say>x</say>\n</Response>",
      "line 2, Response › say: Twilio knows no <say>; did you mean <Say>?",
    ],
    [
      "<Response><Say voz='x'>a</Say></Response>",
      "<Say> has no attribute voz; expected: voice, language, loop",
    ],
    [
      "<Response>\n<Gather action='/a'>\n<Dial/></Gather></Response>",
      "line 3, Response › Gather: <Dial> cannot stand in <Gather>",
    ],
    ["<Response><Record/></Response>", "<Record> without action would start this document again"],
    ["<Response><Gather/></Response>", "<Gather> without action"],
    ["<Response><Redirect/></Response>", "<Redirect> holds no address"],
    ["<Response>hola</Response>", "words cannot stand in <Response>; put them into <Say>"],
    [`<Response><Say>${"a".repeat(4097)}</Say></Response>`, "has 4097 characters; Twilio speaks 4096"],
    ["<Response><Dial><Number foo='1'>+1</Number><Say/></Dial></Response>", "<Number> has no attribute foo"],
  ])("%s", async (source, words) => {
    await expect(runNode(twiml, { twiml: source }, { trigger })).rejects.toMatchObject({
      code: "PARAMS_INVALID",
      message: expect.stringMatching(/^Nodo .*: El TwiML no es válido\. línea \d+/),
      details: { words: { en: expect.stringMatching(words instanceof RegExp ? words : escaped(words)) } },
    });
  });

  test("three faults are told, the others counted", () => {
    const source = `<Response>${"<X/>".repeat(5)}</Response>`;
    expect(() => readTwiml(source, { locale: "en", nodeId: "n" })).toThrow(
      /(Twilio knows no <X>.*){3}\(and 2 more\)/s,
    );
  });

  test("an address that is none", async () => {
    await expect(runNode(twiml, { source: "redirect", url: "ivr" }, { trigger })).rejects.toMatchObject({
      message: expect.stringContaining("«ivr» no es la URL de una página de TwiML"),
      details: { words: { en: expect.stringContaining('"ivr" is not the URL of a TwiML document') } },
    });
  });
});

function escaped(words: string): RegExp {
  return new RegExp(words.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
}
