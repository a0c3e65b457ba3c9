import { describe, expect, test } from "vitest";
import type { JsonObject, NodeResult } from "../../../../engine/plugin-api.ts";
import { REENTER } from "../../../../engine/plugin-api.ts";
import {
  type ContextOverrides,
  contextData,
  runNode,
} from "../../../../engine/plugin-testing/node-context.ts";
import { MAGIC } from "../../../../plugins/twilio/emulator/numbers.ts";
import makeCall from "../../../../plugins/twilio/nodes/voice/make-call.ts";
import { renderTwiml } from "../../../../plugins/twilio/twiml.ts";
import { emulated } from "../emulated.ts";

const PERSON = "+573001112233";
const OURS = "+576011112222";
const vendor = emulated();

const dataOf = (more: Parameters<typeof contextData>[0] = {}) =>
  contextData({ credentials: { "twilio.account": vendor.credential() }, ...more });

async function called(params: JsonObject = {}, overrides: ContextOverrides = {}): Promise<NodeResult> {
  return runNode(makeCall, { to: PERSON, ...params }, { data: dataOf(), ...overrides });
}

async function waiting(params: JsonObject = {}, overrides: ContextOverrides = {}) {
  const result = await called(params, overrides);
  if (result.kind !== "wait") throw new Error(`expected a wait, got ${JSON.stringify(result)}`);
  return result;
}

const lastCall = () =>
  vendor
    .emulator()
    .ledger()
    .findLast(({ kind }) => kind === "call");
const placed = () =>
  vendor
    .emulator()
    .ledger()
    .filter(({ kind }) => kind === "call").length;

describe("what is asked of Twilio", () => {
  test("a number of ours calls, a minute is held, and the answer is waited for", async () => {
    const data = dataOf();
    const { wait } = await waiting({ timeoutSeconds: 20 }, { data });
    expect(lastCall()).toMatchObject({ from: OURS, to: PERSON });
    expect(data.effects).toMatchObject([
      {
        part: "call",
        intent: { kind: "dial", to: PERSON, from: OURS, charge: { meter: "voice", amount: 1 } },
      },
    ]);
    expect(wait.keys).toEqual(["step:run_1:node_1:1", "effect:eff_run_1:node_1:1_call"]);
    expect(wait.events).toEqual({
      answered: "answered",
      machine: "machine",
      busy: "busy",
      no_answer: "no_answer",
      failed: "failed",
    });
    expect(wait.timeoutPort).toBe(REENTER);
    expect(wait.until).toBe("2026-11-21T15:00:55.000Z");
    const line = { sid: lastCall()?.ref, from: OURS, to: PERSON, direction: "outbound" };
    expect(wait.eventData?.answered?.set).toEqual({ line });
  });

  test.each([
    ["sip:ana@pbx.example.com", "sip:ana@pbx.example.com"],
    ["client:ana", "client:ana"],
    ["+57 (300) 999-00.00", "+573009990000"],
  ])("%s is called", async (to, address) => {
    await waiting({ to });
    expect(lastCall()?.to).toBe(address);
  });

  test("a SIP exchange is signed in at with its credential, never with parameters", async () => {
    const credentials = {
      "twilio.account": vendor.credential(),
      "twilio.sip-trunk": { domain: "pbx.example.com", username: "ana", password: "s3cret" },
    };
    const to = "sip:ana@pbx.example.com";
    vendor.emulator().answerWith(to, { status: "answered", signIn: { username: "ana", password: "s3cret" } });
    const wasAnswered = () => lastCall()?.details?.startedAt !== null;
    await waiting({ to, sipCredential: "crd_1" }, { data: contextData({ credentials }) });
    await vendor.emulator().idle();
    expect(wasAnswered()).toBe(true);
    await waiting({ to });
    await vendor.emulator().idle();
    expect(wasAnswered()).toBe(false);
    vendor.emulator().answerWith(to, null);
    await expect(
      called({ sipCredential: "crd_1" }, { data: contextData({ credentials }) }),
    ).rejects.toMatchObject({
      code: "PARAMS_INVALID",
    });
  });

  test("whoever is on another call hears what was said before, and that call ends", async () => {
    const trigger = { call: { sid: "CA1", from: "+573001119999", to: OURS } };
    expect((await waiting({}, { trigger })).reply).toEqual([]);
    expect((await waiting()).reply).toBeUndefined();
  });
});

