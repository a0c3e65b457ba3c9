import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "../../engine/plugin-api.ts";
import { runNode } from "../../engine/plugin-testing/node-context.ts";
import { createSafeFetch } from "../../engine/runtime/safe-fetch.ts";
import httpRequest from "../../plugins/http/nodes/request.ts";
import metaWhatsapp from "../../plugins/meta/channels/whatsapp.ts";
import sms from "../../plugins/twilio/channels/sms.ts";
import { type Behaviour, type RawServer, rawAnswer, startRawServer } from "../support/raw-server.ts";
import { until } from "../support/until.ts";
import { memoryCache } from "./channel-parts.ts";
import { channelContext, outbound as metaMessage } from "./meta/support/outbound.ts";
import { outbound as twilioMessage } from "./twilio/channels/outbound.ts";
import { ACCOUNT } from "./twilio/emulated.ts";

let server: RawServer;
let outside: ReturnType<typeof createSafeFetch>;

beforeAll(async () => {
  server = await startRawServer();
});
beforeEach(() => {
  outside = createSafeFetch({ allowedOrigins: [at("http"), at("https")] });
});
afterEach(() => outside.close());
afterAll(() => server.close());

const at = (protocol: "http" | "https", port = server.port) => `${protocol}://127.0.0.1:${port}`;

/** One send over each client, to `origin`, until it is aborted. */
const CLIENTS = {
  "Twilio's SDK": (origin: string, signal: AbortSignal) => {
    const credential = { ...ACCOUNT, baseUrl: origin };
    const message = twilioMessage({ to: "+573001110099", text: "Hola" });
    const log = { info() {}, warn() {}, error() {} };
    return sms.send(message, {
      credential,
      signal,
      fetch: outside.fetch,
      log,
      attempt: 0,
      cache: memoryCache(),
    });
  },
  "Meta over the guarded fetch": (origin: string, signal: AbortSignal) =>
    metaWhatsapp.send(metaMessage(), { ...channelContext(outside.fetch, origin), signal }),
  "http.request": (origin: string, signal: AbortSignal) =>
    runNode(
      httpRequest,
      { method: "POST", url: `${origin}/orders`, body: { kind: "json", json: { a: 1 } } },
      { fetch: outside.fetch, signal },
    ),
} as const;
const NAMES = Object.keys(CLIENTS) as (keyof typeof CLIENTS)[];

/** How the engine takes it: `retried` surely nothing was done, `in doubt` nobody knows. */
async function judged(work: Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await work);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.retryable) return "retried";
    return error.code === "EFFECT_IN_DOUBT" ? "in doubt" : error.code;
  }
}

const never = () => new AbortController().signal;
const TWILIO_BUSY = { code: 20429, message: "Too many requests", status: 429 };
const META_BUSY = { error: { code: 130429, message: "Rate limit hit" } };

describe.each(NAMES)("[E7] %s", (name) => {
  const send = CLIENTS[name];

  test("nobody listens: retried", async () => {
    const gone = await startRawServer();
    await gone.close();
    const own = createSafeFetch({ allowedOrigins: [at("http", gone.port)] });
    const before = outside;
    outside = own;
    expect(await judged(send(at("http", gone.port), never()))).toBe("retried");
    await before.close();
  });

  test("a connection that never agrees on its keys: retried", async () => {
    server.behave({ kind: "close" });
    expect(await judged(send(at("https"), never()))).toBe("retried");
    server.behave({ kind: "reset-after", bytes: 1 });
    expect(await judged(send(at("https"), never()))).toBe("retried");
  });

  test.each<[string, Behaviour]>([
    ["accepted and closed", { kind: "close" }],
    ["reset after a part of the request", { kind: "reset-after", bytes: 20 }],
    ["reset after the whole request", { kind: "reset" }],
    [
      "half an answer",
      { kind: "answer", text: 'HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n{"sid": "SM' },
    ],
  ])("%s: in doubt", async (_, behaviour) => {
    server.behave(behaviour);
    expect(await judged(send(at("http"), never()))).toBe("in doubt");
  });

  test.each([
    ["seconds", () => "7"],
    ["a date", () => new Date(Date.now() + 8_000).toUTCString()],
  ])("429 with Retry-After as %s: retried then", async (_, header) => {
    const busy = name === "Twilio's SDK" ? TWILIO_BUSY : META_BUSY;
    server.behave({ kind: "answer", text: rawAnswer(429, busy, { "retry-after": header() }) });
    const error = await send(at("http"), never()).then(
      () => null,
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: "VENDOR_RATE_LIMITED", retryable: true });
    expect(error.details.retryAfterMs).toBeGreaterThan(0);
    expect(error.details.retryAfterMs).toBeLessThanOrEqual(8_000);
  });

  test("429 without Retry-After is no reason to think that it was done", async () => {
    const busy = name === "Twilio's SDK" ? TWILIO_BUSY : META_BUSY;
    server.behave({ kind: "answer", text: rawAnswer(429, busy) });
    const verdict = await judged(send(at("http"), never()));
    expect(verdict).toMatch(name === "http.request" ? /"port":"client_error"/ : /^retried$/);
  });

  test.each([500, 503])("%i: in doubt at a vendor, an answer to the author of a flow", async (status) => {
    server.behave({ kind: "answer", text: rawAnswer(status, { message: "broken" }) });
    const verdict = await judged(send(at("http"), never()));
    expect(verdict).toMatch(name === "http.request" ? /"port":"server_error"/ : /^in doubt$/);
  });
});

describe.each(NAMES.slice(1))("[E7] %s", (name) => {
  test("the whole request, then silence: in doubt", async () => {
    const stop = new AbortController();
    const before = server.received;
    server.behave({ kind: "hang" });
    const sending = judged(CLIENTS[name](at("http"), stop.signal));
    await until("the request to arrive", async () => (server.received > before ? true : null));
    stop.abort();
    expect(await sending).toBe("in doubt");
  });
});

test("[E7] silence before the keys: retried", async () => {
  const stop = new AbortController();
  const before = server.connections;
  server.behave({ kind: "hang" });
  const sending = judged(CLIENTS["http.request"](at("https"), stop.signal));
  await until("the connection", async () => (server.connections > before ? true : null));
  stop.abort();
  expect(await sending).toBe("retried");
});

describe("[E7] a redirect", () => {
  test("that says the request was carried out: what fails after it is not retried", async () => {
    const location = "http://127.0.0.1:9/there";
    const text = `HTTP/1.1 303 See Other\r\nlocation: ${location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;
    server.behave({ kind: "answer", text });
    const own = createSafeFetch({ allowedOrigins: [at("http"), "http://127.0.0.1:9"] });
    const post = { method: "POST", url: `${at("http")}/orders` };
    expect(await judged(runNode(httpRequest, post, { fetch: own.fetch }))).toBe("in doubt");
    server.behave({ kind: "answer", text: text.replace("303 See Other", "307 Temporary") });
    expect(await judged(runNode(httpRequest, post, { fetch: own.fetch }))).toBe("retried");
    await own.close();
  });
});

test("[E7] an accepted message without an id is in doubt", async () => {
  server.behave({ kind: "answer", text: rawAnswer(201, { status: "queued" }) });
  expect(await judged(CLIENTS["Twilio's SDK"](at("http"), never()))).toBe("in doubt");
  server.behave({ kind: "answer", text: rawAnswer(200, { messages: [] }) });
  expect(await judged(CLIENTS["Meta over the guarded fetch"](at("http"), never()))).toBe("in doubt");
});
