import { describe, expect, test } from "vitest";
import { AppError, type FetchInit, type GuardedFetch } from "../../../engine/plugin-api.ts";
import { sendMessage } from "../../../plugins/meta/client.ts";
import credential, { metaAppOf } from "../../../plugins/meta/credentials.ts";
import { APP } from "./support/outbound.ts";
import { answering } from "./support/undici-fetch.ts";

const app = metaAppOf(APP);
const sendWith = (fetch: GuardedFetch, attempt?: number) =>
  sendMessage(
    app,
    "1001",
    { to: "+34600111222", type: "text", text: { body: "x" } },
    {
      fetch,
      signal: new AbortController().signal,
      ...(attempt === undefined ? {} : { attempt }),
    },
  );

const refusal = (code: number, more: object = {}) => ({
  error: {
    message: `(#${code}) Title`,
    type: "OAuthException",
    code,
    error_data: { messaging_product: "whatsapp", details: "why" },
    ...more,
  },
});

describe("a request", () => {
  test("goes to the number's messages with the bearer", async () => {
    const seen: { url: string; init: FetchInit | undefined }[] = [];
    await sendWith(async (url, init) => {
      seen.push({ url, init });
      return { status: 200, headers: {}, text: '{"messages":[{"id":"wamid.1"}]}' };
    });
    expect(seen[0]?.url).toBe("https://graph.facebook.com/v26.0/1001/messages");
    expect(seen[0]?.init).toMatchObject({
      method: "POST",
      headers: { authorization: "Bearer EAAtoken", "content-type": "application/json" },
    });
    expect(JSON.parse(String(seen[0]?.init?.body ?? ""))).toEqual({
      messaging_product: "whatsapp",
      to: "+34600111222",
      type: "text",
      text: { body: "x" },
    });
  });

  test("needs an access token", () =>
    expect(() => metaAppOf({ appId: "1" })).toThrowError(
      expect.objectContaining({ code: "CREDENTIAL_MISSING" }),
    ));
});

describe("an acceptance", () => {
  test("gives the wamid and what became of the recipient", async () => {
    const json = {
      contacts: [{ input: "+5215512345678", wa_id: "525512345678" }],
      messages: [{ id: "wamid.1", message_status: "accepted" }],
    };
    expect(await sendWith(answering({ json }))).toEqual({
      state: "accepted",
      ref: "wamid.1",
      status: "queued",
      data: { waId: "525512345678", messageStatus: "accepted" },
    });
  });

  test.each(["", "<html>", "{}", '{"messages":[]}'])(
    "that reads %j leaves the effect in doubt",
    async (text) => {
      await expect(sendWith(answering({ text }))).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
    },
  );
});

