import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const PATH = "/api/v1/numbers/num_demo_menu";

describe("changing a number", () => {
  test("says which flow answers, and leaves the rest as it is", async () => {
    const before = (await api.call("GET", PATH)).body;
    expect(before).toMatchObject({ simulated: true, voiceFlow: "ivr-sales-support-reservations" });
    const { status, body } = await api.call("PATCH", PATH, { json: { voiceFlow: "after-hours-voicemail" } });
    expect([status, body]).toEqual([200, { ...before, voiceFlow: "after-hours-voicemail" }]);
    const { items } = (await api.call("GET", "/api/v1/audit?action=number.change")).body;
    expect(items).toMatchObject([{ target: before.id, details: { voiceFlow: "after-hours-voicemail" } }]);
  });

  test("null takes away: nobody answers any more", async () => {
    const { body } = await api.call("PATCH", PATH, { json: { voiceFlow: null, label: null } });
    expect([body.voiceFlow, body.label]).toEqual([null, null]);
  });

  test("flows, stores and numbers there are not are refused, and nothing changes", async () => {
    const before = (await api.call("GET", PATH)).body;
    const refusals = [
      [{ voiceFlow: "nada" }, "NOT_FOUND"],
      [{ label: "Otro", storeId: "sto_nada" }, "STORE_MISSING"],
      [{ e164: "+573001112233" }, "INPUT_INVALID"],
    ] as const;
    for (const [json, code] of refusals)
      expect((await api.call("PATCH", PATH, { json })).body.error.code).toBe(code);
    expect((await api.call("GET", PATH)).body).toEqual(before);
    const other = await api.otherTenant();
    expect((await other.call("PATCH", PATH, { json: { label: "Mío" } })).status).toBe(404);
  });
});
