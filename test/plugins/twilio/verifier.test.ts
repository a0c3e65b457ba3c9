import { describe, expect, test } from "vitest";
import type { CodeOrder } from "../../../engine/plugin-api.ts";
import verifier from "../../../plugins/twilio/verifier.ts";
import { ACCOUNT, emulated } from "./emulated.ts";

const { emulator, credential } = emulated();
const SERVICE = `VA${ACCOUNT.accountSid.slice(2)}`;

const context = (more: object = {}) => ({
  signal: new AbortController().signal,
  log: { info() {}, warn() {}, error() {} },
  credential: { ...credential(), verifyServiceSid: SERVICE, ...more },
});
const order = (to: string, more: Partial<CodeOrder> = {}): CodeOrder => ({ to, channel: "sms", ...more });
const fault = (path: RegExp, status: number, code: number) =>
  emulator().faults.next({ path }, { kind: "status", status, code });

describe("before anything leaves", () => {
  test.each([
    ["+34803123456", "prefix"],
    ["+18005551212", "prefix"],
    ["+5730", "recipient"],
    ["ana", "recipient"],
  ])("%s is refused: %s", (to, reason) => {
    expect(verifier.refuses(order(to))).toMatchObject({ reason, message: expect.stringContaining(to) });
  });

  test("a mobile, a landline and a mailbox are not", () => {
    expect(verifier.refuses(order("+573001112233"))).toBeNull();
    expect(verifier.refuses(order("+34912345678", { channel: "call" }))).toBeNull();
    expect(verifier.refuses(order("ana@example.com", { channel: "email" }))).toBeNull();
    expect(verifier.refuses(order("ana@example", { channel: "email" }))).toMatchObject({
      reason: "recipient",
    });
  });
});

describe("sending", () => {
  test("is accepted with the verification's id", async () => {
    expect(await verifier.send(order("+573001113301", { locale: "es-CO" }), context())).toEqual({
      state: "accepted",
      ref: expect.stringMatching(/^VE/),
      status: "sent",
    });
  });

  test("goes by the service the node names", async () => {
    const named = order("+573001113302", { options: { serviceSid: `VA${"0".repeat(32)}` } });
    await expect(verifier.send(named, context())).resolves.toMatchObject({
      state: "refused",
      vendorCode: "20404",
    });
  });

  test("without a service says which setting is missing", async () => {
    await expect(
      verifier.send(order("+573001113303"), context({ verifyServiceSid: "" })),
    ).rejects.toMatchObject({
      code: "CREDENTIAL_MISSING",
      message: expect.stringContaining("TWILIO_VERIFY_SERVICE_SID"),
    });
  });

  test.each([
    [429, 60203, "not_permitted"],
    [403, 60410, "not_permitted"],
    [403, 60605, "not_permitted"],
    [400, 60205, "not_on_channel"],
    [400, 60200, "other"],
  ])("%i/%i is refused as %s", async (status, code, reason) => {
    fault(/Verifications/, status, code);
    expect(await verifier.send(order("+573001113304"), context())).toMatchObject({
      state: "refused",
      reason,
      vendorCode: String(code),
    });
  });

  test("60212 and an overload come again later, a lost answer is in doubt", async () => {
    fault(/Verifications/, 429, 60212);
    await expect(verifier.send(order("+573001113305"), context())).rejects.toMatchObject({
      code: "VENDOR_RATE_LIMITED",
    });
    emulator().faults.next({ path: /Verifications/ }, { kind: "reset-after-accept" });
    await expect(verifier.send(order("+573001113305"), context())).rejects.toMatchObject({
      code: "EFFECT_IN_DOUBT",
    });
  });
});

describe("checking", () => {
  const started = async (to: string) => {
    const sent = await verifier.send(order(to), context());
    if (sent.state !== "accepted") throw new Error("not sent");
    return { to, ref: sent.ref, code: emulator().codeFor(to) ?? "" };
  };

  test("approved, then expired, because it was used", async () => {
    const check = await started("+573001113306");
    expect(await verifier.check(check, context())).toBe("approved");
    expect(await verifier.check(check, context())).toBe("expired");
    expect(await verifier.wasApproved(check.ref, check, context())).toBe(true);
  });

  test("wrong five times, then too many", async () => {
    const check = { ...(await started("+573001113307")), code: "0000" };
    for (let time = 1; time <= 5; time++) expect(await verifier.check(check, context())).toBe("wrong");
    expect(await verifier.check(check, context())).toBe("too_many");
    expect(await verifier.wasApproved(check.ref, check, context())).toBe(false);
  });

  test("expired after ten minutes", async () => {
    const check = await started("+573001113308");
    emulator().passVerifyTime(10 * 60_000);
    expect(await verifier.check(check, context())).toBe("expired");
  });

  test("60202 is too many checks, never too many sends", async () => {
    fault(/VerificationCheck/, 429, 60202);
    expect(await verifier.check({ to: "+573001113309", code: "123456" }, context())).toBe("too_many");
    fault(/VerificationCheck/, 429, 20429);
    await expect(verifier.check({ to: "+573001113309", code: "123456" }, context())).rejects.toMatchObject({
      code: "VENDOR_RATE_LIMITED",
    });
  });
});
