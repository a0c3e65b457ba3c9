import { describe, expect, test } from "vitest";
import { contextData, runNode } from "../../../../engine/plugin-testing/node-context.ts";
import pay from "../../../../plugins/twilio/nodes/voice/pay.ts";
import { payLanguage } from "../../../../plugins/twilio/pay/verb.ts";
import { renderTwiml } from "../../../../plugins/twilio/twiml.ts";

const trigger = { call: { sid: "CA1", from: "+573001112233", to: "+576011112222" } };
const ACTION = 'action="https://flow.test/hooks/twilio/voice/step/run_1%3Anode_1%3A1"';

async function asked(params: object, overrides: object = {}) {
  const result = await runNode(pay, { ...params }, { trigger, ...overrides });
  if (result.kind !== "wait") throw new Error(`expected a wait, got ${JSON.stringify(result)}`);
  return { ...result, xml: renderTwiml(result.reply ?? []) };
}

test("an amount is charged", async () => {
  const { xml, wait } = await asked({ amount: "49.90", currency: "COP", description: "Pedido 7" });
  expect(xml).toContain(
    `<Pay ${ACTION} input="dtmf" paymentConnector="Default" chargeAmount="49.90" currency="cop" description="Pedido 7" validCardTypes="visa mastercard amex" postalCode="false" timeout="8" maxAttempts="2" language="es-US"/>`,
  );
  expect(wait.keys).toEqual(["step:run_1:node_1:1", "call-ended:CA1"]);
  expect(wait.timeoutPort).toBe("provider_error");
  expect(wait.events.hangup).toBe("hung_up");
});

test("without an amount the card is kept as a token", async () => {
  const { xml } = await asked({
    tokenType: "one-time",
    securityCode: false,
    postalCode: "ask",
    minPostalCodeLength: 5,
  });
  expect(xml).toContain('tokenType="one-time" validCardTypes="visa mastercard amex" securityCode="false"');
  expect(xml).toContain('minPostalCodeLength="5"');
  expect(xml).not.toMatch(/chargeAmount|currency|postalCode=/);
});

test("a bank account is asked for nothing of a card", async () => {
  const { xml } = await asked({
    amount: "10",
    paymentMethod: "ach-debit",
    bankAccountType: "consumer-savings",
  });
  expect(xml).toContain('paymentMethod="ach-debit" bankAccountType="consumer-savings"');
  expect(xml).not.toMatch(/validCardTypes|securityCode|postalCode/);
});

test("own words, data for the connector, a known postal code and a system that is told", async () => {
  const { xml } = await asked({
    amount: "10",
    postalCode: "known",
    knownPostalCode: "110231",
    connector: "Stripe",
    statusUrl: "https://x.test/pay",
    parameters: [{ name: "order", value: "7" }],
    prompts: [
      {
        for: "payment-card-number",
        prompt: { text: "Número de tarjeta." },
        errorTypes: ["timeout", "invalid-card-number"],
        attempts: [2, 3],
        cardTypes: ["visa"],
        askTwice: true,
      },
    ],
  });
  expect(xml).toContain('paymentConnector="Stripe"');
  expect(xml).toContain('postalCode="110231"');
  expect(xml).toContain('statusCallback="https://x.test/pay" statusCallbackMethod="POST">');
  expect(xml).toContain(
    '<Prompt for="payment-card-number" errorType="timeout invalid-card-number" cardType="visa" attempt="2 3" requireMatchingInputs="true"><Say voice="Polly.Mia-Neural" language="es-MX">Número de tarjeta.</Say></Prompt><Parameter name="order" value="7"/></Pay>',
  );
});

describe("the intent", () => {
  test("says how much, and nothing of who pays with what", async () => {
    const data = contextData();
    await asked({ amount: "10", currency: "eur" }, { data });
    expect(data.effects).toEqual([
      {
        part: "pay",
        intent: {
          kind: "payment",
          provider: "twilio",
          channel: "voice",
          leavesWithAnswer: true,
          details: { connector: "Default", amount: "10", currency: "eur" },
        },
      },
    ]);
  });

  test("[V5] a payment that may have happened before is not asked for again", async () => {
    const data = contextData({ outcomes: { pay: { state: "unresolved", effectId: "eff_1" } } });
    const result = await runNode(pay, { amount: "10" }, { trigger, data });
    expect(result).toEqual({ kind: "next", port: "provider_error", output: { result: "unknown" } });
  });
});

describe("refuses before anybody is asked for a card, in the flow's language", () => {
  test.each([
    ["an amount that is none", { amount: "diez" }, "no es un importe", "is no amount"],
    ["nothing to charge", { amount: "0" }, "no es un importe", "is no amount"],
    ["too much", { amount: "1000000.01" }, "no es un importe", "is no amount"],
    ["a currency that is none", { amount: "1", currency: "pesos" }, "no es una moneda", "is no currency"],
    ["no postal code", { postalCode: "known" }, "no es un código postal", "is no postal code"],
    [
      "words that would never be heard",
      { prompts: [{ for: "bank-account-number", prompt: { text: "x" } }] },
      "nunca pide bank-account-number",
      "never asks for bank-account-number",
    ],
    ["a system that is none", { statusUrl: "x" }, "«x» no es la URL", '"x" is not the URL'],
  ])("%s", async (_what, params, spanish, english) => {
    const data = contextData();
    await expect(asked(params, { data })).rejects.toThrow(spanish);
    await expect(asked(params, { data, locale: "en" })).rejects.toThrow(english);
    expect(data.effects).toEqual([]);
  });
});

test.each([
  ["es", "ES", "es-ES"],
  ["es", "CO", "es-US"],
  ["en", "GB", "en-GB"],
  ["pt", "BR", "en-US"],
])("%s in %s pays in %s", (locale, country, language) => {
  expect(payLanguage(locale, country)).toBe(language);
});
