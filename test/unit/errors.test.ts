import { expect, test } from "vitest";
import { AppError } from "../../engine/errors.ts";

test("an AppError carries code, words, facts and cause; the table knows the rest", () => {
  const cause = new Error("socket hang up");
  const error = new AppError("VENDOR_RATE_LIMITED", "Twilio is busy", { retryAfterMs: 500 }, cause);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: "AppError",
    message: "Twilio is busy",
    details: { retryAfterMs: 500 },
    cause,
    status: 502,
    retryable: true,
  });
});

test("without details or cause there are none", () => {
  const error = new AppError("NOT_FOUND", "gone");
  expect(error.details).toEqual({});
  expect("cause" in error).toBe(false);
  expect([error.status, error.retryable]).toEqual([404, false]);
});
