import { describe, expect, test } from "vitest";
import { createKeys } from "../../../engine/runtime/sealing.ts";

const keys = createKeys(Buffer.alloc(32, 1));
const others = createKeys(Buffer.alloc(32, 2));
const PLACE = { tenantId: "ten_1", table: "credentials", row: "crd_1" };
const FIELDS = { authToken: "hunter2", account: "Ñandú", nested: { list: [1, null] } };

describe("[S5] sealed secrets", () => {
  test("open where they were sealed", () => {
    expect(keys.open(PLACE, keys.seal(PLACE, FIELDS))).toEqual(FIELDS);
    expect(createKeys(Buffer.alloc(32, 1)).open(PLACE, keys.seal(PLACE, FIELDS))).toEqual(FIELDS);
  });

  test("say nothing of what they hold, and look different every time", () => {
    const [first, second] = [keys.seal(PLACE, FIELDS), keys.seal(PLACE, FIELDS)];
    expect(JSON.stringify(first)).not.toContain("hunter2");
    expect(first.data).not.toBe(second.data);
    expect(first.iv).not.toBe(second.iv);
  });

  test.each([
    ["another row", { ...PLACE, row: "crd_2" }],
    ["another tenant", { ...PLACE, tenantId: "ten_2" }],
    ["another table", { ...PLACE, table: "channels" }],
  ])("do not open in %s", (_, place) => {
    expect(() => keys.open(place, keys.seal(PLACE, FIELDS))).toThrow(
      expect.objectContaining({ code: "SECRET_UNREADABLE" }),
    );
  });

  test("do not open with another key; the message names both and asks for MASTER_KEY", () => {
    const sealed = keys.seal(PLACE, FIELDS);
    const { kid } = others.seal(PLACE, {});
    expect(() => others.open(PLACE, sealed)).toThrow(
      expect.objectContaining({
        code: "SECRET_UNREADABLE",
        message: `The secret of credentials crd_1 was sealed with key ${sealed.kid} and cannot be opened with key ${kid}; is MASTER_KEY the one it was saved with, or that one in MASTER_KEY_PREVIOUS?`,
      }),
    );
  });

  test.each(["iv", "tag", "data"])("do not open with a changed %s", (part) => {
    const sealed = keys.seal(PLACE, FIELDS);
    const changed = Buffer.from(String(sealed[part]), "base64");
    changed.writeUInt8(changed.readUInt8(0) ^ 1, 0);
    expect(() => keys.open(PLACE, { ...sealed, [part]: changed.toString("base64") })).toThrow(
      expect.objectContaining({ code: "SECRET_UNREADABLE" }),
    );
  });

  test("do not open with a tag cut to what could be guessed", () => {
    const sealed = keys.seal(PLACE, FIELDS);
    const tag = Buffer.from(String(sealed.tag), "base64").subarray(0, 4).toString("base64");
    expect(() => keys.open(PLACE, { ...sealed, tag })).toThrow(
      expect.objectContaining({ code: "SECRET_UNREADABLE" }),
    );
  });

  test("an empty row does not open", () => {
    expect(() => keys.open(PLACE, {})).toThrow(expect.objectContaining({ code: "SECRET_UNREADABLE" }));
  });
});

describe("[S10] signatures", () => {
  const signature = keys.sign("status", "eff_1");

  test("hold for the same value, purpose and key", () => {
    expect(signature).toMatch(/^[0-9a-f]{8}-[0-9a-f]{32}$/);
    expect(keys.verify("status", "eff_1", signature)).toBe(true);
    expect(createKeys(Buffer.alloc(32, 1)).verify("status", "eff_1", signature)).toBe(true);
  });

  test("hold for nothing else", () => {
    expect(keys.verify("status", "eff_2", signature)).toBe(false);
    expect(keys.verify("hold", "eff_1", signature)).toBe(false);
    expect(others.verify("status", "eff_1", signature)).toBe(false);
    expect(keys.verify("status", "eff_1", signature.slice(0, -1))).toBe(false);
    expect(keys.verify("status", "eff_1", signature.toUpperCase())).toBe(false);
    expect(keys.verify("status", "eff_1", "")).toBe(false);
    expect(keys.verify("status", "eff_1", "ñ".repeat(16))).toBe(false);
  });
});

describe("[T7] after a change of the master key", () => {
  const [before, after] = [Buffer.alloc(32, 1), Buffer.alloc(32, 3)];
  const rotated = createKeys(after, [Buffer.alloc(32, 9), before]);

  test("what the old one made still opens and holds, as long as it is listed", () => {
    expect(rotated.open(PLACE, keys.seal(PLACE, FIELDS))).toEqual(FIELDS);
    const old = keys.sign("callback", "run_1.pay.1");
    expect(rotated.verify("callback", "run_1.pay.1", old)).toBe(true);
    expect(createKeys(after).verify("callback", "run_1.pay.1", old)).toBe(false);
    expect(() => createKeys(after).open(PLACE, keys.seal(PLACE, FIELDS))).toThrow(/MASTER_KEY_PREVIOUS/);
  });

  test("new things are made with the new one only", () => {
    expect(createKeys(after).open(PLACE, rotated.seal(PLACE, FIELDS))).toEqual(FIELDS);
    expect(createKeys(after).verify("p", "v", rotated.sign("p", "v"))).toBe(true);
    expect(keys.verify("p", "v", rotated.sign("p", "v"))).toBe(false);
  });

  test("a signature under another key's id does not hold", () => {
    const [, mac] = keys.sign("p", "v").split("-");
    const [id] = rotated.sign("p", "v").split("-");
    expect(rotated.verify("p", "v", `${id}-${mac}`)).toBe(false);
    expect(rotated.verify("p", "v", `${keys.sign("p", "v")}-x`)).toBe(false);
  });
});
