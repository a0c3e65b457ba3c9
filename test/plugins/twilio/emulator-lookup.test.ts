import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAGIC } from "../../../plugins/twilio/emulator/numbers.ts";
import { ACCOUNT, type Bench, startBench } from "./emulator-webhook-server.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const lookUp = (number: string, options: object = {}) =>
  bench.client.lookups.v2.phoneNumbers(number).fetch(options);
const raw = async (path: string) => {
  const authorization = `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}`;
  const answer = await fetch(`${bench.emulator.url}/v2/PhoneNumbers/${path}`, { headers: { authorization } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

describe("Lookup v2", () => {
  test("has every package key, null unless asked", async () => {
    const { status, body } = await raw("+34600123456");
    expect(status).toBe(200);
    expect(body).toEqual({
      calling_country_code: "34",
      country_code: "ES",
      phone_number: "+34600123456",
      national_format: "600 12 34 56",
      valid: true,
      validation_errors: [],
      caller_name: null,
      sim_swap: null,
      call_forwarding: null,
      line_status: null,
      line_type_intelligence: null,
      identity_match: null,
      reassigned_number: null,
      sms_pumping_risk: null,
      phone_number_quality_score: null,
      pre_fill: null,
      url: `${bench.emulator.url}/v2/PhoneNumbers/+34600123456`,
    });
  });

  test("takes a raw plus, %2B and a national number with its country", async () => {
    for (const path of [
      "+34600123456",
      "%2B34600123456",
      "600123456?CountryCode=ES",
      "600123456?CountryCode=es",
    ])
      expect((await raw(path)).body).toMatchObject({ phone_number: "+34600123456", valid: true });
  });

  test.each([
    ["+34600123456", "mobile"],
    ["+34912345678", "landline"],
    ["+18005551212", "tollFree"],
    ["+14155552671", "mobile"],
    ["+15005550006", "personal"],
    [`+3460012${MAGIC.landline}`, "landline"],
    [`+1415555${MAGIC.landline}`, "landline"],
    [`+3460012${MAGIC.noWhatsApp}`, "mobile"],
  ])("%s is %s", async (number, type) => {
    const found = await lookUp(number, { fields: "line_type_intelligence" });
    expect(found.lineTypeIntelligence).toMatchObject({ type, errorCode: null });
    expect(found.callerName).toBeNull();
  });

  test("a mobile has a network, a landline has none", async () => {
    const mobile = await raw("+34600123456?Fields=line_type_intelligence,caller_name");
    expect(mobile.body).toMatchObject({
      line_type_intelligence: {
        carrier_name: "Movistar",
        mobile_country_code: "214",
        mobile_network_code: "07",
      },
      caller_name: { caller_name: null, caller_type: null, error_code: null },
    });
    const fixed = await raw("+34912345678?Fields=line_type_intelligence");
    expect(fixed.body.line_type_intelligence).toMatchObject({
      carrier_name: "Telefonica de Espana",
      mobile_country_code: null,
    });
  });

  test.each([
    ["+3460", "TOO_SHORT"],
    ["+346001234567890", "TOO_LONG"],
    ["+15557770001", "INVALID_BUT_POSSIBLE"],
    ["hello", "NOT_A_NUMBER"],
    ["+999123456", "INVALID_COUNTRY_CODE"],
  ])("%s is invalid, with 200: %s", async (number, error) => {
    expect(await raw(`${number}?Fields=line_type_intelligence`)).toMatchObject({
      status: 200,
      body: {
        phone_number: number,
        valid: false,
        validation_errors: [error],
        country_code: null,
        national_format: null,
        calling_country_code: null,
        line_type_intelligence: null,
      },
    });
  });

  test("refuses unknown packages", async () => {
    await expect(lookUp("+34600123456", { fields: "horoscope" })).rejects.toMatchObject({
      status: 400,
      code: 60200,
    });
  });

  test("goes on the ledger", async () => {
    await lookUp("+34600123499");
    expect(bench.emulator.ledger().at(-1)).toMatchObject({
      kind: "lookup",
      to: "+34600123499",
      status: "valid",
    });
  });
});
