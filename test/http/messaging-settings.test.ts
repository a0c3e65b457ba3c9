import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_RETRIES } from "../../engine/core/whatsapp-retries.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const put = (json: unknown, path = "messaging") => api.call("PUT", `/api/v1/settings/${path}`, { json });
const get = async (path = "messaging") => (await api.call("GET", `/api/v1/settings/${path}`)).body;

describe("settings of messages", () => {
  test("the parts that are named are decided, the others stay, and null takes one back", async () => {
    const quietHours = {
      from: "22:00",
      to: "09:00",
      purposes: { notice: null, marketing: { from: "20:00", to: "10:00" } },
    };
    await put({ quietHours });
    const countries = { sms: ["CO", "ES"] };
    expect((await put({ countries })).body).toEqual({ quietHours, countries });
    expect(await get()).toEqual({ quietHours, countries });
    expect((await put({ quietHours: null })).body).toEqual({ countries });
  });

  test("who decided what is in the audit log", async () => {
    await put({ consent: { marketing: "opt-out" } });
    const { items } = (await api.call("GET", "/api/v1/audit?action=settings.write&limit=1")).body;
    expect(items[0]).toMatchObject({
      actor: expect.stringMatching(/^key_/),
      details: { consent: { marketing: "opt-out" } },
    });
  });

  test.each([
    { quietHours: { from: "9", to: "10:00" } },
    { consent: { marketing: "maybe" } },
    { countries: { sms: ["Spain"] } },
    { optOut: { keywords: [{ words: [], does: "stop", purposes: ["marketing"] }] } },
    { destinationGuard: { perHour: 0, where: "abroad" } },
    { answers: {} },
  ])("%j is refused", async (json) => {
    const { status, body } = await put(json);
    expect([status, body.error.code]).toEqual([422, "INPUT_INVALID"]);
  });

  test("a key needs the scope", async () => {
    const reader = await api.withScopes(["settings:read"]);
    expect((await reader("GET", "/api/v1/settings/messaging")).status).toBe(200);
    expect((await reader("PUT", "/api/v1/settings/messaging", { json: {} })).status).toBe(403);
  });
});

describe("retries of WhatsApp", () => {
  test("are those of the house until a tenant writes some, and again after null", async () => {
    expect(await get("whatsapp-retries")).toEqual(DEFAULT_RETRIES);
    const rules = [{ reasons: ["other"], times: 3, firstDelayMs: 30_000, factor: 2, fallThrough: "sms" }];
    expect((await put({ rules }, "whatsapp-retries")).body).toEqual({ rules });
    expect(await get("whatsapp-retries")).toEqual({ rules });
    expect((await put(null, "whatsapp-retries")).body).toEqual(DEFAULT_RETRIES);
  });

  test.each([
    { rules: [{ times: 6, fallThrough: "next" }] },
    { rules: [{ times: 1, fallThrough: "email" }] },
    { rules: [{ times: 1, firstDelayMs: 10, fallThrough: "next" }] },
    { rules: [{ reasons: ["bad luck"], times: 1, fallThrough: "next" }] },
  ])("%j is refused", async (json) => {
    expect((await put(json, "whatsapp-retries")).status).toBe(422);
  });
});

describe("a preview", () => {
  const preview = async (json: object) => (await api.call("POST", "/api/v1/messages/preview", { json })).body;

  test("says segments, encoding, cost and what makes it dear", async () => {
    const dear = await preview({ channel: "sms", text: "“Hola” crêpe ".repeat(6) });
    expect(dear).toMatchObject({
      segments: 2,
      encoding: "UCS-2",
      unitsPerSegment: 67,
      costly: ["“", "”", "ê"],
      cost: { meter: "sms", credits: 2, remaining: expect.any(Number) },
      held: null,
    });
    expect(dear.warning).toMatch(/2 segmentos/);
    const smart = await preview({ channel: "sms", text: "“Hola” — así", smartEncoding: true });
    expect(smart).toMatchObject({ text: '"Hola" - así', encoding: "UCS-2", costly: ["í"] });
    expect(await preview({ channel: "sms", text: "Hola" })).toMatchObject({ segments: 1, warning: null });
    expect(await preview({ channel: "whatsapp", text: "Hola" })).toMatchObject({
      segments: 1,
      encoding: null,
    });
  });

  test("says what would keep it from being sent, and counts nothing", async () => {
    await put({ countries: { sms: ["CO"] }, consent: { marketing: "require" } });
    expect(await preview({ channel: "sms", text: "Hola", to: "+34600123456" })).toMatchObject({
      held: { code: "country_not_allowed" },
    });
    expect(
      await preview({ channel: "sms", text: "Hola", to: "+573001234567", purpose: "marketing" }),
    ).toMatchObject({
      held: { code: "no_consent", until: null },
    });
    expect(await preview({ channel: "whatsapp", text: "Hola", to: "+573001234567" })).toMatchObject({
      held: { code: "outside_window" },
    });
    await put({
      countries: {},
      quietHours: { from: "00:00", to: "24:00" },
      destinationGuard: { perHour: 1, where: "everywhere" },
    });
    const quiet = await preview({ channel: "sms", text: "Hola", to: "+573001234567", purpose: "notice" });
    expect(quiet.held).toMatchObject({ code: "quiet_hours", until: expect.stringMatching(/Z$/) });
    for (let time = 0; time < 3; time++)
      expect(await preview({ channel: "sms", text: "Hola", to: "+573001234567" })).toMatchObject({
        held: null,
      });
  });

  test("of a tenant without a number says so", async () => {
    const { call } = await api.otherTenant();
    const { status, body } = await call("POST", "/api/v1/messages/preview", {
      json: { channel: "sms", text: "x" },
    });
    expect([status, body.error.code]).toEqual([422, "SENDER_MISSING"]);
  });
});
