import { randomUUID } from "node:crypto";
import { Agent, request } from "undici";
import { expectedSignature } from "../signature.ts";
import type { Accounts } from "./accounts.ts";
import { errorText } from "./error-texts.ts";
import { encodeForm, type Form } from "./form.ts";

const TOTAL_MS = 15_000;
const MAX_REDIRECTS = 10;
const API_VERSION = "2010-04-01";

export interface WebhookCall {
  /** Whose auth token signs. */
  readonly accountSid: string;
  /** As configured, connection overrides in the fragment included. */
  readonly url: string;
  readonly method: string;
  readonly params: Form;
  /** The same for every delivery of one event. */
  readonly idempotencyToken: string;
}

export interface WebhookAnswer {
  /** Where the answer came from, after redirects. */
  readonly url: string;
  /** 0 when nobody answered. */
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly ms: number;
  /** Set unless the answer has a 2xx status. */
  readonly errorCode?: number;
  readonly errorMessage?: string;
}

/** Calls webhooks as Twilio does: signed, 15 s at most, one retry when the connection failed, redirects turned into GET. */
export interface Webhooks {
  /** What went wrong is in the answer. Rejects only when the emulator closes meanwhile: then nothing is known. */
  send(call: WebhookCall): Promise<WebhookAnswer>;
  close(): Promise<void>;
}

export function createWebhooks(accounts: Accounts, signal: AbortSignal): Webhooks {
  const agent = new Agent({ connect: { timeout: 5_000 } });
  return {
    send: (call) => sendWithRetries(call, { agent, signal, token: accounts.get(call.accountSid).authToken }),
    close: () => agent.destroy(),
  };
}

/** A webhook call with a fresh idempotency token and the API version every webhook carries. */
export function webhookCall(accountSid: string, url: string, method: string, params: Form): WebhookCall {
  const all = { AccountSid: accountSid, ApiVersion: API_VERSION, ...params };
  return { accountSid, url, method, params: all, idempotencyToken: randomUUID() };
}

interface Line {
  readonly agent: Agent;
  readonly signal: AbortSignal;
  readonly token: string;
}

/** `#rc=2&rp=5xx,ct&rt=3000&tt=9000` at the end of a configured URL. */
interface Overrides {
  readonly retries: number;
  readonly retryOn: readonly string[];
  readonly readMs: number;
  readonly totalMs: number;
}

async function sendWithRetries(call: WebhookCall, line: Line): Promise<WebhookAnswer> {
  const [url = "", fragment = ""] = call.url.split("#", 2);
  const overrides = readOverrides(fragment);
  const signal = AbortSignal.any([line.signal, AbortSignal.timeout(overrides.totalMs)]);
  const started = performance.now();
  for (let tries = 0; ; tries++) {
    const answer = await follow({ ...call, url }, { ...line, signal }, overrides.readMs);
    line.signal.throwIfAborted();
    if (tries >= overrides.retries || signal.aborted || !overrides.retryOn.includes(retryKind(answer)))
      return { ...answer, ms: performance.now() - started };
  }
}

function readOverrides(fragment: string): Overrides {
  const fields = new URLSearchParams(fragment);
  const number = (name: string, fallback: number, max: number) =>
    fields.has(name) ? Math.min(Number(fields.get(name)) || 0, max) : fallback;
  const retryOn = (fields.get("rp") ?? "ct").split(",");
  return {
    retries: number("rc", 1, 5),
    retryOn: retryOn.includes("all") ? ["4xx", "5xx", "ct", "rt"] : retryOn,
    readMs: number("rt", TOTAL_MS, TOTAL_MS),
    totalMs: number("tt", TOTAL_MS, TOTAL_MS),
  };
}

function retryKind(answer: WebhookAnswer): string {
  if (answer.errorCode === undefined) return "";
  if (answer.status === 0) return answer.errorCode === 11205 ? "ct" : "rt";
  return `${Math.floor(answer.status / 100)}xx`;
}

async function follow(call: WebhookCall, line: Line, readMs: number): Promise<WebhookAnswer> {
  let current = call;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const { answer, location } = await sendOnce(current, line, readMs);
    if (!location) return answer;
    current = { ...current, url: new URL(location, current.url).href, method: "GET", params: {} };
  }
  return failure(current.url, 11215);
}

async function sendOnce(
  call: WebhookCall,
  line: Line,
  readMs: number,
): Promise<{ answer: WebhookAnswer; location?: string }> {
  if (!/^https?:\/\//i.test(call.url) || !URL.canParse(call.url)) return { answer: failure(call.url, 11100) };
  const isGet = call.method.toUpperCase() === "GET";
  const url = isGet ? withQuery(call.url, call.params) : call.url;
  try {
    const response = await request(url, {
      method: isGet ? "GET" : "POST",
      headers: headersOf(call, expectedSignature(line.token, url, isGet ? {} : call.params), isGet),
      body: isGet ? null : encodeForm(call.params),
      dispatcher: line.agent,
      signal: line.signal,
      headersTimeout: readMs,
      bodyTimeout: readMs,
    });
    const body = await response.body.text();
    const status = response.statusCode;
    const contentType = String(response.headers["content-type"] ?? "");
    const answer = { url: call.url, status, contentType, body, ms: 0, ...statusError(status) };
    const location = response.headers.location;
    return status >= 301 && status <= 302 && typeof location === "string" ? { answer, location } : { answer };
  } catch (error) {
    return { answer: failure(call.url, networkCode(error)) };
  }
}

function headersOf(call: WebhookCall, signature: string, isGet: boolean): Record<string, string> {
  return {
    "x-twilio-signature": signature,
    "i-twilio-idempotency-token": call.idempotencyToken,
    "user-agent": "TwilioProxy/1.1",
    accept: "*/*",
    ...(isGet ? {} : { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" }),
  };
}

function withQuery(url: string, params: Form): string {
  const query = encodeForm(params);
  if (query === "") return url;
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}

function statusError(status: number): { errorCode?: number; errorMessage?: string } {
  if (status >= 200 && status < 300) return {};
  return { errorCode: 11200, errorMessage: `${errorText(11200)}: status ${status}` };
}

function failure(url: string, errorCode: number): WebhookAnswer {
  return { url, status: 0, contentType: "", body: "", ms: 0, errorCode, errorMessage: errorText(errorCode) };
}

function networkCode(error: unknown): number {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return 11210;
  return code === "ECONNREFUSED" || code === "UND_ERR_CONNECT_TIMEOUT" ? 11205 : 11200;
}
