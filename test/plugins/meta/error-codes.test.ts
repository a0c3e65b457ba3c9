import { describe, expect, test } from "vitest";
import { META_ERROR_RANGES, META_ERRORS, meaningOf } from "../../../plugins/meta/error-codes.ts";

const codesOf = (kind: string) =>
  Object.entries(META_ERRORS)
    .filter(([, meaning]) => meaning.class === kind)
    .map(([code]) => Number(code));

describe("the table of Meta's codes", () => {
  test("retries exactly what Meta calls retryable", () => {
    expect(new Set([...codesOf("rate_limited"), ...codesOf("unavailable")])).toEqual(
      new Set([1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 133004]),
    );
  });

  test("stops for an invalid token", () => expect(codesOf("token")).toEqual([0, 190]));

  test.each([
    [131026, "not_on_channel"],
    [131047, "outside_window"],
    [131050, "opted_out"],
    [131008, "bad_content"],
    [131009, "bad_content"],
    [100, "bad_content"],
    [132000, "bad_content"],
    [132001, "bad_content"],
    [132012, "bad_content"],
    [131021, "bad_recipient"],
    [131030, "bad_recipient"],
    [133010, "bad_sender"],
    [33, "bad_sender"],
    [131037, "bad_sender"],
    [130497, "not_permitted"],
    [131031, "not_permitted"],
    [368, "not_permitted"],
    [230, "not_permitted"],
    [138017, "not_permitted"],
    [139102, "other"],
    [4711, "other"],
  ])("%i is refused as %s", (code, refusal) =>
    expect(meaningOf(code)).toMatchObject({ class: "refused", refusal }),
  );

  test("says each in two languages, in whole sentences", () => {
    const meanings = [
      ...Object.values(META_ERRORS),
      ...META_ERROR_RANGES.map(({ meaning }) => meaning),
      meaningOf(4711),
    ];
    for (const { text } of meanings) {
      expect(text.en).toMatch(/^[A-Z].*\.$/);
      expect(text.es).toMatch(/^[A-ZÁÉÍÓÚ].*\.$/);
      expect(text.es).not.toBe(text.en);
    }
  });
});
