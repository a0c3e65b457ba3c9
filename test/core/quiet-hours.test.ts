import { describe, expect, test } from "vitest";
import { quietSpanFor, quietUntil } from "../../engine/core/quiet-hours.ts";

const NIGHT = { from: "21:00", to: "08:00" };
const until = (at: string, zones: readonly string[], span = NIGHT) =>
  quietUntil(span, zones, new Date(at))?.toISOString() ?? null;

describe("hours that span midnight", () => {
  test.each([
    ["2026-11-21T01:59:59Z", null], // 20:59 in Bogotá
    ["2026-11-21T02:00:00Z", "2026-11-21T13:00:00.000Z"],
    ["2026-11-21T12:59:59Z", "2026-11-21T13:00:00.000Z"],
    ["2026-11-21T13:00:00Z", null],
  ])("%s", (at, end) => expect(until(at, ["America/Bogota"])).toBe(end));

  test("seconds are dropped: it ends with the minute", () => {
    expect(until("2026-11-21T03:17:42.500Z", ["America/Bogota"])).toBe("2026-11-21T13:00:00.000Z");
  });
});

test("hours within a day", () => {
  const siesta = { from: "14:00", to: "16:30" };
  expect(until("2026-11-21T13:30:00Z", ["Europe/Madrid"], siesta)).toBe("2026-11-21T15:30:00.000Z");
  expect(until("2026-11-21T15:30:00Z", ["Europe/Madrid"], siesta)).toBeNull();
});

describe("when the clocks change", () => {
  test("a night that loses an hour ends at its time", () => {
    // In Madrid 02:00 becomes 03:00 on 29 March 2026.
    expect(until("2026-03-28T23:00:00Z", ["Europe/Madrid"])).toBe("2026-03-29T06:00:00.000Z");
  });

  test("a night that gains an hour ends at its time", () => {
    // In Madrid 03:00 becomes 02:00 on 25 October 2026.
    expect(until("2026-10-24T22:00:00Z", ["Europe/Madrid"])).toBe("2026-10-25T07:00:00.000Z");
  });

  test("an end that the clock leaves out is the first moment after it", () => {
    expect(until("2026-03-29T00:00:00Z", ["Europe/Madrid"], { from: "23:00", to: "02:30" })).toBe(
      "2026-03-29T01:00:00.000Z",
    );
  });

  test("an end that comes twice is the second one: nobody is woken at its first, when it is not over", () => {
    expect(until("2026-10-24T23:00:00Z", ["Europe/Madrid"], { from: "23:00", to: "02:30" })).toBe(
      "2026-10-25T00:30:00.000Z",
    );
  });
});

test("where it may be in several zones it is quiet as long as in any of them", () => {
  const usa = ["America/New_York", "America/Los_Angeles"];
  // 21:30 in New York, 18:30 in Los Angeles.
  expect(until("2026-11-21T02:30:00Z", usa)).toBe("2026-11-21T16:00:00.000Z");
  // 09:00 in New York, 06:00 in Los Angeles.
  expect(until("2026-11-21T14:00:00Z", usa)).toBe("2026-11-21T16:00:00.000Z");
  expect(until("2026-11-21T16:00:00Z", usa)).toBeNull();
});

test("hours that never end name the end their clock shows first", () => {
  expect(until("2026-11-21T15:00:00Z", ["America/Bogota"], { from: "00:00", to: "24:00" })).toBe(
    "2026-11-22T05:00:00.000Z",
  );
});

describe("a purpose", () => {
  test("service has none unless it is named, the others have those of all", () => {
    expect(quietSpanFor(NIGHT, "service")).toBeNull();
    expect(quietSpanFor(NIGHT, "notice")).toMatchObject(NIGHT);
    expect(quietSpanFor(undefined, "marketing")).toBeNull();
  });

  test("may have hours of its own, or none", () => {
    const hours = {
      ...NIGHT,
      purposes: { marketing: { from: "19:00", to: "10:00" }, notice: null, service: NIGHT },
    };
    expect(quietSpanFor(hours, "marketing")).toEqual({ from: "19:00", to: "10:00" });
    expect(quietSpanFor(hours, "notice")).toBeNull();
    expect(quietSpanFor(hours, "service")).toEqual(NIGHT);
  });
});
