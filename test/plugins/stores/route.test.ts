import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject, StoreView } from "../../../engine/plugin-api.ts";
import { type ContextOverrides, contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import { createValidator } from "../../../engine/validator.ts";
import { STRATEGIES } from "../../../plugins/stores/choose-store.ts";
import route from "../../../plugins/stores/nodes/route.ts";
import { distanceKm } from "../../../plugins/stores/place.ts";
import { storeView } from "./store-view.ts";

const PHONE = "+576013456789";
const open = (from: string, to: string): JsonObject => ({ weekly: { sat: [{ from, to }] } });

const chapinero = storeView("Chapinero", {
  city: "Bogotá",
  region: "Bogotá, D.C.",
  postalCode: "110231",
  lat: 4.645,
  lon: -74.063,
  landline: "+576012345678",
  hours: open("09:00", "20:00"),
});
const suba = storeView("Suba", {
  city: "Bogotá",
  region: "Bogotá, D.C.",
  postalCode: "111121",
  lat: 4.741,
  lon: -74.084,
  hours: open("14:00", "20:00"),
});
const medellin = storeView("Poblado", {
  city: "Medellín",
  region: "Antioquia",
  postalCode: "050021",
  lat: 6.209,
  lon: -75.567,
  landline: "+576042345678",
  hours: open("09:00", "20:00"),
});
const madrid = storeView("Sol", {
  city: "Madrid",
  region: "Madrid",
  country: "ES",
  postalCode: "28013",
  lat: 40.417,
  lon: -3.703,
  timezone: "Europe/Madrid",
});
const STORES = [suba, medellin, chapinero, madrid];

// A Saturday, 10:00 in Bogotá.
const now = new Date("2026-11-21T15:00:00Z");

async function routed(
  params: JsonObject,
  stores: readonly StoreView[] = STORES,
  overrides: ContextOverrides = {},
) {
  return runNode(route, params, {
    now,
    data: contextData({ stores: [...stores] }),
    locale: "en",
    ...overrides,
  });
}

const ids = (result: unknown): unknown => {
  const candidates: unknown = Reflect.get(Reflect.get(Object(result), "output"), "candidates");
  return Array.isArray(candidates) ? candidates.map((each: { id: string }) => each.id) : candidates;
};

describe("one strategy at a time", () => {
  test.each([
    { strategy: "postal_code", place: "110231", port: "routed", left: ["Chapinero"] },
    { strategy: "postal_code", place: "110999", port: "routed", left: ["Chapinero"] },
    { strategy: "postal_code", place: "119999", port: "ambiguous", left: ["Suba", "Chapinero"] },
    { strategy: "postal_code", place: "05 0021", port: "routed", left: ["Poblado"] },
    { strategy: "postal_code", place: { country: "ES", postalCode: "28001" }, port: "routed", left: ["Sol"] },
    {
      strategy: "postal_code",
      place: { country: "CO", postalCode: "28001" },
      port: "ambiguous",
      left: STORES.map(({ id }) => id),
    },
    { strategy: "city", place: { city: "MEDELLIN" }, port: "routed", left: ["Poblado"] },
    { strategy: "city", place: { city: "Bogota" }, port: "ambiguous", left: ["Suba", "Chapinero"] },
    { strategy: "city", place: { city: "Cali" }, port: "ambiguous", left: STORES.map(({ id }) => id) },
    { strategy: "region", place: { region: "antioquia" }, port: "routed", left: ["Poblado"] },
    {
      strategy: "region",
      place: { regions: ["Bogotá D.C.", "Cundinamarca"] },
      port: "ambiguous",
      left: ["Suba", "Chapinero"],
    },
    { strategy: "distance", place: { lat: 4.64, lon: -74.06 }, port: "routed", left: ["Chapinero"] },
  ])("$strategy of $place leaves $left", async ({ strategy, place, port, left }) => {
    const result = await routed({ strategies: [strategy], place });
    expect(result).toMatchObject({ port });
    expect(ids(result)).toEqual(left);
  });

  test("area_code: the store whose landline has the caller's", async () => {
    const result = await routed({ strategies: ["area_code"] }, STORES, { contact: { phone: PHONE } });
    expect(result).toMatchObject({
      port: "routed",
      output: { store: { id: "Chapinero" }, decidedBy: "area_code" },
    });
  });

  test("area_code: a mobile number has none", async () => {
    expect(
      await routed({ strategies: ["area_code"] }, STORES, { contact: { phone: "+573001112233" } }),
    ).toMatchObject({ port: "ambiguous" });
  });

  test.each([
    { contact: { phone: PHONE } },
    { trigger: { call: { from: PHONE } } },
    { trigger: { message: { from: PHONE } } },
  ])("last_store: where %j went before", async (overrides) => {
    const data = contextData({ stores: STORES, lastStores: { [PHONE]: "Sol" } });
    const result = await runNode(route, { strategies: ["last_store"] }, { data, ...overrides });
    expect(result).toMatchObject({
      port: "routed",
      output: { store: { id: "Sol" }, decidedBy: "last_store" },
    });
  });

  test("last_store: a store that is no longer in the group is passed over", async () => {
    const data = contextData({ stores: STORES, lastStores: { [PHONE]: "Cerrada" } });
    expect(
      await runNode(route, { strategies: ["last_store"] }, { data, contact: { phone: PHONE } }),
    ).toMatchObject({ port: "ambiguous" });
  });

  test("load: the one with the least to do", async () => {
    const data = contextData({ stores: STORES, storeLoad: { Suba: 3, Poblado: 2, Chapinero: 1, Sol: 5 } });
    expect(await runNode(route, { strategies: ["load"] }, { data })).toMatchObject({
      output: { store: { id: "Chapinero" }, decidedBy: "load" },
    });
  });

  test("open_now: closed stores drop out, each in its own zone; one without hours counts as open", async () => {
    expect(ids(await routed({ strategies: ["open_now"] }))).toEqual(["Poblado", "Chapinero", "Sol"]);
  });
});

describe("distance", () => {
  const bogota = { lat: 4.7, lon: -74.07 };

  test("says how far, and lists the nearest first", async () => {
    const result = await routed({ strategies: ["distance"], place: bogota });
    expect(result).toMatchObject({
      port: "routed",
      output: { store: { id: "Suba" }, distanceKm: 4.8, decidedBy: "distance" },
    });
    expect(ids(await routed({ strategies: ["load"], place: bogota }))).toEqual([
      "Suba",
      "Chapinero",
      "Poblado",
      "Sol",
    ]);
  });

  test("stores about as near leave it open", async () => {
    const result = await routed({ strategies: ["distance"], place: bogota, ambiguousWithinKm: 3 });
    expect(result).toMatchObject({ port: "ambiguous" });
    expect(ids(result)).toEqual(["Suba", "Chapinero"]);
  });

  test("and the next strategy decides between them", async () => {
    const result = await routed({
      strategies: ["distance", "open_now"],
      place: bogota,
      ambiguousWithinKm: 3,
    });
    expect(result).toMatchObject({
      port: "routed",
      output: { store: { id: "Chapinero" }, decidedBy: "open_now" },
    });
  });

  test("[S4] no store within the limit leaves by none", async () => {
    const result = await routed({ strategies: ["distance"], place: { lat: 10.96, lon: -74.78 }, maxKm: 50 });
    expect(result).toMatchObject({
      port: "none",
      output: { candidates: [], reason: "No store is near enough." },
    });
  });

  test("[S4] the limit holds for a store an earlier strategy chose, and for the only one", async () => {
    const far = { lat: 10.96, lon: -74.78, region: "Antioquia" };
    expect(await routed({ strategies: ["region", "distance"], place: far, maxKm: 50 })).toMatchObject({
      port: "none",
    });
    expect(await routed({ strategies: ["distance"], place: far, maxKm: 50 }, [suba])).toMatchObject({
      port: "none",
    });
  });

  test("[S2] the middle of a country is no place to measure from", async () => {
    const place = { country: "CO", lat: 4, lon: -72, confidence: 0.3 };
    const result = await routed({ strategies: ["distance"], place, maxKm: 1 });
    expect(result).toMatchObject({ port: "ambiguous" });
    expect(ids(result)).toEqual(STORES.map(({ id }) => id));
  });

  test.each([
    [{ lat: 4.711, lon: -74.0721 }, { lat: 6.2442, lon: -75.5812 }, 239],
    [{ lat: 40.4168, lon: -3.7038 }, { lat: 41.3874, lon: 2.1686 }, 505],
    [{ lat: 0, lon: 179.5 }, { lat: 0, lon: -179.5 }, 111],
  ])("from %j to %j it is about %i km", (from, to, km) => {
    expect(Math.abs(distanceKm(from, to) - km)).toBeLessThan(2);
    expect(distanceKm(to, from)).toBeCloseTo(distanceKm(from, to), 9);
    expect(distanceKm(from, from)).toBe(0);
  });
});

describe("the whole choice", () => {
  test("sets the run's store, hours included", async () => {
    const result = await routed({ place: { city: "Medellín" } });
    expect(result).toMatchObject({
      port: "routed",
      set: { store: { id: "Poblado", hours: medellin.hours, landline: "+576042345678" } },
    });
  });

  test("an ambiguous choice sets nothing", async () => {
    expect(await routed({})).not.toHaveProperty("set");
  });

  test("[S1] the author's order decides", async () => {
    const place = { city: "Medellín", lat: 4.64, lon: -74.06 };
    expect(await routed({ place, strategies: ["city", "distance"] })).toMatchObject({
      output: { store: { id: "Poblado" }, decidedBy: "city" },
    });
    expect(await routed({ place, strategies: ["distance", "city"] })).toMatchObject({
      output: { store: { id: "Chapinero" }, decidedBy: "distance" },
    });
  });

  test("one store needs no reason, and none gives none", async () => {
    expect(await routed({}, [suba])).toMatchObject({
      port: "routed",
      output: { decidedBy: "only_store", reason: "Suba is the only store." },
    });
    expect(await routed({}, [])).toMatchObject({
      port: "none",
      output: { reason: "There are no stores to choose from." },
    });
  });

  test("all closed: chosen all the same, unless the author minds", async () => {
    const params = { strategies: ["open_now", "distance"], place: { lat: 4.74, lon: -74.08 } };
    expect(await routed(params, [suba])).toMatchObject({ port: "routed" });
    expect(await routed({ ...params, whenAllClosed: "none" }, [suba])).toMatchObject({
      port: "none",
      output: { reason: "No store is open now." },
    });
  });

  test("no more candidates than wanted", async () => {
    expect(ids(await routed({ limit: 2 }))).toHaveLength(2);
  });

  test.each([
    [{ trigger: { group: "grp_2" } }, ["Sur"]],
    [{ trigger: { group: { id: "grp_2" } } }, ["Sur"]],
    [{ store: storeView("Sur", { groupId: "grp_2" }) }, ["Sur"]],
    [{}, ["Norte", "Sur"]],
  ])("chooses among the stores of %j", async (overrides, expected) => {
    const stores = [storeView("Norte"), storeView("Sur", { groupId: "grp_2" })];
    expect(ids(await routed({}, stores, overrides))).toEqual(expected);
    expect(ids(await routed({ group: "grp_1" }, stores, overrides))).toEqual(["Norte"]);
  });

  test.each(["", null, {}, { city: "", lat: null }])("a place of %j is no place", async (place) => {
    const params = place === null ? {} : { place };
    expect(await routed(params)).toMatchObject({
      port: "ambiguous",
      output: { reason: "4 stores fit equally well." },
    });
  });

  test("a position stays as it is, known or not, when the engine mends the parameters", () => {
    const place = { country: "EC", city: null, lat: 0, lon: null, confidence: 0.7 };
    expect(createValidator().withDefaults(route.params, { place })).toMatchObject({ place });
  });

  test.each([
    ["es", "es-CO", "Suba es la tienda más cercana, a 4,8 km."],
    ["en", "en", "Suba is the nearest store, 4.8 km away."],
  ])("explains itself in %s", async (_language, locale, reason) => {
    expect(
      await routed({ strategies: ["distance"], place: { lat: 4.7, lon: -74.07 } }, STORES, { locale }),
    ).toMatchObject({ output: { reason } });
  });

  test("any order of strategies leaves by the port its candidates call for", async () => {
    const place = { city: "Bogotá", region: "Antioquia", postalCode: "050021", lat: 4.7, lon: -74 };
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...STRATEGIES], { minLength: 1 }),
        fc.subarray(STORES),
        async (strategies, stores) => {
          const result = await routed({ strategies, place }, stores);
          const left = ids(result);
          const count = Array.isArray(left) ? left.length : -1;
          const expected = count === 0 ? "none" : count === 1 ? "routed" : "ambiguous";
          expect(result).toMatchObject({ port: expected });
          // Without a limit and with closed stores kept, only an empty group leaves nobody.
          expect(count === 0).toBe(stores.length === 0);
        },
      ),
    );
  });
});
