import { describe, expect, test } from "vitest";
import { META_ERROR_RANGES, META_ERRORS, meaningOf } from "../../../plugins/meta/error-codes.ts";
import { delayMs } from "../../../plugins/meta/retry-rules.ts";

const TABLE = [
  0, 190, 3, 10, 200, 299, 131005, 1, 2, 4, 80007, 33, 100, 131008, 131009, 135000, 368, 130403, 130429,
  130472, 130497, 131000, 131016, 131021, 131026, 131030, 131031, 131037, 131042, 131045, 131047, 131048,
  131049, 131050, 131051, 131052, 131053, 131056, 131057, 131060, 131062, 131063, 131064, 132000, 132001,
  132005, 132007, 132008, 132012, 132018, 132015, 132016, 132068, 132069, 133000, 133004, 133005, 133006,
  133008, 133009, 133010, 133015, 133016, 136024, 137000, 138000, 138006, 138018, 139100, 139103, 147001,
  147005, 2494191, 2593109,
];

const codesOf = (kind: string) =>
  Object.entries(META_ERRORS)
    .filter(([, meaning]) => meaning.class === kind)
    .map(([code]) => Number(code));

describe("the table of Meta's codes", () => {
  test("retries exactly what Meta calls retryable, and a sender it slows down", () => {
    expect(new Set([...codesOf("rate_limited"), ...codesOf("unavailable")])).toEqual(
      new Set([1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004]),
    );
  });

  test.each([
    [131056, [1000, 4000, 16_000, 64_000]],
    [130429, [1000, 4000, 16_000, 64_000]],
    [131048, [1000, 4000, 16_000, 64_000]],
    [131057, [1000, 4000, 16_000, 64_000]],
    [131016, [1000, 2000, 4000, 8000]],
    [131026, [null, null, null, null]],
  ])("%i waits so long before the next try", (code, delays) => {
    const { retry } = meaningOf(code);
    expect([0, 1, 2, 3].map((tries) => delayMs(retry, tries))).toEqual(delays);
  });

  test("no try waits longer than an hour, however many there were", () => {
    expect(delayMs(meaningOf(131056).retry, 40)).toBe(3_600_000);
  });

  test.each([
    [131049, 24],
    [131064, 24],
    [133016, 72],
  ])("%i is for later: after %i hours", (code, hours) => {
    expect(meaningOf(code).retry).toEqual({ kind: "later", afterMs: hours * 3_600_000 });
  });

  test("only the closed window has a port of its own", () => {
    const closed = Object.entries(META_ERRORS).filter(([, { port }]) => port === "window_closed");
    expect(closed.map(([code]) => code)).toEqual(["131047"]);
  });

  test("every code of the vendor's table is known by itself or by its range", () => {
    const unknown = TABLE.filter(
      (code) => meaningOf(code).text.en === meaningOf(4711).text.en.replace("4711", String(code)),
    );
    expect(unknown).toEqual([]);
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
