import { describe, expect, test } from "vitest";
import numbers from "../../../../plugins/meta/numbers/numbers.ts";
import { emulatedMeta, WABA } from "../support/emulated.ts";

const HOUR_MS = 3_600_000;
let clock = new Date("2026-11-21T15:00:00Z");
const meta = emulatedMeta({ now: () => clock });
const NEW = { countryCode: "57", national: "3005550100", name: "La Espiga" };

const refused = (vendorCode: number) =>
  expect.objectContaining({
    code: "NUMBER_REFUSED",
    details: expect.objectContaining({ vendorCode: String(vendorCode) }),
  });

/** A number that was just added, and the code that was sent to it last. */
async function added() {
  const { providerId } = await numbers.add(meta().call(""), NEW);
  const call = meta().call(providerId);
  const code = () =>
    meta()
      .emulator.ledger()
      .findLast(({ kind }) => kind === "code")?.body ?? "";
  return { call, code, providerId };
}

async function verified() {
  const { call, code, providerId } = await added();
  await numbers.requestCode(call, { method: "sms", language: "es" });
  await numbers.verifyCode(call, code());
  return { call, providerId };
}

describe("a number comes to life", () => {
  test("added, verified by the code that was sent, registered, and read back as connected", async () => {
    const { call, providerId } = await verified();
    expect(await numbers.read(call)).toMatchObject({
      providerId,
      e164: "+573005550100",
      connected: false,
      state: { status: "PENDING", verification: "VERIFIED", name: "La Espiga", health: "BLOCKED" },
    });
    await numbers.register(call, "123456");
    expect(await numbers.read(call)).toMatchObject({
      connected: true,
      state: {
        status: "CONNECTED",
        quality: "GREEN",
        limit: "TIER_250",
        throughput: "STANDARD",
        blocked: null,
      },
    });
    await numbers.deregister(call);
    expect((await numbers.read(call)).connected).toBe(false);
  });

  test("the account is asked who it is, and holds the number", async () => {
    const { call, providerId } = await added();
    expect(await numbers.account(call)).toEqual({
      ref: WABA,
      name: "Emulated account",
      currency: "USD",
      state: { timezone_id: "1" },
    });
    expect(await numbers.holds(call)).toBe(true);
    expect(await numbers.holds({ ...call, providerId: `${providerId}9` })).toBe(false);
  });

  test("one that is banned reads back as blocked", async () => {
    const { call, providerId } = await verified();
    await numbers.register(call, "123456");
    const number = meta().emulator.number(providerId);
    if (number) number.banned = true;
    expect(await numbers.read(call)).toMatchObject({
      connected: false,
      state: { status: "BANNED", blocked: { scope: "all", code: "BANNED" } },
    });
  });

  test("its account reports to us, with an address of its own or without", async () => {
    const { call } = await verified();
    await numbers.subscribe(call, { url: "https://other.test/hook", verifyToken: "t" });
    const subscriptions = () => meta().graph("GET", `${WABA}/subscribed_apps`);
    expect((await subscriptions()).body).toEqual({
      data: [
        {
          whatsapp_business_api_data: { id: "42", name: "Emulated app" },
          override_callback_uri: "https://other.test/hook",
        },
      ],
    });
    // Without one, an older address is forgotten.
    await numbers.subscribe(call, null);
    expect((await subscriptions()).body).toEqual({
      data: [{ whatsapp_business_api_data: { id: "42", name: "Emulated app" } }],
    });
  });
});

