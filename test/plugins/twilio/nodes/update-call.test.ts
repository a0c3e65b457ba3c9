import { afterEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import {
  type ContextOverrides,
  contextData,
  runNode,
} from "../../../../engine/plugin-testing/node-context.ts";
import updateCall from "../../../../plugins/twilio/nodes/voice/update-call.ts";
import { emulated } from "../emulated.ts";
import { liveCall } from "../live-call.ts";

const vendor = emulated();
const live = liveCall(() => vendor.emulator());
afterEach(() => live.end());

async function updated(params: JsonObject, overrides: ContextOverrides = {}) {
  const data = contextData({ credentials: { "twilio.account": vendor.credential() } });
  return runNode(updateCall, params, { data, ...overrides });
}

describe("a call that is going on", () => {
  test("is ended, and then it is over", async () => {
    const callSid = await live.begin();
    expect(await updated({ callSid })).toMatchObject({ port: "next", output: { callSid } });
    await live.end();
    expect(await updated({ callSid, action: "say", prompt: { text: "Adiós" } })).toMatchObject({
      port: "ended",
      output: { callSid },
    });
  });

  test("is told something", async () => {
    const callSid = await live.begin();
    await updated({ callSid, action: "say", prompt: { text: "Un aviso" } });
    await live.playOut();
    expect(traceOf(callSid)).toMatchObject({ spoken: ["Un aviso"] });
  });

  test("plays TwiML that was checked", async () => {
    const callSid = await live.begin();
    await updated({ callSid, action: "twiml", twiml: "<Response><Say>Crudo</Say></Response>" });
    await live.playOut();
    expect(traceOf(callSid)).toMatchObject({ spoken: ["Crudo"] });
  });

  test("is taken over: its next request is the line the run speaks on", async () => {
    const callSid = await live.begin();
    const result = await updated({ callSid, action: "take_over" });
    if (result.kind !== "wait") throw new Error("expected a wait");
    expect(result.wait).toMatchObject({
      keys: ["step:run_1:node_1:1", `call:${callSid}`],
      events: { answered: "next", hangup: "ended" },
      timeoutPort: "ended",
    });
    const line = { sid: callSid, from: "+573001112233", to: "+576011112222", direction: "inbound" };
    expect(result.wait.eventData?.answered?.set).toEqual({ line });
    expect(result.reply).toBeUndefined();
  });

  test("is the run's own where none is named", async () => {
    const callSid = await live.begin();
    const line = { sid: callSid, from: "", to: "", direction: "outbound" } as const;
    expect(await updated({}, { line })).toMatchObject({ port: "next", output: { callSid } });
  });

  test("is taken over, and the line the run spoke on before is closed", async () => {
    const callSid = await live.begin();
    const sid = "CA00000000000000000000000000000000";
    const other = { sid, from: "", to: "", direction: "outbound" } as const;
    expect(await updated({ callSid, action: "take_over" }, { line: other })).toMatchObject({ reply: [] });
  });
});

const CALL = "CA00000000000000000000000000000001";

describe("what is refused before anything is asked", () => {
  test.each([
    ["no call", {}, "the flow is on none"],
    ["nothing to say", { callSid: CALL, action: "say" }, "nothing to say"],
    [
      "bad TwiML",
      { callSid: CALL, action: "twiml", twiml: "<Response><Sai/></Response>" },
      "Twilio knows no <Sai>",
    ],
    [
      "too much TwiML",
      { callSid: CALL, action: "say", prompt: { text: "a".repeat(4001) } },
      "Twilio takes 4000",
    ],
    ["no address", { callSid: CALL, action: "redirect", url: "ftp://x" }, "http:// or https://"],
  ])("%s", async (_name, params, words) => {
    const data = contextData();
    await expect(updated(params, { data })).rejects.toMatchObject({
      code: "PARAMS_INVALID",
      message: expect.stringMatching(/^Nodo /),
      details: { words: { en: expect.stringContaining(words) } },
    });
    expect(data.effects).toEqual([]);
  });

  test("an id that is none does not fit the form", async () => {
    await expect(updated({ callSid: "CA1" })).rejects.toThrow("do not fit its schema");
  });
});

test("a call nobody knows has ended for all we know", async () => {
  expect(await updated({ callSid: CALL })).toMatchObject({ port: "ended" });
});

test("another refusal is an error with Twilio's reason", async () => {
  vendor.emulator().faults.next({ path: /Calls/ }, { kind: "status", status: 400, code: 20422 });
  await expect(updated({ callSid: CALL })).rejects.toMatchObject({ code: "VENDOR_REFUSED" });
});

test("ending a call may be said twice, all else once", async () => {
  const policies = async (action: string) => {
    const data = contextData({ credentials: { "twilio.account": vendor.credential() } });
    await updated({ callSid: CALL, action, url: "https://x.test" }, { data }).catch(() => undefined);
    return data.effects.map(({ intent }) => intent.onDoubt);
  };
  expect([await policies("hang_up"), await policies("redirect")]).toEqual([["resend"], [undefined]]);
});

function traceOf(callSid: string) {
  return vendor
    .emulator()
    .ledger()
    .find(({ ref }) => ref === callSid)?.details?.trace;
}