describe("what is refused before anything is asked or held", () => {
  test.each([
    ["no number", { to: "mañana" }, "PARAMS_INVALID", "a number such as +573001112233", "un número como"],
    ["too short", { to: "+57" }, "PARAMS_INVALID", "a number such as", "se espera un número"],
    ["half a SIP address", { to: "sip:ana" }, "PARAMS_INVALID", "sip:user@host", "sip:usuario@servidor"],
    ["an app without a name", { to: "client:" }, "PARAMS_INVALID", "client:name", "client:nombre"],
    [
      "others' number",
      { from: "+14155550100" },
      "SENDER_MISSING",
      "none of the tenant's",
      "un número de la cuenta",
    ],
    [
      "an app calling",
      { from: "client:ana" },
      "SENDER_MISSING",
      "none of the tenant's",
      "un número de la cuenta",
    ],
    [
      "tones",
      { sendDigits: "1", detection: "before" },
      "PARAMS_INVALID",
      "leave one of",
      "quite uno de los dos",
    ],
  ])("%s", async (_name, params, code, english, spanish) => {
    const data = dataOf();
    const before = placed();
    for (const [locale, words] of Object.entries({ en: english, es: spanish }))
      await expect(called(params, { data, locale })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(words),
      });
    expect(data.effects).toEqual([]);
    expect(placed()).toBe(before);
  });

  test("a tenant without a number for calls", async () => {
    const data = dataOf({ voiceNumbers: [] });
    await expect(called({}, { data })).rejects.toMatchObject({ code: "SENDER_MISSING" });
  });

  test.each([
    { timeoutSeconds: 601 },
    { sendDigits: "1-2" },
    { detection: "always" },
    { detection: "while", speechThresholdMs: 10 },
  ])("%j does not fit the form", async (params) => {
    await expect(called(params)).rejects.toThrow("do not fit its schema");
  });
});

describe("who is called when credits are short", () => {
  test("nobody without a minute", async () => {
    const before = placed();
    const data = dataOf({ balances: { voice: 0 } });
    expect(await called({}, { data })).toMatchObject({ kind: "next", port: "insufficient_credits" });
    expect(placed()).toBe(before);
  });
});

describe("what Twilio refuses", () => {
  test.each([
    ["+15005550001", "21217", "bad_recipient"],
    ["+15005550002", "21214", "bad_recipient"],
    ["+15005550003", "21215", "not_permitted"],
    ["+15005550004", "21216", "not_permitted"],
    [`+3460055${MAGIC.noPermission}`, "21215", "not_permitted"],
  ])("%s: %s leaves by failed", async (to, vendorCode, reason) => {
    expect(await called({ to })).toMatchObject({
      kind: "next",
      port: "failed",
      output: { callStatus: "failed", vendorCode, reason, message: expect.stringContaining(vendorCode) },
    });
  });

  test.each([
    ["es-CO", "No se puede llamar a ese número."],
    ["en", "The number cannot be reached."],
  ])("said in words for people, in the flow's language: %s", async (locale, explanation) => {
    expect(await called({ to: "+15005550002" }, { locale })).toMatchObject({ output: { explanation } });
  });

  test("an account that may not call is the operator's business", async () => {
    vendor.emulator().faults.next({ path: /Calls/ }, { kind: "status", status: 401 });
    await expect(called()).rejects.toMatchObject({ code: "VENDOR_REFUSED" });
  });

  test("a lost answer is in doubt, and is found in Twilio's list", async () => {
    vendor.emulator().faults.next({ path: /Calls/ }, { kind: "reset-after-accept" });
    const data = dataOf();
    await expect(called({ to: "+573001118888" }, { data })).rejects.toMatchObject({
      code: "EFFECT_IN_DOUBT",
    });
    const lost = {
      effectId: "eff_1",
      to: "+573001118888",
      from: OURS,
      sentAfter: new Date(Date.now() - 5_000),
    };
    const find = data.effects[0]?.intent.find;
    const found = await find?.({ ...lost, known: new Set() });
    expect(found).toMatchObject({ state: "accepted", ref: lastCall()?.ref });
    expect(await find?.({ ...lost, known: new Set([lastCall()?.ref ?? ""]) })).toBeNull();
    expect(await find?.({ ...lost, known: new Set(), sentAfter: new Date(Date.now() + 5_000) })).toBeNull();
  });

  test("what was reported before the answer was known counts", async () => {
    const failure = { reason: "other", vendorCode: "busy", message: "" };
    const outcome = { state: "accepted", ref: "CA9", status: "failed", data: { failure } } as const;
    expect(await called({}, { data: dataOf({ outcomes: { call: outcome } }) })).toMatchObject({
      kind: "next",
      port: "busy",
      output: { callStatus: "busy", callSid: "CA9" },
    });
  });
});

