import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PhoneInput } from "../../../plugins/twilio/emulator/callees.ts";
import { UNKNOWN_CONNECTOR } from "../../../plugins/twilio/emulator/pay.ts";
import { TEST_CARDS } from "../../../plugins/twilio/emulator/pay-cards.ts";
import { type Bench, sdkAccepts, startBench } from "./emulator-webhook-server.ts";

const VOICE = "/hooks/twilio/voice";
const GOOD = [`${TEST_CARDS.visa}#`, "1239", "123"];

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.hooks.on("/paid", "<Response><Say>gracias</Say></Response>");
});
afterEach(async () => {
  expect(bench.hooks.requests.filter((request) => !sdkAccepts(request))).toEqual([]);
  await bench.close();
});

const pay = (attributes: string, inside = "") => {
  const action = `${bench.hooks.url}/paid`;
  bench.hooks.on(
    VOICE,
    `<Response><Pay action="${action}" postalCode="false" ${attributes}>${inside}</Pay></Response>`,
  );
};
const ring = (inputs: readonly PhoneInput[], more: object = {}) =>
  bench.emulator.ring({ from: "+34600123456", to: "+15005550006", script: { inputs, ...more } }).done;
const asked = (path: string) => bench.hooks.at(path).map((request) => request.params);
const payments = () => bench.emulator.ledger().filter(({ kind }) => kind === "payment");

test("a card is charged; of what was typed only masks are told, and nothing is kept", async () => {
  pay('chargeAmount="49.90" currency="cop" statusCallback="/step"');
  const result = await ring(GOOD);
  expect(result).toMatchObject({ errors: [], gathered: [] });
  expect(result.spoken).toEqual([
    expect.stringContaining("card number"),
    expect.stringContaining("expiration"),
    expect.stringContaining("security code"),
    "gracias",
  ]);
  expect(asked("/paid")).toMatchObject([
    {
      Result: "success",
      PaymentConfirmationCode: expect.stringMatching(/^ch_/),
      PaymentMethod: "credit-card",
      PaymentCardNumber: "xxxxxxxxxxxx4242",
      PaymentCardType: "visa",
      ExpirationDate: "1239",
      SecurityCode: "xxx",
    },
  ]);
  expect(asked("/step").map((step) => [step.For, step.Attempt, step.ErrorType])).toEqual([
    ["payment-card-number", "1", undefined],
    ["expiration-date", "1", undefined],
    ["security-code", "1", undefined],
  ]);
  expect(payments()).toMatchObject([
    { to: "Default", status: "success", details: { amount: "49.90", currency: "cop" } },
  ]);
  expect(JSON.stringify([bench.emulator.ledger(), bench.hooks.requests, result])).not.toContain(
    TEST_CARDS.visa,
  );
});

test.each([
  ["reusable", { PaymentToken: expect.stringMatching(/^tok_/), ProfileId: expect.stringMatching(/^cus_/) }],
  ["one-time", { PaymentToken: expect.stringMatching(/^tok_/) }],
])("without an amount a %s token is given", async (tokenType, params) => {
  pay(`tokenType="${tokenType}"`);
  await ring(GOOD);
  expect(asked("/paid")).toMatchObject([{ Result: "success", ...params }]);
  if (tokenType === "one-time") expect(asked("/paid")[0]).not.toHaveProperty("ProfileId");
});

describe("outcomes", () => {
  test.each([
    ["a refused card", [`${TEST_CARDS.declined}#`, "1239", "123"], "payment-connector-error"],
    ["Twilio's own trouble", [`${TEST_CARDS.broken}#`, "1239", "123"], "internal-error"],
    ["*", ["*"], "caller-interrupted-with-star"],
    ["silence until the attempts are over", ["silence", "silence"], "too-many-failed-attempts"],
    ["a wrong number until the attempts are over", ["4242424242424241", "1"], "too-many-failed-attempts"],
    ["speech, which is none of the keys", [{ speech: "cuatro dos" }, "silence"], "too-many-failed-attempts"],
  ] as const)("%s is %s", async (_what, inputs, result) => {
    pay('chargeAmount="10" maxAttempts="2"');
    await ring([...inputs]);
    expect(asked("/paid")).toMatchObject([{ Result: result }]);
    expect(payments()).toMatchObject([{ status: result }]);
  });

  test("hanging up: the action is told, its answer is not played", async () => {
    pay('chargeAmount="10"');
    expect(await ring([GOOD[0] ?? "", "hangup"])).toMatchObject({ status: "completed" });
    expect(asked("/paid")).toMatchObject([{ Result: "caller-hung-up", CallStatus: "completed" }]);
  });

  test.each([
    ["an amount that is none", 'chargeAmount="diez"'],
    ["a currency that is none", 'chargeAmount="1" currency="pesos"'],
    ["a connector nobody has set up", `paymentConnector="${UNKNOWN_CONNECTOR}"`],
  ])("%s is a validation error, before anything is asked", async (_what, attributes) => {
    pay(attributes);
    const result = await ring(GOOD);
    expect(result.spoken).toEqual(["gracias"]);
    expect(asked("/paid")).toMatchObject([{ Result: "validation-error" }]);
  });

  test("card data goes over https only", async () => {
    bench.hooks.on(VOICE, '<Response><Pay action="http://shop.test/paid"/></Response>');
    expect((await ring(GOOD)).errors[0]).toMatchObject({
      code: 12200,
      message: expect.stringContaining("https"),
    });
  });
});

test("a mistake is told and asked again, in the author's words where there are some", async () => {
  pay(
    'maxAttempts="3" validCardTypes="visa" statusCallback="/step"',
    '<Prompt for="payment-card-number"><Say>Tarjeta.</Say></Prompt>' +
      '<Prompt for="payment-card-number" errorType="invalid-card-type" attempt="2"><Say>Solo Visa.</Say></Prompt>',
  );
  const result = await ring([`${TEST_CARDS.mastercard}#`, ...GOOD.slice(0, 1), "0120", "1239", "12", "123"]);
  expect(result.spoken.slice(0, 2)).toEqual(["Tarjeta.", "Solo Visa."]);
  expect(result.errors).toEqual([]);
  expect(asked("/step").map(({ ErrorType }) => ErrorType ?? "")).toEqual([
    "invalid-card-type",
    "",
    "invalid-date",
    "",
    "invalid-security-code",
    "",
  ]);
  expect(asked("/paid")).toMatchObject([{ Result: "success" }]);
});

test("a bank account is asked for its routing and account numbers", async () => {
  pay('paymentMethod="ach-debit" bankAccountType="consumer-savings" chargeAmount="5"');
  await ring(["021000021", "000123456789#"]);
  expect(asked("/paid")).toMatchObject([
    { Result: "success", PaymentMethod: "ach-debit", BankAccountNumber: "xxxxxxxx6789" },
  ]);
});

test("attributes and nesting are checked as Twilio does", async () => {
  pay('maxAttempts="9" colour="red"', '<Say>no</Say><Prompt for="shoe-size"/>');
  const { errors } = await ring(GOOD);
  expect(errors.map(({ message }) => message).join("\n")).toMatch(
    /unknown attribute colour[\s\S]*invalid maxAttempts: "9"[\s\S]*<Say> is not allowed inside <Pay>[\s\S]*invalid for: "shoe-size"/,
  );
});
