import { describe, expect, test } from "vitest";
import { AppError, type FetchInit, type GuardedFetch, type JsonObject } from "../../../engine/plugin-api.ts";
import { contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import locate from "../../../plugins/geo/nodes/locate.ts";
import { geoProvider, ipProvider } from "../../../plugins/geo/provider.ts";

const BOGOTA_MOBILE = "+573001112233";
const MADRID_LANDLINE = "+34912345678";

const call = (fields: JsonObject = {}) => ({
  trigger: {
    call: {
      from: BOGOTA_MOBILE,
      callerCity: "",
      callerState: "",
      callerZip: "",
      callerCountry: "",
      ...fields,
    },
  },
});

describe("the carrier's fields", () => {
  const sources = ["webhook"];

  test("a known city is measured from its coordinates", async () => {
    const result = await runNode(
      locate,
      { sources },
      call({ callerCountry: "CO", callerCity: "MEDELLIN", callerState: "ANT" }),
    );
    expect(result).toMatchObject({
      port: "found",
      output: {
        country: "CO",
        region: "Antioquia",
        city: "MEDELLIN",
        lat: 6.2442,
        lon: -75.5812,
        timezone: "America/Bogota",
        source: "webhook",
        confidence: 0.7,
      },
    });
  });

  test("a ZIP code is the middle of its own area", async () => {
    const result = await runNode(
      locate,
      { sources },
      call({ callerCountry: "US", callerCity: "DALLAS", callerState: "TX", callerZip: "75201" }),
    );
    expect(result).toMatchObject({
      output: {
        country: "US",
        region: "Texas",
        city: "DALLAS",
        postalCode: "75201",
        lat: expect.closeTo(32.788, 2),
        confidence: 0.9,
      },
    });
  });

  test("a city nobody knows here has no coordinates, rather than those of its country", async () => {
    const result = await runNode(locate, { sources }, call({ callerCountry: "FR", callerCity: "LYON" }));
    expect(result).toMatchObject({
      output: { country: "FR", city: "LYON", lat: null, lon: null, confidence: 0.7 },
    });
  });

  test("a state of the United States is its largest city", async () => {
    const result = await runNode(locate, { sources }, call({ callerCountry: "US", callerState: "TX" }));
    expect(result).toMatchObject({ output: { region: "Texas", lat: 29.7604, confidence: 0.5 } });
  });

  test("a state alone is less sure", async () => {
    const result = await runNode(locate, { sources }, call({ callerCountry: "MX", callerState: "JAL" }));
    expect(result).toMatchObject({ output: { region: "JAL", city: null, confidence: 0.5 } });
  });

  test("a country alone is its middle", async () => {
    const result = await runNode(locate, { sources }, call({ callerCountry: "CO" }));
    expect(result).toMatchObject({
      port: "found",
      output: { country: "CO", region: null, regions: [], lat: 4, lon: -72, confidence: 0.3 },
    });
  });

  test("empty fields say nothing, nor do those of a caller about somebody else", async () => {
    expect(await runNode(locate, { sources }, call())).toEqual({
      kind: "next",
      port: "unknown",
      output: { tried: ["webhook"] },
    });
    const other = await runNode(
      locate,
      { sources, phone: MADRID_LANDLINE },
      call({ callerCountry: "CO", callerCity: "Cali" }),
    );
    expect(other).toMatchObject({ port: "unknown" });
  });
});

describe("a postal code", () => {
  const sources = ["postal_code"];

  test.each([
    ["ES", "08001", "Barcelona", "Europe/Madrid"],
    ["ES", "35 001", "Las Palmas", "Atlantic/Canary"],
    ["es", "52001", "Melilla", "Africa/Ceuta"],
    ["CO", "110111", "Bogotá, D.C.", "America/Bogota"],
    ["CO", "050001", "Antioquia", "America/Bogota"],
    ["CO", "880001", "San Andrés y Providencia", "America/Bogota"],
    ["MX", "06700", "Ciudad de México", "America/Mexico_City"],
    ["MX", "22000", "Baja California", "America/Tijuana"],
    ["MX", "77500", "Quintana Roo", "America/Cancun"],
    ["US", "10001", "New York", "America/New_York"],
    ["US", "90210-1234", "California", "America/Los_Angeles"],
  ])("%s %s is in %s", async (country, postalCode, region, timezone) => {
    const result = await runNode(locate, { sources, country, postalCode });
    expect(result).toMatchObject({
      port: "found",
      output: { country: country.toUpperCase(), region, regions: [region], timezone, source: "postal_code" },
    });
  });

  test.each([
    ["ES", "53001"],
    ["ES", "8001"],
    ["CO", "01001"],
    ["US", "1000"],
    ["MX", "18000"],
    ["FR", "75001"],
  ])("%s %s is not known", async (country, postalCode) => {
    expect(await runNode(locate, { sources, country, postalCode })).toMatchObject({ port: "unknown" });
  });

  test("without a country it is that of the number, else the tenant's", async () => {
    const postalCode = "28013";
    expect(await runNode(locate, { sources, postalCode, phone: MADRID_LANDLINE })).toMatchObject({
      output: { region: "Madrid" },
    });
    expect(await runNode(locate, { sources, postalCode: "110111" })).toMatchObject({
      output: { country: "CO" },
    });
  });

  test("the carrier's own is used where none is given", async () => {
    expect(
      await runNode(locate, { sources }, call({ callerCountry: "ES", callerZip: "41001" })),
    ).toMatchObject({ output: { region: "Sevilla", postalCode: "41001" } });
  });
});

describe("the number", () => {
  const sources = ["number"];

  test.each([
    [MADRID_LANDLINE, "ES", "Madrid"],
    ["+34932345678", "ES", "Barcelona"],
    ["+34812345678", "ES", "Madrid"],
    ["+34952345678", "ES", "Málaga"],
    ["+34944123456", "ES", "Bizkaia"],
    ["+34922234567", "ES", "Santa Cruz de Tenerife"],
    ["+34881123456", "ES", "A Coruña"],
  ])("landline %s is in %s, %s", async (phone, country, region) => {
    expect(await runNode(locate, { sources, phone })).toMatchObject({
      output: { country, region, regions: [region], confidence: 0.6, source: "number" },
    });
  });

  test("a Colombian prefix is shared by departments, so which one stays open", async () => {
    expect(await runNode(locate, { sources, phone: "+576053456789" })).toMatchObject({
      output: {
        country: "CO",
        region: null,
        regions: expect.arrayContaining(["Atlántico", "Bolívar", "Magdalena"]),
        city: null,
        lat: 10.9685,
        confidence: 0.4,
      },
    });
    expect(await runNode(locate, { sources, phone: "+576013456789" })).toMatchObject({
      output: { regions: ["Bogotá, D.C.", "Cundinamarca"] },
    });
  });

  test.each([
    [BOGOTA_MOBILE, "CO"],
    ["+34600111222", "ES"],
  ])("%s only tells its country, %s", async (phone, country) => {
    expect(await runNode(locate, { sources, phone })).toMatchObject({
      output: { country, region: null, regions: [], confidence: 0.3 },
    });
  });

  test.each(["", "anonymous", "12345"])("%j tells nothing", async (phone) => {
    expect(await runNode(locate, { sources, phone })).toMatchObject({ port: "unknown" });
  });

  test.each([
    { trigger: { call: { from: MADRID_LANDLINE } } },
    { trigger: { message: { from: MADRID_LANDLINE } } },
    { contact: { phone: MADRID_LANDLINE } },
  ])("is that of whoever started the flow: %j", async (overrides) => {
    expect(await runNode(locate, { sources }, overrides)).toMatchObject({ output: { region: "Madrid" } });
  });
});

describe("the order", () => {
  test("the first source that knows more than the country wins", async () => {
    const landline = call({ from: MADRID_LANDLINE, callerCountry: "ES" });
    expect(await runNode(locate, {}, landline)).toMatchObject({
      output: { source: "number", region: "Madrid" },
    });
    const city = call({ from: MADRID_LANDLINE, callerCountry: "ES", callerCity: "Toledo" });
    expect(await runNode(locate, {}, city)).toMatchObject({
      output: { source: "webhook", region: "Toledo" },
    });
    expect(await runNode(locate, { sources: ["number", "webhook"] }, city)).toMatchObject({
      output: { source: "number", region: "Madrid" },
    });
  });

  test("the country is used when no source knows more", async () => {
    expect(await runNode(locate, {}, call({ callerCountry: "CO" }))).toMatchObject({
      output: { source: "webhook", confidence: 0.3 },
    });
  });

  test("a hidden number with no fields is unknown", async () => {
    const hidden = await runNode(locate, {}, { trigger: { call: { from: null } } });
    expect(hidden).toEqual({
      kind: "next",
      port: "unknown",
      output: { tried: ["webhook", "postal_code", "number"] },
    });
  });
});

describe("a web service", () => {
  const credential: JsonObject = {
    url: "https://geo.example/v1?n={phone}",
    token: "t",
    fields: {
      country: "country.code",
      region: "state",
      city: "place.city",
      lat: "place.lat",
      lon: "place.lon",
    },
  };
  const answer = {
    country: { code: "co" },
    state: "Valle",
    place: { city: "Palmira", lat: "3.53", lon: -76.3 },
  };
  const params = { sources: ["provider"], phone: BOGOTA_MOBILE };

  function service(text: string | Error, status = 200) {
    const asked: { url: string; headers: FetchInit["headers"] }[] = [];
    const fetch: GuardedFetch = async (url, init) => {
      asked.push({ url, headers: init?.headers });
      if (text instanceof Error) throw text;
      return { status, headers: {}, text };
    };
    return { asked, fetch, data: contextData({ credentials: { "geo.provider": credential } }) };
  }

  test("is asked with its token, and read as its fields say", async () => {
    const { asked, fetch, data } = service(JSON.stringify(answer));
    expect(await runNode(locate, params, { fetch, data })).toEqual({
      kind: "next",
      port: "found",
      output: {
        country: "CO",
        region: "Valle",
        regions: ["Valle"],
        city: "Palmira",
        postalCode: null,
        lat: 3.53,
        lon: -76.3,
        timezone: "America/Bogota",
        source: "provider",
        confidence: 0.8,
      },
    });
    expect(asked).toEqual([
      {
        url: "https://geo.example/v1?n=%2B573001112233",
        headers: { accept: "application/json", authorization: "Bearer t" },
      },
    ]);
  });

  test("is asked once, then remembered", async () => {
    const { asked, fetch, data } = service(JSON.stringify(answer));
    const first = await runNode(locate, { ...params, keepDays: 2 }, { fetch, data });
    expect(await runNode(locate, params, { fetch, data })).toEqual(first);
    expect(asked).toHaveLength(1);
    expect([...data.cache.values()].map(({ ttlMs }) => ttlMs)).toEqual([2 * 86_400_000]);
  });

  test.each([
    ["is down", new AppError("FETCH_FAILED", "down", { phase: "connect" }), 200],
    ["refuses", "{}", 403],
    ["answers nonsense", "<html>", 200],
    ["knows nothing", "{}", 200],
  ])("one that %s leaves it to the other sources", async (_what, text, status) => {
    const { fetch, data } = service(text, status);
    const result = await runNode(locate, { ...params, sources: ["provider", "number"] }, { fetch, data });
    expect(result).toMatchObject({ port: "found", output: { source: "number", country: "CO" } });
    expect(data.cache.size).toBe(0);
  });

  test("an address that may not be reached is the author's to mend", async () => {
    const { fetch, data } = service(new AppError("FETCH_BLOCKED", "private"));
    await expect(runNode(locate, params, { fetch, data })).rejects.toMatchObject({ code: "FETCH_BLOCKED" });
  });

  test("its credential can be tried", async () => {
    expect(await geoProvider.test(credential, service("{}"))).toMatchObject({ ok: true });
    expect(await geoProvider.test(credential, service("{}", 401))).toMatchObject({ ok: false });
    expect(await geoProvider.test({ url: "https://geo.example" }, service("{}"))).toMatchObject({
      ok: false,
    });
  });
});

describe("postal codes of the United States", () => {
  const find = (postalCode: string) =>
    runNode(locate, { sources: ["postal_code"], country: "US", postalCode });

  test("lie where they are", async () => {
    expect(await find("94110")).toMatchObject({
      output: {
        region: "California",
        lat: expect.closeTo(37.75, 1),
        lon: expect.closeTo(-122.41, 1),
        confidence: 0.9,
      },
    });
  });

  test("Puerto Rico's are its own", async () => {
    expect(await find("00901")).toMatchObject({ output: { country: "PR", region: "Puerto Rico" } });
  });

  test("one of a single building says its state", async () => {
    expect(await find("10285")).toMatchObject({ output: { region: "New York", confidence: 0.7 } });
  });
});

describe("area codes of Mexico and the United States", () => {
  const find = (phone: string) => runNode(locate, { sources: ["number"], phone });

  test.each([
    ["+525512345678", "MX", "Ciudad de México", 19.4326],
    ["+523312345678", "MX", "Jalisco", 20.6597],
    ["+529981234567", "MX", "Quintana Roo", 21.1619],
    ["+526641234567", "MX", "Baja California", 32.5149],
    ["+12125551234", "US", "New York", 40.7128],
    ["+14155552671", "US", "California", 37.7749],
    ["+12145551234", "US", "Texas", 32.7767],
    ["+17875551234", "PR", "Puerto Rico", 18.4655],
  ])("%s: %s, %s", async (phone, country, region, lat) => {
    expect(await find(phone)).toMatchObject({ output: { country, region, lat, confidence: 0.5 } });
  });

  test("a toll-free number is of no place", async () => {
    expect(await find("+18005551212")).toMatchObject({ output: { region: null, confidence: 0.3 } });
  });
});

describe("the contact's own place", () => {
  const sources = ["contact"];
  const find = (place: JsonObject) =>
    runNode(locate, { sources }, { contact: { phone: BOGOTA_MOBILE, place } });

  test("with coordinates, with a postal code, or by its names alone", async () => {
    const named = { country: "CO", city: "Bogotá", region: "Bogotá D.C." };
    expect(await find({ ...named, lat: 4.65, lon: -74.06 })).toMatchObject({
      output: { ...named, lat: 4.65, source: "contact", confidence: 0.9 },
    });
    expect(await find({ country: "es", postalCode: "28001" })).toMatchObject({
      output: { region: "Madrid", postalCode: "28001", lat: expect.closeTo(40.4, 1) },
    });
    expect(await find({ country: "CO", city: "Soacha" })).toMatchObject({
      output: { city: "Soacha", lat: null, confidence: 0.9 },
    });
  });

  test("a country alone is no more than that, and nothing is nothing", async () => {
    expect(await find({ country: "CO" })).toMatchObject({ output: { confidence: 0.3 } });
    expect(await find({})).toMatchObject({ port: "unknown" });
  });
});

describe("an IP address", () => {
  const fields = { country: "cc", city: "city" };
  const url = "https://geo.test/ip?q={ip}";
  const data = () =>
    contextData({
      credentials: { "geo.ip-provider": { url, fields } },
      answers: {
        "https://geo.test/ip?q=8.8.8.8": {
          status: 200,
          headers: {},
          text: JSON.stringify({ cc: "CO", city: "Cali" }),
        },
      },
    });
  const find = (ip: string, memory = data()) => runNode(locate, { sources: ["ip"], ip }, { data: memory });

  test("is asked once, and counts as one use", async () => {
    const memory = data();
    const first = await find("8.8.8.8", memory);
    expect(first).toMatchObject({ output: { country: "CO", city: "Cali", source: "ip", confidence: 0.8 } });
    expect(await find("8.8.8.8", memory)).toEqual(first);
    expect(memory.uses).toEqual({ geolocation: 1 });
  });

  test.each(["", "10.0.0.1", "192.168.1.7", "127.0.0.1", "::1", "fd00::1", "not an address"])(
    "%j is nowhere, and nobody is asked",
    async (ip) => {
      expect(await find(ip)).toMatchObject({ port: "unknown" });
    },
  );

  test("the service is tried before it is stored", async () => {
    const answer = { status: 200, headers: {}, text: "{}" };
    const asked: string[] = [];
    const fetch: GuardedFetch = async (address) => {
      asked.push(address);
      return answer;
    };
    expect(await ipProvider.test({ url, fields }, { fetch })).toMatchObject({ ok: true });
    expect(asked).toEqual(["https://geo.test/ip?q=192.0.2.1"]);
    expect(await ipProvider.test({ url: "https://geo.test", fields }, { fetch })).toMatchObject({
      ok: false,
    });
  });
});