describe("person or machine", () => {
  const accepted = { state: "accepted", ref: "CA9", status: "sent", effectId: "eff_1" } as const;
  const known = () => dataOf({ outcomes: { call: accepted } });

  test("before: the request for the document says it", async () => {
    const to = `+3460055${MAGIC.machine}`;
    await waiting({ to, detection: "before", waitForBeep: false });
    await vendor.emulator().idle();
    expect(lastCall()?.details?.answeredBy).toBe("machine_start");
  });

  test("while: a greeting is said, its URL carries the words, and the verdict enters the step again", async () => {
    const { wait } = await waiting({ detection: "while", greeting: "Hola, ¿Ana?" });
    expect(wait.keys).toContain("machine:run_1:node_1:1");
    expect(wait.events).toMatchObject({ answered: REENTER, verdict: REENTER, machine: "machine" });
  });

  test.each([
    ["machine_end_beep", "machine"],
    ["fax", "machine"],
    ["human", "answered"],
    ["unknown", "answered"],
  ])("while: after %s the call goes on by %s", async (answeredBy, port) => {
    const heard = { name: "verdict", output: { answeredBy } };
    const { wait } = await waiting({ detection: "while" }, { data: known(), heard });
    expect(wait.events.answered).toBe(port);
    expect(wait.eventData?.answered?.output).toMatchObject({ answeredBy, callSid: "CA9" });
  });

  test("while: who is greeted and not yet known waits a second, and not for ever", async () => {
    const first = await waiting(
      { detection: "while" },
      { data: known(), heard: { name: "answered", output: {} } },
    );
    const since = Date.parse("2026-11-21T15:00:00Z");
    expect(renderTwiml(first.reply ?? [])).toContain(
      `<Pause length="1"/><Redirect method="POST">https://flow.test/hooks/twilio/voice/outbound/run_1%3Anode_1%3A1?since=${since}</Redirect>`,
    );
    const heard = { name: "answered", output: { since: since - 31_000 } };
    expect(await called({ detection: "while" }, { data: known(), heard })).toMatchObject({
      kind: "next",
      port: "answered",
      output: { answeredBy: "unknown" },
      set: { line: { sid: "CA9" } },
    });
  });
});

describe("when no callback comes", () => {
  const heard = { name: "timeout", output: {} };
  const at = (ref: string) =>
    dataOf({ outcomes: { call: { state: "accepted", ref, status: "queued", effectId: "eff_1" } } });

  test("Twilio is asked, and the minute it did not use goes back", async () => {
    await waiting({ to: `+3460055${MAGIC.busy}` });
    await vendor.emulator().idle();
    const { wait } = await waiting({}, { data: at(lastCall()?.ref ?? ""), heard });
    expect(wait.timeoutPort).toBe("busy");
    expect(wait.eventData?.timeout).toMatchObject({
      output: { callStatus: "busy" },
      usage: { part: "call", amount: 0 },
    });
    expect(wait.until).toBe("2026-11-21T15:00:00.000Z");
  });

  test("a call that still rings is waited for", async () => {
    vendor.emulator().answerWith(PERSON, { status: "answered", seconds: 1 });
    await waiting();
    const { wait } = await waiting({}, { data: at(lastCall()?.ref ?? ""), heard });
    expect(wait.timeoutPort).toBe(REENTER);
  });
});
