import { describe, expect, test } from "vitest";
import { renderTwiml, splitAtSentences, verb } from "../../../plugins/twilio/twiml.ts";

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';

describe("renderTwiml", () => {
  test("an empty reply is an empty Response", () => {
    expect(renderTwiml([])).toBe(`${HEAD}<Response/>`);
  });

  test("attributes: lists are joined by spaces, booleans and zero are written, undefined is dropped", () => {
    const gather = verb(
      "Gather",
      { input: ["dtmf", "speech"], action: "/s", timeout: 0, bargeIn: false, hints: undefined },
      { children: [verb("Say", { voice: "Polly.Mia-Neural" }, { text: "Marque 1." })] },
    );
    expect(renderTwiml([gather])).toBe(
      `${HEAD}<Response><Gather input="dtmf speech" action="/s" timeout="0" bargeIn="false"><Say voice="Polly.Mia-Neural">Marque 1.</Say></Gather></Response>`,
    );
  });

  test.each(["Gather", "Record"])("[V1] a %s without an action is refused, wherever it stands", (name) => {
    expect(() => renderTwiml([verb(name)])).toThrow(/asks? for this same document|no action/);
    expect(() => renderTwiml([verb("X", {}, { children: [verb(name, { action: "" })] })])).toThrow(name);
    expect(renderTwiml([verb(name, { action: "https://x.test/s" })])).toContain(`<${name} action=`);
  });

  test("text and attributes are escaped", () => {
    const say = verb("Say", { voice: `a"b<c>&\n` }, { text: "Tom & <Jerry> \"ok\" 'x'" });
    expect(renderTwiml([say])).toBe(
      `${HEAD}<Response><Say voice="a&quot;b&lt;c&gt;&amp;&#10;">Tom &amp; &lt;Jerry&gt; "ok" 'x'</Say></Response>`,
    );
  });

  test("characters no XML may hold are removed; tabs, accents and emoji stay", () => {
    const say = verb("Say", {}, { text: "a\u0000b\u001fc\ufffe\td\u00e9\ud83d\ude00" });
    expect(renderTwiml([say])).toBe(`${HEAD}<Response><Say>abc\td\u00e9\ud83d\ude00</Say></Response>`);
  });

  test("half a surrogate pair becomes the replacement character", () => {
    expect(renderTwiml([verb("Say", {}, { text: "a\ud83d" })])).toContain("<Say>a\ufffd</Say>");
  });

  test("parts meant for other kinds of request are left out", () => {
    expect(renderTwiml(["hi", 3, null, { status: 200 }, verb("Hangup")])).toBe(
      `${HEAD}<Response><Hangup/></Response>`,
    );
  });

  test("a name that would break the document is refused", () => {
    expect(() => renderTwiml([verb("Say><Dial")])).toThrow(/cannot be a TwiML name/);
    expect(() => renderTwiml([verb("Say", { 'a="b" c': 1 })])).toThrow(/cannot be a TwiML name/);
  });

  test("64 kB is the limit", () => {
    const fits = Array.from({ length: 15 }, () => verb("Say", {}, { text: "a".repeat(4000) }));
    expect(Buffer.byteLength(renderTwiml(fits))).toBeLessThan(64 * 1024);
    expect(() => renderTwiml([...fits, ...fits])).toThrow(
      expect.objectContaining({ code: "OUTPUT_TOO_LARGE" }),
    );
  });

  test("a Say above 4096 characters is cut at sentence ends and keeps its voice", () => {
    const sentence = `${"palabra ".repeat(12).trim()}. `;
    const xml = renderTwiml([verb("Say", { voice: "Polly.Mia-Neural" }, { text: sentence.repeat(60) })]);
    const says = [...xml.matchAll(/<Say voice="Polly.Mia-Neural">([^<]*)<\/Say>/g)].map(
      ([, text]) => text ?? "",
    );
    expect(says).toHaveLength(2);
    expect(says.every((text) => text.length <= 4096 && text.endsWith("."))).toBe(true);
    expect(says.join(" ")).toBe(sentence.repeat(60).trim());
  });

  test("a long Say that repeats is repeated as a whole", () => {
    const text = `${"a".repeat(4090)}. ${"b".repeat(20)}`;
    const says = [...renderTwiml([verb("Say", { loop: 2 }, { text })]).matchAll(/<Say>(.)/g)].map(
      ([, first]) => first,
    );
    expect(says).toEqual(["a", "b", "a", "b"]);
  });
});

describe("splitAtSentences", () => {
  test("a sentence that ends exactly at the limit stays whole", () => {
    expect(splitAtSentences("Uno dos. Tres.", 8)).toEqual(["Uno dos.", "Tres."]);
  });

  test("without sentences it cuts between words", () => {
    expect(splitAtSentences("uno dos tres", 8)).toEqual(["uno dos", "tres"]);
  });

  test("without words it cuts between characters, never inside one", () => {
    expect(splitAtSentences("abcdef", 4)).toEqual(["abcd", "ef"]);
    expect(splitAtSentences("abc\ud83d\ude00d", 4)).toEqual(["abc", "\ud83d\ude00d"]);
  });
});
