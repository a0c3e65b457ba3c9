import fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import { describe, expect, test } from "vitest";
import { measure, segmentsOf } from "../../../plugins/twilio/segments.ts";
import vectors from "../../vectors/twilio-segments.json" with { type: "json" };

const sized = (text: string, smartEncoding = false) =>
  measure({ to: "+573001112233", text, purpose: "service", smartEncoding });

describe("the vectors", () => {
  test.each(vectors.segmentation.map((vector) => [vector.id, vector] as const))("%s", (_id, vector) => {
    expect(segmentsOf(vector.text)).toBe(vector.segments);
    expect(sized(vector.text)).toMatchObject({ encoding: vector.encoding, segments: vector.segments });
  });
});

const letter = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(..."aeñüÇ@ \n.{€^~é") },
  { weight: 1, arbitrary: fc.constantFrom("ê", "“", "👍", "—", "漢") },
);

test("any text is cut as Twilio's own calculator cuts it", () => {
  const texts = fc.oneof(
    fc.string({ unit: letter, maxLength: 500 }),
    fc.string({ unit: fc.constantFrom(..."aé{€ñ"), maxLength: 700 }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const theirs = new SegmentedMessage(text);
      expect([segmentsOf(text), text === "" ? "GSM-7" : sized(text).encoding]).toEqual([
        Math.max(1, theirs.segmentsCount),
        text === "" ? "GSM-7" : theirs.encodingName,
      ]);
    }),
    { numRuns: 2_000, seed: 18 },
  );
});

test("says which characters make it dear, each once", () => {
  expect(sized("“Así” crêpe “sí”")).toMatchObject({ encoding: "UCS-2", costly: ["“", "í", "”", "ê"] });
  expect(sized("Así no")).toMatchObject({ costly: ["í"], unitsPerSegment: 70, characters: 6 });
});

test("smart encoding sends look-alikes, and counts what it sends", () => {
  const text = "“Hola” — le esperamos…";
  expect(sized(text)).toMatchObject({ encoding: "UCS-2", text });
  expect(sized(text, true)).toMatchObject({
    encoding: "GSM-7",
    text: '"Hola" - le esperamos...',
    costly: [],
  });
});