describe("a refusal", () => {
  test.each([
    [131026, "not_on_channel"],
    [131047, "outside_window"],
    [131050, "opted_out"],
    [132000, "bad_content"],
    [131021, "bad_recipient"],
    [133010, "bad_sender"],
    [131031, "not_permitted"],
    [4711, "other"],
  ])("with code %i is %s", async (code, reason) => {
    const outcome = await sendWith(answering({ status: 400, json: refusal(code) }));
    expect(outcome).toMatchObject({
      state: "refused",
      reason,
      vendorCode: String(code),
      message: expect.stringContaining(`Meta ${code}: why`),
    });
  });

  test.each([1, 131000, 131057])("with code %i may pass later", async (code) => {
    await expect(sendWith(answering({ status: 400, json: refusal(code) }))).rejects.toMatchObject({
      code: "VENDOR_UNAVAILABLE",
    });
  });

  test("that calls itself transient may pass later", async () => {
    const json = refusal(4711, { is_transient: true });
    await expect(sendWith(answering({ status: 400, json }))).rejects.toMatchObject({
      code: "VENDOR_UNAVAILABLE",
      retryable: true,
    });
  });

  test.each([4, 80007, 130429])("with code %i came too fast", async (code) => {
    const answer = answering({ status: 400, json: refusal(code), headers: { "retry-after": "7" } });
    await expect(sendWith(answer)).rejects.toMatchObject({
      code: "VENDOR_RATE_LIMITED",
      details: { retryAfterMs: 7000 },
    });
  });

  test.each([
    [undefined, 4000],
    [0, 1000],
    [2, 16000],
  ])("for one person after %s tries waits %i ms", async (attempt, retryAfterMs) => {
    const answer = answering({ status: 400, json: refusal(131056) });
    await expect(sendWith(answer, attempt)).rejects.toMatchObject({
      code: "VENDOR_RATE_LIMITED",
      details: { retryAfterMs },
    });
  });

  test.each([0, 190])("with code %i tells the operator what to do", async (code) => {
    await expect(sendWith(answering({ status: 401, json: refusal(code) }))).rejects.toMatchObject({
      code: "VENDOR_REFUSED",
      message: expect.stringContaining("access token of credential meta.app"),
    });
  });

  test("that is not Meta's own says so", async () => {
    expect(await sendWith(answering({ status: 404, text: "<h1>nginx</h1>" }))).toMatchObject({
      state: "refused",
      reason: "other",
      vendorCode: "http_404",
    });
    const limited = answering({ status: 429, headers: { "retry-after": "2" } });
    await expect(sendWith(limited)).rejects.toMatchObject({
      code: "VENDOR_RATE_LIMITED",
      details: { retryAfterMs: 2000 },
    });
  });
});

describe("a server error", () => {
  test.each([2, 131016, 133004])("with transient code %i sent nothing", async (code) => {
    const json = refusal(code, { is_transient: true });
    await expect(sendWith(answering({ status: 503, json }))).rejects.toMatchObject({
      code: "VENDOR_UNAVAILABLE",
    });
  });

  test.each([
    ["no body", answering({ status: 502 })],
    ["an unknown error", answering({ status: 500, json: refusal(131000, { is_transient: true }) })],
    ["a code that does not call itself transient", answering({ status: 500, json: refusal(131016) })],
  ])("with %s leaves the effect in doubt", async (_name, fetch) => {
    await expect(sendWith(fetch)).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT", retryable: false });
  });
});

describe("a lost connection", () => {
  const failing = (error: unknown) => () => Promise.reject(error);

  test("before the request left is safe to repeat", async () => {
    const error = new AppError("FETCH_FAILED", "refused", { phase: "connect" });
    await expect(sendWith(failing(error))).rejects.toMatchObject({ code: "VENDOR_UNAVAILABLE" });
  });

  test.each([
    new AppError("FETCH_FAILED", "reset", { phase: "sent" }),
    new AppError("FETCH_FAILED", "?"),
    new Error("odd"),
  ])("after it (%s) leaves the effect in doubt", async (error) => {
    await expect(sendWith(failing(error))).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT", cause: error });
  });

  test("other errors stay what they are", async () => {
    const error = new AppError("FETCH_BLOCKED", "private address");
    await expect(sendWith(failing(error))).rejects.toBe(error);
  });
});

describe("the test of a credential", () => {
  const check = (fetch: GuardedFetch) => credential.test(APP, { fetch });

  test("says whose token it is", async () => {
    expect(await check(answering({ json: { id: "1", name: "Hotel Sol" } }))).toEqual({
      ok: true,
      message: "Meta accepts the token; it belongs to Hotel Sol.",
    });
  });

  test("says why Meta does not take it", async () => {
    const answer = await check(answering({ status: 401, json: refusal(190) }));
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining("expired or was revoked") });
  });

  test("notices that somebody else answers", async () => {
    expect(await check(answering({ status: 200, text: "<html>" }))).toMatchObject({
      ok: false,
      message: expect.stringContaining("not Meta's"),
    });
  });

  test("says that nobody answers", async () => {
    expect(await check(() => Promise.reject(new Error("no route")))).toMatchObject({
      ok: false,
      message: expect.stringContaining("no route"),
    });
  });
});
