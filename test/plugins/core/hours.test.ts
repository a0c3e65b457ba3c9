import { describe, expect, test } from "vitest";
import type { GroupView, JsonObject, StoreView } from "../../../engine/plugin-api.ts";
import { contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import hours from "../../../plugins/core/nodes/hours.ts";

// A Saturday, 10:00 in Bogotá and 16:00 in Madrid.
const now = new Date("2026-11-21T15:00:00Z");
const from = (opens: string, closes: string): JsonObject => ({
  weekly: { sat: [{ from: opens, to: closes }] },
});

function store(given: Partial<StoreView> = {}): StoreView {
  return {
    id: "sto_1",
    name: "Centro",
    groupId: null,
    address: null,
    city: null,
    region: null,
    country: "CO",
    postalCode: null,
    lat: null,
    lon: null,
    timezone: "America/Bogota",
    landline: null,
    mobile: null,
    website: null,
    hours: {},
    ...given,
  };
}

const group = (given: Partial<GroupView> = {}): GroupView => ({
  id: "grp_1",
  name: "Sur",
  hours: null,
  timezone: "Europe/Madrid",
  ...given,
});

describe("core.hours", () => {
  test("open, with the time it closes", async () => {
    const result = await runNode(hours, { of: "custom", hours: from("09:00", "20:00") }, { now });
    expect(result).toMatchObject({
      port: "open",
      output: {
        timezone: "America/Bogota",
        closesAt: "20:00",
        opensAt: null,
        opensText: null,
        holiday: null,
      },
    });
  });

  test("closed, with the next opening", async () => {
    const result = await runNode(hours, { of: "custom", hours: from("12:00", "20:00") }, { now });
    expect(result).toMatchObject({
      port: "closed",
      output: {
        closesAt: null,
        opensAt: { date: "2026-11-21", time: "12:00" },
        opensText: "hoy a las 12:00",
      },
    });
  });

  test("a holiday has its own port and name", async () => {
    const closed = { ...from("09:00", "20:00"), holidays: [{ date: "2026-11-21", name: "Fiesta" }] };
    const result = await runNode(hours, { of: "custom", hours: closed }, { now });
    expect(result).toMatchObject({ port: "holiday", output: { holiday: "Fiesta" } });
  });

  test("custom hours may name their zone", async () => {
    const params = { of: "custom", hours: from("15:00", "17:00"), timezone: "Europe/Madrid" };
    expect(await runNode(hours, params, { now })).toMatchObject({
      port: "open",
      output: { timezone: "Europe/Madrid" },
    });
  });

  test("the store the flow was routed to, by default", async () => {
    const routed = store({ hours: from("09:00", "20:00") });
    expect(await runNode(hours, {}, { now, store: routed })).toMatchObject({ port: "open" });
  });

  test("a store that was named, in its own zone", async () => {
    const data = contextData({
      stores: [store({ id: "sto_2", timezone: "Europe/Madrid", hours: from("17:00", "20:00") })],
    });
    expect(await runNode(hours, { store: "sto_2" }, { now, data })).toMatchObject({
      port: "closed",
      output: { timezone: "Europe/Madrid" },
    });
  });

  test("a store without hours keeps its group's, on its own clock", async () => {
    const data = contextData({ groups: [group({ hours: from("15:00", "17:00") })] });
    const routed = store({ groupId: "grp_1" });
    expect(await runNode(hours, {}, { now, data, store: routed })).toMatchObject({
      port: "closed",
      output: { timezone: "America/Bogota" },
    });
  });

  test.each([
    { trigger: { group: "grp_1" } },
    { trigger: { group: { id: "grp_1" } } },
    { store: store({ groupId: "grp_1" }) },
  ])("finds the group in %j, and falls back to the business's hours", async (overrides) => {
    const data = contextData({ groups: [group()], tenantHours: from("15:00", "17:00") });
    const result = await runNode(hours, { of: "group" }, { now, data, ...overrides });
    expect(result).toMatchObject({ port: "open", output: { timezone: "Europe/Madrid" } });
  });

  test("the business itself", async () => {
    const data = contextData({ tenantHours: from("09:00", "11:00") });
    expect(await runNode(hours, { of: "tenant" }, { now, data })).toMatchObject({
      port: "open",
      output: { closesAt: "11:00" },
    });
  });

  test.each([
    { params: {}, code: "STORE_MISSING" },
    { params: { store: "sto_9" }, code: "STORE_MISSING" },
    { params: { of: "group" }, code: "STORE_MISSING" },
    { params: { of: "group", group: "grp_9" }, code: "STORE_MISSING" },
    { params: { of: "custom" }, code: "PARAMS_INVALID" },
    { params: { of: "tenant" }, code: "PARAMS_INVALID" },
  ])("$params fails with $code", async ({ params, code }) => {
    await expect(runNode(hours, params, { now })).rejects.toMatchObject({ code });
  });
});
