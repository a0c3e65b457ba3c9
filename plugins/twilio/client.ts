import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { LRUCache } from "lru-cache";
import type twilio from "twilio";
import type RequestClient from "twilio/lib/base/RequestClient.js";
import { retryAfterMs } from "../../engine/plugin-api.ts";
import type { TwilioAccount } from "./account.ts";
import { NoAnswer } from "./no-answer.ts";

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

/**
 * The SDK's own, with two things it does not tell: the delay Twilio asks for with a 429 reaches the exception, which knows
 * no headers; and a request that got no answer says whether it ever had a connection to leave by.
 */
function requestClient(sdk: Sdk): RequestClient {
  class TellingClient extends sdk.RequestClient {
    readonly #journeys = trackJourneys();

    constructor(options: ConstructorParameters<typeof RequestClient>[0]) {
      super(options);
      this.axios.defaults.transport = this.#journeys.transport;
    }

    override async request<T>(options: RequestClient.RequestOptions<T>) {
      const response = await super.request<T>(options).catch((error: unknown) => {
        throw new NoAnswer(error, this.#journeys.hadNoConnection(error));
      });
      const delayMs = isObject(response.headers)
        ? retryAfterMs(Reflect.get(response.headers, "retry-after"), new Date())
        : null;
      if (response.statusCode === 429 && delayMs !== null && isObject(response.body)) {
        Object.assign(response.body, { details: { retryAfterMs: delayMs } });
      }
      return response;
    }
  }
  return new TellingClient({ timeout: TIMEOUT_MS, keepAlive: true, autoRetry: false });
}

/** Watches requests from below axios, which reports a connection that never came up like any other timeout or reset. */
function trackJourneys() {
  const begun = new WeakSet<object>();
  const connected = new WeakSet<object>();
  const transport = {
    request(options: RequestOptions, done: (response: IncomingMessage) => void): ClientRequest {
      const request = (options.protocol === "https:" ? https : http).request(options, done);
      begun.add(request);
      request.once("socket", (socket) => whenReady(socket, () => connected.add(request)));
      return request;
    },
  };
  return {
    transport,
    /** True when surely not a byte of it left. */
    hadNoConnection(error: unknown): boolean {
      const request = isObject(error) ? Reflect.get(error, "request") : null;
      return isObject(request) && begun.has(request) && !connected.has(request);
    },
  };
}

/** Connected and, for https, agreed on its keys: from here on the request may be written. */
function whenReady(socket: Socket, ready: () => void): void {
  if (Reflect.get(socket, "secureConnecting") === true) socket.once("secureConnect", ready);
  else if (socket.connecting) socket.once("connect", ready);
  else ready();
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
