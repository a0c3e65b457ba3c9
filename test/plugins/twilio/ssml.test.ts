import { describe, expect, test } from "vitest";
import { parseSsml } from "../../../plugins/twilio/ssml.ts";
import { renderTwiml, verb } from "../../../plugins/twilio/twiml.ts";

const spoken = (ssml: string) =>
  renderTwiml([verb("Say", {}, { children: parseSsml(ssml) })]).replace(/^.*<Say>|<\/Say>.*$/g, "");

test("elements and text keep their order and spaces", () => {
  const ssml = 'Su código es <say-as interpret-as="digits">123</say-as>, <break time="1s"/> gracias.';
  expect(spoken(ssml)).toBe(ssml);
});

test("an outer <speak> is taken off", () => {
  expect(spoken('<speak>Hola <emphasis level="strong">Ana</emphasis></speak>')).toBe(
    'Hola <emphasis level="strong">Ana</emphasis>',
  );
});

test("a lone ampersand, as in a name, is text; entities stay entities", () => {
  expect(spoken("Tom & Jerry &amp; Co &lt;3")).toBe("Tom &amp; Jerry &amp; Co &lt;3");
});

test.each([
  ["not well formed", "Hola <break", /not well formed/],
  ["an element Twilio does not speak", '<audio src="x"/>', /holds <audio>/],
  ["a verb of TwiML", "<Dial>+57</Dial>", /holds <Dial>/],
  ["a comment", "Hola <!-- x -->", /declaration or a comment/],
  ["more than 4096 characters", "a".repeat(4097), /4096 at most/],
])("refuses %s", (_what, ssml, message) => {
  expect(() => parseSsml(ssml)).toThrow(message);
});

describe("says where it is wrong, as the author counts", () => {
  test.each([
    ["an element", "Hola\n  <break/> <audio/>", 2, 12],
    ["after <speak>", "<speak>Hola <audio/></speak>", 1, 13],
    ["after lone ampersands", "Tom & Jerry & Co <audio/>", 1, 18],
    ["a bad value", 'Hola <break time="soon"/>', 1, 6],
    ["what is not well formed", "Hola\r\n<p>Ana</s>", 2, 7],
  ])("%s", (_what, ssml, line, character) => {
    expect(() => parseSsml(ssml)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ line, character }) }),
    );
  });

  test.each([
    ['<break length="1s"/>', /attribute length; it may have: strength, time/],
    ['<say-as interpret-as="money">5</say-as>', /interpret-as="money" in <say-as>; expected: characters/],
    ["<say-as>5</say-as>", /without interpret-as/],
    ['<lang xml:lang="xx-YY">x</lang>', /expected: arb/],
    ["<phoneme>x</phoneme>", /without ph/],
  ])("%s", (ssml, message) => {
    expect(() => parseSsml(ssml)).toThrow(message);
  });

  test("in the flow's language, with the name of the node", () => {
    expect(() => parseSsml("<audio/>", { locale: "es-CO", nodeId: "saludo" })).toThrow(
      /^Nodo saludo: El SSML, en la línea 1, carácter 1, contiene <audio>/,
    );
  });
});
