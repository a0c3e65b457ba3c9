import { describe, expect, test } from "vitest";
import { failureText } from "../../editor/words/failures.ts";

describe("a refusal in words", () => {
  test("a known code is said in the language of the screen", () => {
    const refusal = { code: "SCOPE_MISSING", message: "The role viewer lacks flows:write." };
    expect(failureText(refusal, "es")).toBe(
      "No tiene permiso para hacer esto. Pídalo a quien administra la cuenta.",
    );
    expect(failureText(refusal, "en")).toBe("You may not do this. Ask whoever manages the account.");
  });

  test("a code nobody wrote a sentence for has the API's own words", () => {
    expect(failureText({ code: "LIST_LIMIT", message: "The list has 3 items." }, "es")).toBe(
      "The list has 3 items.",
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

  test("a conflict is one of revisions only where the API names the revision", () => {
    const taken = { code: "REVISION_CONFLICT", message: 'A flow with the key "a" exists.', details: {} };
    expect(failureText(taken, "es")).toBe(taken.message);
    expect(failureText({ ...taken, details: { revision: 3 } }, "es")).toContain("mientras tanto");
  });
});