describe("what Meta refuses", () => {
  test("a number that is there already, and a name that is none", async () => {
    await added();
    await expect(numbers.add(meta().call(""), NEW)).rejects.toEqual(refused(100));
    await expect(
      numbers.add(meta().call(""), { ...NEW, national: "3005550101", name: "x".repeat(76) }),
    ).rejects.toEqual(refused(100));
  });

  test("another account, and a number of nobody", async () => {
    const call = meta().call("1");
    await expect(numbers.add({ ...call, account: "1" }, NEW)).rejects.toEqual(refused(33));
    await expect(numbers.account({ ...call, account: null })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });

  test("a wrong code, and the same code twice", async () => {
    const { call, code } = await added();
    await numbers.requestCode(call, { method: "voice", language: "es" });
    const wrong = code() === "000000" ? "000001" : "000000";
    await expect(numbers.verifyCode(call, wrong)).rejects.toEqual(refused(100));
    await numbers.verifyCode(call, code());
    await expect(numbers.verifyCode(call, code())).rejects.toEqual(refused(100));
  });

  test("too many codes: later", async () => {
    const { call } = await added();
    for (let time = 0; time < 5; time++) await numbers.requestCode(call, { method: "sms", language: "es" });
    await expect(numbers.requestCode(call, { method: "sms", language: "es" })).rejects.toMatchObject({
      code: "VENDOR_RATE_LIMITED",
      details: { vendorCode: "80007" },
    });
  });

  test("a verified number needs no code: that is no refusal", async () => {
    const { call } = await verified();
    expect(await numbers.requestCode(call, { method: "sms", language: "es" })).toEqual({ verified: true });
  });

  test("registering before verifying, and a wrong PIN, three times", async () => {
    const { call } = await added();
    await expect(numbers.register(call, "123456")).rejects.toEqual(refused(133006));
    const other = await (async () => {
      const { providerId } = await numbers.add(meta().call(""), { ...NEW, national: "3005550102" });
      return meta().call(providerId);
    })();
    const code = () =>
      meta()
        .emulator.ledger()
        .findLast(({ kind }) => kind === "code")?.body ?? "";
    await numbers.requestCode(other, { method: "sms", language: "es" });
    await numbers.verifyCode(other, code());
    await numbers.register(other, "123456");
    for (let time = 0; time < 3; time++)
      await expect(numbers.register(other, "654321")).rejects.toEqual(refused(133005));
    await expect(numbers.register(other, "123456")).rejects.toEqual(refused(133008));
  });

  test("more than ten registrations in 72 hours: after 72 hours again", async () => {
    clock = new Date("2026-11-21T15:00:00Z");
    const { call } = await verified();
    for (let time = 0; time < 5; time++) {
      await numbers.register(call, "123456");
      await numbers.deregister(call);
    }
    await expect(numbers.register(call, "123456")).rejects.toMatchObject({
      code: "NUMBER_REFUSED",
      details: {
        vendorCode: "133016",
        retryAfterMs: 72 * HOUR_MS,
        sentence: { es: expect.stringContaining("72 horas") },
      },
    });
    clock = new Date(clock.getTime() + 72 * HOUR_MS + 1);
    await numbers.register(call, "123456");
  });

  test("deregistering what is not registered", async () => {
    const { call } = await verified();
    await expect(numbers.deregister(call)).rejects.toEqual(refused(133010));
  });

  test("a number that is not registered sends nothing", async () => {
    const { providerId } = await verified();
    const body = { messaging_product: "whatsapp", to: "+34600111222", type: "text", text: { body: "x" } };
    expect((await meta().graph("POST", `${providerId}/messages`, body)).body).toMatchObject({
      error: { code: 133010 },
    });
  });

  test("a token that is none is the operator's business", async () => {
    const call = { ...meta().call("1"), credential: { ...meta().call("1").credential, accessToken: "old" } };
    await expect(numbers.read(call)).rejects.toMatchObject({
      code: "VENDOR_REFUSED",
      details: { vendorCode: "190" },
    });
  });
});

describe("profile", () => {
  test("what is written is read; what is left out stays", async () => {
    const { call } = await verified();
    await numbers.writeProfile(call, { about: "Pan", websites: ["https://laespiga.example"] });
    await numbers.writeProfile(call, { email: "hola@laespiga.example" });
    expect(await numbers.readProfile(call)).toEqual({
      about: "Pan",
      email: "hola@laespiga.example",
      websites: ["https://laespiga.example"],
    });
  });

  test("what is too long is refused", async () => {
    const { call } = await verified();
    await expect(numbers.writeProfile(call, { about: "x".repeat(140) })).rejects.toEqual(refused(100));
  });
});

describe("links", () => {
  test("are made, changed under the same code, listed beyond a page, and deleted", async () => {
    const { call } = await verified();
    const made = await numbers.writeLink(call, { text: "Hola", image: "svg" });
    expect(made).toMatchObject({
      code: expect.stringMatching(/^[A-Z2-7]{14}$/),
      text: "Hola",
      url: `https://wa.me/message/${made.code}`,
    });
    expect(made.imageUrl).toMatch(/\.svg$/);
    const changed = await numbers.writeLink(call, { text: "Buenas", image: "png", code: made.code });
    expect([changed.code, changed.text]).toEqual([made.code, "Buenas"]);
    for (let index = 0; index < 30; index++)
      await numbers.writeLink(call, { text: `${index}`, image: "svg" });
    expect(await numbers.listLinks(call)).toHaveLength(31);
    await numbers.deleteLink(call, made.code);
    expect((await numbers.listLinks(call)).map(({ code }) => code)).not.toContain(made.code);
    await expect(numbers.deleteLink(call, made.code)).rejects.toEqual(refused(100));
    await expect(numbers.writeLink(call, { text: "x".repeat(141), image: "svg" })).rejects.toEqual(
      refused(100),
    );
  });
});
