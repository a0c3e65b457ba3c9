import { describe, expect, test } from "vitest";
import { contextData, runNode } from "../../../../engine/plugin-testing/node-context.ts";
import lookup from "../../../../plugins/twilio/nodes/lookup.ts";
import { emulated } from "../emulated.ts";

const { emulator, credential } = emulated();
const asked = () =>
  emulator()
    .ledger()
    .filter((entry) => entry.kind === "lookup").length;
const data = () => contextData({ credentials: { "twilio.account": credential() } });

test.each([
  ["+573001112233", "mobile", "CO"],
  ["+34911234567", "landline", "ES"],
  ["+573001119902", "landline", "CO"],
])("%s is a %s", async (number, port, country) => {
  const result = await runNode(lookup, { number }, { data: data() });
  expect(result).toMatchObject({ kind: "next", port, output: { e164: number, country, lineType: port } });
  expect(result).toMatchObject({
    output: { national: expect.any(String), carrier: expect.any(String), callerName: null },
  });
});

test("a national number needs its country", async () => {
  const result = await runNode(lookup, { number: "300 111 2233", country: "CO" }, { data: data() });
  expect(result).toMatchObject({ port: "mobile", output: { e164: "+573001112233" } });
});

test("without the package the kind of line is unknown", async () => {
  expect(await runNode(lookup, { number: "+573001112233", packages: [] }, { data: data() })).toMatchObject({
    port: "other",
    output: { lineType: null },
  });
});

test("an odd number is invalid, in Twilio's words", async () => {
  expect(await runNode(lookup, { number: "+57300" }, { data: data() })).toMatchObject({
    port: "invalid",
    output: { number: "+57300", reason: expect.stringMatching(/^[A-Z_]+$/) },
  });
});

test.each(["anonymous", "", "+266696687"])(
  "a hidden caller (%j) is invalid without asking",
  async (number) => {
    const before = asked();
    expect(await runNode(lookup, { number }, { data: data() })).toEqual({
      kind: "next",
      port: "invalid",
      output: { number, reason: "hidden" },
    });
    expect(asked()).toBe(before);
  },
);

test("the same number is asked once; other packages or no cache ask again", async () => {
  const memory = data();
  const number = "+573001110077";
  const before = asked();
  const first = await runNode(lookup, { number }, { data: memory });
  expect(first).toMatchObject({ output: { cached: false } });
  const known = await runNode(lookup, { number }, { data: memory });
  expect(known).toEqual({ ...first, output: { ...Reflect.get(first, "output"), cached: true } });
  expect(asked()).toBe(before + 1);
  expect([...memory.cache.values()]).toMatchObject([{ ttlMs: 720 * 3_600_000 }]);
  await runNode(lookup, { number, packages: ["line_type_intelligence", "caller_name"] }, { data: memory });
  expect(asked()).toBe(before + 2);
  await runNode(lookup, { number, cacheHours: 0 }, { data: memory });
  expect(asked()).toBe(before + 3);
});

test("an invalid number is remembered too", async () => {
  const memory = data();
  const before = asked();
  const first = await runNode(lookup, { number: "+57301" }, { data: memory });
  expect(await runNode(lookup, { number: "+57301" }, { data: memory })).toEqual(first);
  expect(asked()).toBe(before + 1);
});

test.each([
  [{ kind: "status", status: 503 }, "VENDOR_UNAVAILABLE"],
  [{ kind: "reset-after-accept" }, "VENDOR_UNAVAILABLE"],
  [{ kind: "status", status: 429 }, "VENDOR_RATE_LIMITED"],
] as const)("a read is never in doubt: %j is %s", async (fault, code) => {
  emulator().faults.next({ path: /PhoneNumbers/ }, fault);
  const memory = data();
  await expect(runNode(lookup, { number: "+573001110088" }, { data: memory })).rejects.toMatchObject({
    code,
  });
  expect(memory.cache.size).toBe(0);
});

describe("the packages", () => {
  const look = (number: string, params: object, memory = data()) =>
    runNode(lookup, { number, ...params }, { data: memory });

  test.each([
    [
      "+573001119931",
      "sim_swap",
      { simSwapped: true, simSwapPeriod: "PT48H", lastSimSwapAt: expect.any(String) },
    ],
    ["+573001112299", "sim_swap", { simSwapped: false, lastSimSwapAt: null }],
    ["+12345678901", "sim_swap", { simSwapped: false, simSwapPeriod: "PT24H", lastSimSwapAt: null }],
    ["+573001119932", "call_forwarding", { callForwarding: true }],
    ["+573001119903", "line_status", { lineStatus: "inactive" }],
    ["+573001119934", "sms_pumping_risk", { pumpingRisk: 96, pumpingBlocked: true }],
  ])("%s, %s", async (number, name, output) => {
    expect(await look(number, { packages: [name] })).toMatchObject({ output: { ...output, faults: [] } });
  });

  test("identity is compared field by field, and another person is another question", async () => {
    const memory = data();
    const params = { packages: ["identity_match"], firstName: "Ana", lastName: "Restrepo" };
    expect(await look("+573001112298", params, memory)).toMatchObject({
      output: { identityScore: 100, identity: { first_name: "exact_match", city: "no_data_available" } },
    });
    const before = asked();
    await look("+573001112298", { ...params, firstName: "Eva" }, memory);
    expect(asked()).toBe(before + 1);
    expect([...memory.cache.keys()].join(" ")).not.toContain("Restrepo");
    expect(await look("+573001119935", params)).toMatchObject({ output: { identityScore: 0 } });
  });

  test("a new owner since a date", async () => {
    const params = { packages: ["reassigned_number"], lastVerifiedDate: "20250101" };
    expect(await look("+573001119933", params)).toMatchObject({ output: { reassigned: "yes" } });
    expect(await look("+573001112297", params)).toMatchObject({ output: { reassigned: "no" } });
  });

  test("one that is not enabled is a fault with words, and is not kept", async () => {
    const memory = data();
    const params = { packages: ["line_type_intelligence", "pre_fill"] };
    expect(await look("+573001112296", params, memory)).toMatchObject({
      port: "mobile",
      output: {
        faults: [
          { package: "pre_fill", vendorCode: "60606", message: expect.stringContaining("no está activado") },
        ],
      },
    });
    expect(memory.cache.size).toBe(0);
  });

  test("each is charged once; formatting alone, and what was known, is free", async () => {
    const memory = contextData({ credentials: { "twilio.account": credential() }, balances: { lookup: 2 } });
    const params = { packages: ["line_type_intelligence", "caller_name"] };
    expect(await look("+573001112295", params, memory)).toMatchObject({ output: { cached: false } });
    expect(memory.balances.lookup).toBe(0);
    expect(memory.effects).toMatchObject([
      { part: "lookup", intent: { kind: "lookup", charge: { meter: "lookup", amount: 2 } } },
    ]);
    expect(await look("+573001112295", params, memory)).toMatchObject({ output: { cached: true } });
    expect(await look("+573001112294", { packages: [] }, memory)).toMatchObject({ port: "other" });
    expect(await look("+573001112293", params, memory)).toEqual({
      kind: "next",
      port: "insufficient_credits",
      output: { number: "+573001112293" },
    });
  });
});
