import { describe, expect, test } from "vitest";
import { AppError } from "../../../engine/plugin-api.ts";
import { classifyTwilioError, readError } from "../../../plugins/twilio/classify-error.ts";
import { meaningOf, refusalOf, TWILIO_CODES } from "../../../plugins/twilio/error-codes.ts";
import { NoAnswer } from "../../../plugins/twilio/no-answer.ts";

/** As the SDK throws it. */
const vendorError = (status: number, code?: number, details?: object) =>
  Object.assign(new Error("vendor words"), {
    status,
    ...(code ? { code } : {}),
    ...(details ? { details } : {}),
  });
const networkError = (code: string) => Object.assign(new Error(`network ${code}`), { code });

describe("the table", () => {
  test("every code says what it means in both languages", () => {
    for (const [code, { en, es }] of TWILIO_CODES) {
      expect(en, String(code)).toMatch(/\S{3}.*\.$/);
      expect(es, String(code)).toMatch(/\S{3}.*\.$/);
      expect(es, String(code)).not.toBe(en);
    }
  });

  test.each([
    [21610, "opted_out"],
    [21211, "bad_recipient"],
    [21614, "bad_recipient"],
    [21612, "bad_recipient"],
    [21217, "bad_recipient"],
    [63003, "not_on_channel"],
    [63024, "not_on_channel"],
    [63016, "outside_window"],
    [21606, "bad_sender"],
    [21603, "bad_sender"],
    [21212, "bad_sender"],
    [21210, "bad_sender"],
    [63007, "bad_sender"],
    [21703, "bad_sender"],
    [21408, "not_permitted"],
    [21215, "not_permitted"],
    [21216, "not_permitted"],
    [30004, "not_permitted"],
    [30007, "not_permitted"],
    [63013, "not_permitted"],
    [21617, "bad_content"],
    [21656, "bad_content"],
    [30003, "other"],
    [99999, "other"],
  ])("%i is %s", (code, refusal) => {
    expect(refusalOf(code)).toBe(refusal);
    expect(refusalOf(String(code))).toBe(refusal);
  });

  test("no code at all is unknown", () => {
    expect(meaningOf(null)).toBeNull();
    expect(refusalOf(undefined)).toBe("other");
  });
});

describe("answers of Twilio", () => {
  test("a refusal is an outcome with the vendor's code and our words", () => {
    expect(classifyTwilioError(vendorError(400, 21610), "create")).toEqual({
      state: "refused",
      reason: "opted_out",
      vendorCode: "21610",
      message: "The person has asked not to get messages from this number. (Twilio 21610: vendor words)",
    });
  });

  test("an unknown 4xx is refused as other, with its HTTP status where there is no code", () => {
    expect(classifyTwilioError(vendorError(400), "create")).toMatchObject({
      reason: "other",
      vendorCode: "400",
    });
  });

  test("429 is retried after the delay Twilio names", () => {
    const error = classifyTwilioError(vendorError(429, 20429, { retryAfterMs: 2000 }), "create");
    expect(error).toMatchObject({
      code: "VENDOR_RATE_LIMITED",
      details: { retryAfterMs: 2000, vendorCode: "20429" },
    });
  });

  test("a full sender queue was not accepted, so it is retried", () => {
    expect(classifyTwilioError(vendorError(400, 21611), "create")).toMatchObject({
      code: "VENDOR_RATE_LIMITED",
    });
  });

  test.each([
    [401, 20003],
    [403, 20005],
    [401, undefined],
  ])("%i/%s is the operator's to mend", (status, code) => {
    expect(classifyTwilioError(vendorError(status, code), "create")).toMatchObject({
      code: "VENDOR_REFUSED",
    });
  });

  test("5xx leaves a create in doubt and a read retryable", () => {
    expect(classifyTwilioError(vendorError(503, 20503), "create")).toMatchObject({ code: "EFFECT_IN_DOUBT" });
    expect(classifyTwilioError(vendorError(503, 20503), "read")).toMatchObject({
      code: "VENDOR_UNAVAILABLE",
    });
  });
});

describe("no answer", () => {
  test.each(["ECONNREFUSED", "ECONNABORTED", "ECONNRESET", "EPROTO"])(
    "%s without a connection: surely nothing was sent",
    (code) => {
      const error = new NoAnswer(networkError(code), true);
      expect(classifyTwilioError(error, "create")).toMatchObject({
        code: "VENDOR_UNAVAILABLE",
        details: { network: code },
      });
    },
  );

  test.each(["ECONNRESET", "EPIPE", "ECONNABORTED", "ETIMEDOUT", "EPROTO"])(
    "%s once connected: in doubt for a create, not for a read",
    (code) => {
      const error = new NoAnswer(networkError(code), false);
      expect(classifyTwilioError(error, "create")).toMatchObject({ code: "EFFECT_IN_DOUBT" });
      expect(classifyTwilioError(error, "read")).toMatchObject({ code: "VENDOR_UNAVAILABLE" });
    },
  );

  test("an error nobody knows leaves a create in doubt", () => {
    expect(classifyTwilioError("odd", "create")).toMatchObject({ code: "EFFECT_IN_DOUBT" });
  });
});

test("an AppError passes unchanged", () => {
  const error = new AppError("CREDENTIAL_MISSING", "none");
  expect(classifyTwilioError(error, "create")).toBe(error);
});

test("a refused read is VENDOR_REFUSED", () => {
  expect(readError(vendorError(400, 60200))).toMatchObject({
    code: "VENDOR_REFUSED",
    details: { vendorCode: "60200" },
  });
});
