import { describe, expect, test } from "vitest";
import { contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import consent from "../../../plugins/messaging/nodes/consent.ts";

const TO = "+573001112233";
const about = (data = contextData()) => ({ contact: { phone: TO }, data });

describe("reading", () => {
  test.each([
    [{}, "unknown", []],
    [{ [`sms:${TO}:marketing`]: "denied" }, "denied", []],
    [{ [`sms:${TO}:marketing`]: "denied", [`whatsapp:${TO}:marketing`]: "granted" }, "granted", ["whatsapp"]],
    [{ [`voice:${TO}:marketing`]: "granted", [`sms:${TO}:notice`]: "granted" }, "unknown", []],
  ] as const)("%j: %s", async (consents, port, allowed) => {
    const result = await runNode(consent, {}, about(contextData({ consents })));
    expect(result).toMatchObject({ kind: "next", port, output: { allowed } });
  });

  test("of nobody nothing is known", async () => {
    expect(await runNode(consent, {}, { contact: { phone: null } })).toMatchObject({
      port: "unknown",
      output: { allowed: [], states: {} },
    });
  });
});

describe("recording", () => {
  test("puts a line for each channel on record, with what shows it", async () => {
    const data = contextData();
    const params = { action: "grant", channels: ["sms", "whatsapp"], evidence: "Sí, quiero ofertas" };
    expect(await runNode(consent, params, about(data))).toMatchObject({
      port: "granted",
      output: { states: { sms: "granted", whatsapp: "granted" } },
    });
    expect(data.recorded).toEqual(
      ["sms", "whatsapp"].map((channel) => ({
        phone: TO,
        channel,
        purposes: ["marketing"],
        state: "granted",
        source: "flow",
        evidence: { flow: "flow_1", node: "node_1", said: "Sí, quiero ofertas" },
      })),
    );
  });

  test("a refusal leaves by denied", async () => {
    const params = { action: "deny", purpose: "notice", channels: ["sms"], person: "+34600123456" };
    const data = contextData();
    expect(await runNode(consent, params, about(data))).toMatchObject({ port: "denied" });
    expect(data.recorded).toMatchObject([{ phone: "+34600123456", purposes: ["notice"], state: "denied" }]);
  });

  test("a STOP stands: what the person wrote counts for more than what a flow records", async () => {
    const policy = {
      whatsappRetries: { rules: [] },
      consentOf: async () => "denied" as const,
      recordConsent: async () => {},
      windowOf: async () => ({ lastInboundAt: null, openUntil: null }),
    };
    expect(await runNode(consent, { action: "grant" }, { ...about(), policy })).toMatchObject({
      port: "denied",
    });
  });

  test("nobody's consent cannot be recorded", async () => {
    const nobody = runNode(consent, { action: "grant" }, { contact: {} });
    await expect(nobody).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  });
});
