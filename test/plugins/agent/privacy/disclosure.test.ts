import { expect, test } from "vitest";
import { countryOf } from "../../../../plugins/agent/privacy/country-of.ts";
import { disclosureFor } from "../../../../plugins/agent/privacy/disclosure.ts";

const CHAT = { settings: {}, language: "es-CO", isRecorded: false };

test("people of a country that asks for it are told first that no person answers", () => {
  expect(disclosureFor({ ...CHAT, country: "ES" })).toBe(
    "Le atiende un asistente virtual con inteligencia artificial.",
  );
  expect(disclosureFor({ ...CHAT, country: "US", language: "en-US" })).toContain("artificial intelligence");
});

test("and that they are recorded, where they are", () => {
  expect(disclosureFor({ ...CHAT, country: "US", isRecorded: true })).toMatch(/artificial\. .*grabada\.$/);
});

test("elsewhere nothing is said, nor to somebody whose country nobody knows", () => {
  expect(disclosureFor({ ...CHAT, country: "CO", isRecorded: true })).toBe("");
  expect(disclosureFor({ ...CHAT, country: null })).toBe("");
});

test("the tenant's words for the country come first, then its words for all", () => {
  const settings = { disclosure: "Soy un programa.", disclosures: { ES: "Soy Lucía, un programa." } };
  expect(disclosureFor({ ...CHAT, settings, country: "ES" })).toBe("Soy Lucía, un programa.");
  expect(disclosureFor({ ...CHAT, settings, country: "CO" })).toBe("Soy un programa.");
  expect(disclosureFor({ ...CHAT, settings, country: null })).toBe("Soy un programa.");
});

test("the country is that of the number, or of the id a vendor gave", () => {
  expect(
    ["+34612345678", "+573001112233", "+12125550123", "ES.20000000000000000002", "web-7"].map(countryOf),
  ).toEqual(["ES", "CO", "US", "ES", null]);
});
