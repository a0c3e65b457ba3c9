import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as languages from "../../../plugins/twilio/languages.ts";
import { VOICE_NAMES } from "../../../plugins/twilio/voice-names.ts";
import { isSpoken, listeningLanguage, voiceFor } from "../../../plugins/twilio/voices.ts";

test.each([
  ["es", "ES", "Polly.Lucia-Neural", "es-ES"],
  ["es", "CO", "Polly.Mia-Neural", "es-MX"],
  ["es", null, "Polly.Mia-Neural", "es-MX"],
  ["es-US", "CO", "Polly.Lupe-Neural", "es-US"],
  ["en", null, "Polly.Joanna-Neural", "en-US"],
  ["en_GB", null, "Polly.Amy-Neural", "en-GB"],
  ["pt", "BR", "Polly.Camila-Neural", "pt-BR"],
  ["fi", null, "Google.fi-FI-Wavenet-A", "fi-FI"],
  ["nl-BE", null, "Google.nl-BE-Wavenet-A", "nl-BE"],
  ["xx", "CO", "Polly.Joanna-Neural", "en-US"],
])("%s in %s is spoken by %s", (locale, country, voice, language) => {
  expect(voiceFor(locale, country)).toEqual({ voice, language });
});

test.each([
  ["es", "CO", "es-CO"],
  ["es-MX", "CO", "es-MX"],
  ["es", "FR", "es-MX"],
  ["de", null, "de-DE"],
])("%s in %s is heard as %s", (locale, country, language) => {
  expect(listeningLanguage(locale, country)).toBe(language);
});

test("what nobody speaks is told apart from what somebody does in another way", () => {
  expect(["es-CO", "fi", "en-GB", "xx", "xx-YY"].filter(isSpoken)).toEqual(["es-CO", "fi", "en-GB"]);
});

describe("the lists are those of Twilio's SDK", () => {
  const sdk = readFileSync("node_modules/twilio/lib/twiml/VoiceResponse.d.ts", "utf8");
  const union = (type: string) =>
    [...(new RegExp(`type ${type} = ([^;]*);`).exec(sdk)?.[1] ?? "").matchAll(/"([^"]+)"/g)].map(
      ([, name]) => name,
    );

  test("voices", () => {
    expect(union("SayVoice").length).toBeGreaterThan(800);
    expect([...VOICE_NAMES].sort()).toEqual(union("SayVoice").sort());
  });

  test.each([
    ["SayLanguage", languages.SAY_LANGUAGES],
    ["GatherLanguage", languages.GATHER_LANGUAGES],
    ["PayLanguage", languages.PAY_LANGUAGES],
    ["SsmlLangXmlLang", languages.SSML_LANGUAGES],
    ["DialRingTone", languages.RING_TONES],
  ])("%s", (type, list) => {
    expect(list).toEqual(union(type));
  });
});
