import { describe, expect, test } from "vitest";
import { AppError } from "../../../engine/errors.ts";
import { nextMoment, parseCron } from "../../../engine/runtime/cron.ts";

/** The next moments after one, as the database would write them. */
function moments(line: string, timezone: string, after: string, count: number): (string | null)[] {
  const cron = parseCron(line, timezone);
  const found: (string | null)[] = [];
  let at: Date | null = new Date(after);
  while (found.length < count && at) {
    at = nextMoment(cron, at);
    found.push(at?.toISOString().slice(0, 16) ?? null);
  }
  return found;
}

function refusal(line: string): AppError {
  try {
    parseCron(line, "UTC");
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`"${line}" was taken`);
}

describe("clocks that go forward", () => {
  test("[T1] a time in the gap fires once, at the first moment after it", () => {
    expect(moments("30 2 * * *", "Europe/Madrid", "2026-03-28T00:00Z", 3)).toEqual([
      "2026-03-28T01:30",
      "2026-03-29T01:00",
      "2026-03-30T00:30",
    ]);
  });

  test("[T1] several times in the gap fire once together, and those after it as ever", () => {
    expect(moments("*/20 2,3 * * *", "Europe/Madrid", "2026-03-28T23:00Z", 4)).toEqual([
      "2026-03-29T01:00",
      "2026-03-29T01:20",
      "2026-03-29T01:40",
      "2026-03-30T00:00",
    ]);
  });

  test("[T1] a midnight that does not exist is the end of the gap", () => {
    expect(moments("0 0 * * *", "America/Santiago", "2026-09-05T12:00Z", 2)).toEqual([
      "2026-09-06T04:00",
      "2026-09-07T03:00",
    ]);
  });

  test("[T1] a gap of half an hour, too", () => {
    expect(moments("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00Z", 2)).toEqual([
      "2026-10-03T15:30",
      "2026-10-04T15:15",
    ]);
  });
});

describe("clocks that go back", () => {
  test("[T2] a time that comes twice fires once, the first time", () => {
    expect(moments("30 2 * * *", "Europe/Madrid", "2026-10-24T12:00Z", 2)).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  test("[T2] asked between the two, it does not fire again", () => {
    expect(moments("30 2 * * *", "Europe/Madrid", "2026-10-25T00:45Z", 1)).toEqual(["2026-10-26T01:30"]);
  });

  test("[T3] every hour means every hour that passes", () => {
    expect(moments("0 * * * *", "Europe/Madrid", "2026-10-24T23:30Z", 4)).toEqual([
      "2026-10-25T00:00",
      "2026-10-25T01:00",
      "2026-10-25T02:00",
      "2026-10-25T03:00",
    ]);
    expect(moments("*/30 * * * *", "Europe/Madrid", "2026-03-29T00:15Z", 3)).toEqual([
      "2026-03-29T00:30",
      "2026-03-29T01:00",
      "2026-03-29T01:30",
    ]);
  });
});

describe("a line", () => {
  test("is read in its zone, whatever the machine's", () => {
    expect(moments("30 8 * * mon-fri", "America/Bogota", "2026-11-20T20:00Z", 2)).toEqual([
      "2026-11-23T13:30",
      "2026-11-24T13:30",
    ]);
    expect(moments("0 9 29 2 *", "Europe/Madrid", "2026-01-01T00:00Z", 1)).toEqual(["2028-02-29T08:00"]);
  });

  test.each(["0 0 30 2 *", "0 0 31 4,6,9,11 *"])("%j never fires", (line) => {
    expect(refusal(line).code).toBe("SCHEDULE_NEVER_FIRES");
  });

  test.each([
    ["61 0 * * *", "minute"],
    ["0 24 * * *", "hour"],
    ["0 0 32 * *", "day of the month"],
    ["0 0 * 13 *", "month"],
    ["0 0 * * 8", "day of the week"],
    ["H 9 * * *", "minute"],
    ["{{vars.x}} 9 * * *", "minute"],
  ])("%j is refused, naming its field", (line, field) => {
    const error = refusal(line);
    expect([error.code, error.details.field]).toEqual(["SCHEDULE_INVALID", field]);
  });

  test.each(["", "0 9 * *", "0 0 9 * * *", "@daily"])("%j has not five fields", (line) => {
    expect(refusal(line)).toMatchObject({ code: "SCHEDULE_INVALID", details: { field: null } });
  });
});
