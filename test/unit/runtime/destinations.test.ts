import { describe, expect, test } from "vitest";
import { zonesOfArea } from "../../../engine/core/area-zones.ts";
import { isTimeZone } from "../../../engine/core/local-moment.ts";
import { blockOf, destinationOf, refusalOf } from "../../../engine/runtime/destinations.ts";

const any = { tenant: undefined, plan: null };

describe("where a number is", () => {
  test.each([
    ["+573001234567", "CO", ["America/Bogota"]],
    ["+12125550123", "US", ["America/New_York"]],
    ["+13105550123", "US", ["America/Los_Angeles"]],
    ["+16025550123", "US", ["America/Phoenix"]],
    ["+12085550123", "US", ["America/Denver", "America/Los_Angeles"]],
    ["+16045550123", "CA", ["America/Vancouver"]],
    ["+5592987654321", "BR", ["America/Manaus"]],
    ["+5511987654321", "BR", ["America/Sao_Paulo"]],
    ["+4915112345678", "DE", ["Europe/Berlin"]],
  ])("%s is in %s", (phone, country, zones) => {
    expect(destinationOf(phone)).toMatchObject({ country, zones });
  });

  test("a country of several zones whose number says no more names them all", () => {
    expect(destinationOf("+34600123456").zones).toEqual(
      expect.arrayContaining(["Europe/Madrid", "Atlantic/Canary"]),
    );
    expect(destinationOf("+5216641234567").zones.length).toBeGreaterThan(3);
  });

  test("a vendor's id of a person begins with the country", () => {
    expect(destinationOf("US.10000000000000000001")).toMatchObject({ country: "US", costly: false });
    expect(destinationOf("sip:ana@example.com")).toEqual({ country: null, costly: false, zones: [] });
  });

  test("every zone of the table is one", () => {
    const zones = ["US", "CA", "BR"].flatMap((country) =>
      Array.from(
        { length: 1000 },
        (_, area) => zonesOfArea(country, String(area).padStart(3, "0")) ?? [],
      ).flat(),
    );
    expect(new Set(zones).size).toBeGreaterThan(15);
    expect(zones.filter((zone) => !isTimeZone(zone))).toEqual([]);
  });
});

describe("what is dear", () => {
  test.each([
    "+34803123456",
    "+19005550123",
    "+34901123456",
    "+870773123456",
    "+881612345678",
    "+8835100012345",
    "+979123456789",
  ])("%s is never reached", (phone) => expect(refusalOf(phone, any)).toBe("costly_range"));

  test.each(["+573001234567", "+34600123456", "+34910123456", "+12125550123"])("%s is", (phone) =>
    expect(refusalOf(phone, any)).toBeNull(),
  );
});

describe("countries", () => {
  test("those of the tenant, and of its plan, are reached", () => {
    expect(refusalOf("+573001234567", { tenant: ["CO"], plan: ["CO", "ES"] })).toBeNull();
    expect(refusalOf("+34600123456", { tenant: ["CO"], plan: null })).toBe("country_not_allowed");
    expect(refusalOf("+34600123456", { tenant: undefined, plan: ["CO"] })).toBe("country_not_in_plan");
    expect(refusalOf("+80012345678", { tenant: ["CO"], plan: null })).toBe("country_not_allowed");
  });
});

test("a block is ten thousand numbers side by side", () => {
  expect(blockOf("+573001234567")).toBe("+57300123");
});
