import { describe, expect, test } from "vitest";
import { runNode } from "../../../../engine/plugin-testing/node-context.ts";
import stream from "../../../../plugins/twilio/nodes/voice/stream.ts";
import { renderTwiml } from "../../../../plugins/twilio/twiml.ts";

async function told(params: object): Promise<string> {
  const result = await runNode(stream, { ...params });
  return renderTwiml(result.kind === "next" ? (result.reply ?? []) : []);
}

const URL_OF_OURS = "wss://a.test/escucha";

describe("what Twilio is told", () => {
  test("a stream with all it may have", async () => {
    const params = {
      name: "vivo",
      url: URL_OF_OURS,
      track: "both_tracks",
      parameters: [{ name: "caso", value: "7 & 8" }],
      statusUrl: "https://a.test/estado",
    };
    expect(await told(params)).toContain(
      '<Start><Stream url="wss://a.test/escucha" name="vivo" track="both_tracks" statusCallback="https://a.test/estado" statusCallbackMethod="POST"><Parameter name="caso" value="7 &amp; 8"/></Stream></Start>',
    );
  });

  test("SIPREC through a connector", async () => {
    expect(await told({ transport: "siprec", connector: "grabadora", name: "s" })).toContain(
      '<Start><Siprec connectorName="grabadora" name="s" track="inbound_track"/></Start>',
    );
  });

  test.each([
    ["websocket", '<Stop><Stream name="vivo"/></Stop>'],
    ["siprec", '<Stop><Siprec name="vivo"/></Stop>'],
  ])("the end of a %s, by name", async (transport, xml) => {
    expect(await told({ action: "stop", transport, name: "vivo" })).toContain(xml);
  });
});

describe("what is refused", () => {
  test.each([
    ["no address", {}, "wss://"],
    ["an unsafe one", { url: "ws://a.test" }, "wss://"],
    ["one with a query, which Twilio drops", { url: "wss://a.test/x?caso=1" }, "use parameters instead"],
    ["SIPREC without a connector", { transport: "siprec" }, "needs connector"],
    ["an end without a name", { action: "stop" }, "needs name"],
    ["a report to nowhere", { url: URL_OF_OURS, statusUrl: "a.test" }, "https:// is expected"],
  ])("%s", async (_name, params, words) => {
    await expect(told(params)).rejects.toMatchObject({
      code: "PARAMS_INVALID",
      message: expect.stringMatching(/^Nodo /),
      details: { words: { en: expect.stringContaining(words) } },
    });
  });
});
