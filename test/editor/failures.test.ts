import { describe, expect, test } from "vitest";
import { failureText, recordedFailure } from "../../editor/words/failures.ts";
import { ERROR_CODES } from "../../engine/errors.ts";

// What starts the engine, or refuses a request before anything runs.
const ONLY_OVER_HTTP = new Set([
  "CONFIG_INVALID",
  "DOCUMENT_UNREADABLE",
  "KEY_ENDED",
  "ISSUER_EXISTS",
  "DATABASE_VERSION",
  "DATABASE_SETUP",
  "PORT_IN_USE",
  "REVISION_CONFLICT",
  "NUMBER_REFUSED",
  "PLUGIN_INVALID",
  "BODY_MALFORMED",
  "SIGNATURE_INVALID",
  "IDEMPOTENCY_CONFLICT",
  "TIME_IS_REAL",
  "NODE_UNKNOWN",
  "CALLBACK_EXPIRED",
  "LINK_EXPIRED",
  "CALLBACK_TAKEN",
  "CALLBACK_METHOD",
  "SCHEDULE_INVALID",
  "SCHEDULE_NEVER_FIRES",
  "MEDIA_INVALID",
  "MEDIA_MISSING",
  "MEDIA_EXPIRED",
  "MEDIA_PENDING",
  "DATA_TYPE_MISMATCH",
  "PRECONDITION_REQUIRED",
]);

describe("a refusal in words", () => {
  test("a known code is said in the language of the screen", () => {
    const refusal = { code: "SCOPE_MISSING", message: "The role viewer lacks flows:write." };
    expect(failureText(refusal, "es")).toBe(
      "No tiene permiso para hacer esto. Pídalo a quien administra la cuenta.",
    );
    expect(failureText(refusal, "en")).toBe("You may not do this. Ask whoever manages the account.");
  });

  test("a code nobody wrote a sentence for has the API's own words", () => {
    expect(failureText({ code: "PORT_IN_USE", message: "The port is taken." }, "es")).toBe(
      "The port is taken.",
    );
    expect(failureText({ code: "toString", message: "Odd." }, "es")).toBe("Odd.");
  });

  test("what only the API knows is told with it", () => {
    expect(
      failureText({ code: "RATE_LIMITED", message: "", details: { retryAfterMs: 4200 } }, "es"),
    ).toContain("Espere 5 s");
    expect(failureText({ code: "INPUT_INVALID", message: "/name is empty." }, "es")).toBe(
      "Hay un dato que no se puede aceptar: /name is empty.",
    );
    expect(
      failureText(
        { code: "NUMBER_REFUSED", message: "no", details: { sentence: { es: "El código no es ese." } } },
        "es",
      ),
    ).toBe("El código no es ese.");
  });

  test("every error of a step or a run has a sentence, and none is the API's", () => {
    const recorded = Object.keys(ERROR_CODES).filter((code) => !ONLY_OVER_HTTP.has(code));
    for (const code of recorded)
      expect(recordedFailure(`${code}: said in English`, "es"), code).not.toMatch(/^said in English$/);
    expect(recordedFailure("TEMPLATE_MISSING: there is no template", "es")).toBe(
      "No existe esa plantilla en este idioma.",
    );
  });

  test("why an input is refused is said of each field, in the language of the screen", () => {
    const details = { violations: [{ path: "/nombre", message: "is required" }] };
    const refusal = { code: "INPUT_INVALID", message: "The input is not as expected: …", details };
    expect(failureText(refusal, "es")).toBe("Hay un dato que no se puede aceptar: /nombre falta.");
    const sentence = { en: "No phone is ringing.", es: "No suena ningún teléfono." };
    expect(failureText({ ...refusal, details: { sentence } }, "es")).toBe(sentence.es);
  });

  test("a conflict is one of revisions only where the API names the revision", () => {
    const taken = { code: "REVISION_CONFLICT", message: 'A flow with the key "a" exists.', details: {} };
    expect(failureText(taken, "es")).toBe(taken.message);
    expect(failureText({ ...taken, details: { revision: 3 } }, "es")).toContain("mientras tanto");
  });
});
