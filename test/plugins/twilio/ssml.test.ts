import { expect, test } from "vitest";
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
