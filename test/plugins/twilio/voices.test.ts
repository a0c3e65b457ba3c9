import { expect, test } from "vitest";
import { listeningLanguage, voiceFor } from "../../../plugins/twilio/voices.ts";

test.each([
  ["es", "ES", "Polly.Lucia-Neural", "es-ES"],
  ["es", "CO", "Polly.Mia-Neural", "es-MX"],
  ["es", null, "Polly.Mia-Neural", "es-MX"],
  ["es-US", "CO", "Polly.Lupe-Neural", "es-US"],
  ["en", null, "Polly.Joanna-Neural", "en-US"],
  ["en_GB", null, "Polly.Amy-Neural", "en-GB"],
  ["pt", "BR", "Polly.Camila-Neural", "pt-BR"],
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
