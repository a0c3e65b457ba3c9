import { expect, test } from "vitest";
import { languageOf } from "../../engine/http/accept-language.ts";

test.each([
  [undefined, "en"],
  ["", "en"],
  ["es", "es"],
  ["es-CO,es;q=0.9,en;q=0.8", "es"],
  ["en-GB, es;q=0.9", "en"],
  ["fr, es;q=0.5, en;q=0.4", "es"],
  ["de, fr", "en"],
  ["es;q=0, en;q=0.1", "en"],
  ["es;q=x", "en"],
])("%s is answered in %s", (header, language) => {
  expect(languageOf(header)).toBe(language);
});
