import { LRUCache } from "lru-cache";
import type twilio from "twilio";
import type RequestClient from "twilio/lib/base/RequestClient.js";
import type { TwilioAccount } from "./account.ts";

type Sdk = typeof twilio;
type Client = ReturnType<Sdk>;

const TIMEOUT_MS = 10_000;
const MAX_CLIENTS = 100;

/**
 * Makes `twilioClient`: the real SDK for an account, one client per account and key, so that connections are kept.
 * It never retries on its own (the engine does, as rows) and gives up after 10 s.
 */
export function createTwilioClients(max: number): (account: TwilioAccount) => Promise<Client> {
  const clients = new LRUCache<string, Client>({ max });
  return async function twilioClient(account) {
    const key = connectionKey(account);
    const known = clients.get(key);
    if (known !== undefined) return known;
    const client = connect(await loadSdk(), account);
    clients.set(key, client);
    return client;
  };
}

// Module-level on purpose: a client holds nothing but its credential and a pool of idle sockets, is found only by
// presenting that same credential, and 100 of them at most are kept. Losing the cache costs a TLS handshake.
export const twilioClient = createTwilioClients(MAX_CLIENTS);

/** Loaded with the first call: it takes about 300 ms, which a process that never talks to Twilio should not pay. */
async function loadSdk(): Promise<Sdk> {
  return (await import("twilio")).default;
}

function connectionKey(account: TwilioAccount): string {
  const { accountSid, authToken, apiKeySid, apiKeySecret, baseUrl } = account;
  return JSON.stringify([accountSid, authToken, apiKeySid, apiKeySecret, baseUrl]);
}

function connect(sdk: Sdk, account: TwilioAccount): Client {
  const { username, password } = signIn(account);
  const client = sdk(username, password, {
    accountSid: account.accountSid,
    httpClient: requestClient(sdk),
    autoRetry: false,
    // Else the SDK moves to another host when the environment names a region.
    env: {},
  });
  if (account.baseUrl !== undefined) pointAt(client, account.baseUrl);
  return client;
}

function signIn(account: TwilioAccount): { username: string; password: string } {
  if (account.apiKeySid !== undefined && account.apiKeySecret !== undefined) {
    return { username: account.apiKeySid, password: account.apiKeySecret };
  }
  return { username: account.accountSid, password: account.authToken };
}

function pointAt(client: Client, baseUrl: string): void {
  const domains = [
    client.api,
    client.lookups,
    client.verify,
    client.content,
    client.messaging,
    client.voice,
    client.monitor,
  ];
  for (const domain of domains) domain.baseUrl = baseUrl;
}

/** The SDK's own, but the delay Twilio asks for with a 429 reaches the exception, which knows no headers. */
function requestClient(sdk: Sdk): RequestClient {
  class DelayAwareClient extends sdk.RequestClient {
    override async request<T>(options: RequestClient.RequestOptions<T>) {
      const response = await super.request<T>(options);
      const retryAfterMs = retryAfterOf(response.headers);
      if (response.statusCode === 429 && retryAfterMs !== null && isObject(response.body)) {
        Object.assign(response.body, { details: { retryAfterMs } });
      }
      return response;
    }
  }
  return new DelayAwareClient({ timeout: TIMEOUT_MS, keepAlive: true, autoRetry: false });
}

function retryAfterOf(headers: unknown): number | null {
  const seconds = isObject(headers) ? Number(Reflect.get(headers, "retry-after") ?? Number.NaN) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
