import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../engine/config.ts";
import { lookAtAddress } from "../../engine/doctor/look-at-address.ts";
import { lookAtConfiguration } from "../../engine/doctor/look-at-configuration.ts";
import { lookAtDatabase } from "../../engine/doctor/look-at-database.ts";
import { lookAtVendors } from "../../engine/doctor/look-at-vendors.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await buildEngine();
});
afterAll(() => engine.stop());

const MASTER_KEY = Buffer.alloc(32, 7).toString("base64");
const TWILIO = {
  TWILIO_MASTER_ACCOUNT_SID: "AC00000000000000000000000000000000",
  TWILIO_MASTER_AUTH_TOKEN: "token",
};
const statesOf = (findings: readonly { readonly what: string; readonly state: string }[]) =>
  Object.fromEntries(findings.map(({ what, state }) => [what, state]));

describe("the configuration", () => {
  const look = (env: Record<string, string>) =>
    statesOf(lookAtConfiguration(loadConfig({ MASTER_KEY, ...env })));

  test("a demo on this machine is well", () => {
    expect(look({})).toEqual({ PUBLIC_URL: "well", vendors: "well" });
  });
  test("real vendors cannot reach this machine alone, nor does Meta take http", () => {
    expect(look(TWILIO)).toMatchObject({ PUBLIC_URL: "trouble" });
    expect(look({ ...TWILIO, PUBLIC_URL: "http://calls.example.com" })).toMatchObject({
      PUBLIC_URL: "trouble",
    });
    expect(look({ ...TWILIO, PUBLIC_URL: "https://calls.example.com" })).toMatchObject({
      PUBLIC_URL: "well",
    });
  });
  test("a worker nobody can watch is advised", () => {
    expect(look({ ROLE: "worker" })).toMatchObject({ METRICS_PORT: "advice" });
    expect(look({ ROLE: "worker", METRICS_PORT: "9400" })).not.toHaveProperty("METRICS_PORT");
  });
});

describe("the database", () => {
  test("what our promises rest on is looked at", async () => {
    const findings = statesOf(await lookAtDatabase(engine.connection));
    expect(Object.keys(findings)).toEqual(["database", "durability", "connections", "clock", "migrations"]);
    expect(findings).toMatchObject({ database: "well", clock: "well", migrations: "well" });
  });
  test("a clock that is a minute late is trouble, and which way is said", async () => {
    const findings = await lookAtDatabase(engine.connection, () => Date.now() - 60_000);
    const clock = findings.find(({ what }) => what === "clock");
    expect(clock).toMatchObject({ state: "trouble", says: expect.stringContaining("60.0 s behind") });
  });
  test("one that is not there is said to be away", async () => {
    const findings = await lookAtDatabase("postgres://nobody@127.0.0.1:1/none");
    expect(findings).toEqual([expect.objectContaining({ what: "database", state: "trouble" })]);
  });
});

describe("the public address", () => {
  test("ours answers, and refuses what is not signed", async () => {
    expect(statesOf(await lookAtAddress(engine.url))).toEqual({
      "reached from outside": "well",
      signatures: "well",
    });
  });
  test("somebody else's answer is trouble; silence is said", async () => {
    const elsewhere = await lookAtAddress(`${engine.url}/elsewhere`);
    expect(elsewhere).toEqual([expect.objectContaining({ state: "trouble" })]);
    expect(await lookAtAddress("http://127.0.0.1:1")).toEqual([expect.objectContaining({ state: "advice" })]);
  });
});

test("vendors are asked with the operator's own credentials", async () => {
  const { registry } = engine.app.runtime;
  const credential = registry.credential("twilio.account");
  const good = {
    accountSid: `AC${"d".repeat(32)}`,
    authToken: "demo-auth-token",
    baseUrl: engine.twilio.url,
  };
  const bad = { ...good, authToken: "wrong".padEnd(32, "0") };
  const look = (fields: Record<string, string>) =>
    lookAtVendors({ "twilio.account": fields }, credential ? [credential] : [], engine.app.runtime.fetch);
  expect(await look(good)).toEqual([expect.objectContaining({ state: "well" })]);
  expect(await look(bad)).toEqual([expect.objectContaining({ state: "trouble" })]);
});
