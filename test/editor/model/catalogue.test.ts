import { describe, expect, test } from "vitest";
import { CATALOGUE } from "./real-flows.ts";

describe("the catalogue", () => {
  test("gives the newest version of a type where none is named", () => {
    expect(CATALOGUE.get("twilio.gather")?.version).toBe(1);
    expect(CATALOGUE.get("twilio.gather", 1)).toBe(CATALOGUE.get("twilio.gather"));
    expect(CATALOGUE.get("twilio.gather", 9)).toBeUndefined();
    expect(CATALOGUE.get("nobody.knows")).toBeUndefined();
  });

  test("has every type that may be added in one family", () => {
    const types = CATALOGUE.families.flatMap(({ types }) => types.map(({ type }) => type));
    expect(types.toSorted()).toEqual(
      CATALOGUE.all
        .filter(({ replacedBy }) => replacedBy === undefined)
        .map(({ type }) => type)
        .toSorted(),
    );
  });

  test.each([
    ["buzon", "es", "twilio.voicemail"],
    ["BUZÓN", "es", "twilio.voicemail"],
    ["voicemail", "es", "twilio.voicemail"],
    ["creditos quedan", "es", "credits.check"],
    ["opening", "en", "core.hours"],
    ["horario", "en", "core.hours"],
    ["core.set", "es", "core.set"],
    ["Esperar", "es", "core.wait"],
  ] as const)("finds %j (%s) as %s first", (text, locale, type) => {
    expect(CATALOGUE.search(text, locale)[0]?.type).toBe(type);
  });

  test("finds nothing for what is nowhere, and all for nothing", () => {
    expect(CATALOGUE.search("xyzzy", "es")).toEqual([]);
    expect(CATALOGUE.search("  ", "es").length).toBe(CATALOGUE.families.flatMap(({ types }) => types).length);
  });
});
