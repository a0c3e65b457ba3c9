import { describe, expect, test } from "vitest";
import { effectId, ID_PREFIXES, type IdKind, newId } from "../../engine/ids.ts";

const KINDS = Object.keys(ID_PREFIXES) as IdKind[];

describe("new ids", () => {
  test.each(KINDS)("a %s is its prefix and 32 hex digits", (kind) => {
    expect(newId(kind)).toMatch(new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-f]{12}7[0-9a-f]{19}$`));
  });

  test("no two kinds share a prefix", () => {
    expect(new Set(Object.values(ID_PREFIXES)).size).toBe(KINDS.length);
  });

  test("sort by the time they were made", () => {
    const made = Array.from({ length: 2_000 }, () => newId("run"));
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });
});

describe("[A4] ids of outside effects", () => {
  test("are the same again for the same step and part", () => {
    expect(effectId("run_1:send:1", "sms")).toBe(effectId("run_1:send:1", "sms"));
    // Open runs of older releases rely on this value.
    expect(effectId("run_1:send:1", "sms")).toBe("eff_088e99544b2d5f419a7c84a91a411798");
  });

  test("differ by run, node, visit and part", () => {
    const ids = [
      effectId("run_1:send:1", "sms"),
      effectId("run_2:send:1", "sms"),
      effectId("run_1:other:1", "sms"),
      effectId("run_1:send:2", "sms"),
      effectId("run_1:send:1", "whatsapp"),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
