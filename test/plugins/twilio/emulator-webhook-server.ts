import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import twilio from "twilio";
import { startTwilioEmulator, type TwilioEmulator } from "../../../plugins/twilio/emulator/emulator.ts";
import type { SoundClock } from "../../../plugins/twilio/emulator/sound-clock.ts";

export const ACCOUNT = {
  accountSid: `AC${"1".repeat(32)}`,
  authToken: "primary-token",
  apiKeySid: `SK${"2".repeat(32)}`,
  apiKeySecret: "key-secret",
};
export const OTHER_ACCOUNT = { accountSid: `AC${"9".repeat(32)}`, authToken: "other-token" };

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
}

export interface PlannedAnswer {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Answerer =
  | string
  | PlannedAnswer
  | ((request: ReceivedRequest) => string | PlannedAnswer | Promise<string | PlannedAnswer>);

/** Stands where the engine would: answers each path with what the test says, and remembers who asked. */
export interface WebhookServer {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  /** A string is a TwiML document; paths nobody planned get 204. */
  on(path: string, answerer: Answerer): void;
  /** Requests to one path, in order. */
  at(path: string): ReceivedRequest[];
  close(): Promise<void>;
}

export async function startWebhookServer(): Promise<WebhookServer> {
  const answerers = new Map<string, Answerer>();
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const request = await receive(incoming, url);
    requests.push(request);
    const planned = answerers.get(request.path) ?? { status: 204 };
    const answer = typeof planned === "function" ? await planned(request) : planned;
    const {
      status = 200,
      type = "text/xml",
      body = "",
      headers = {},
    } = typeof answer === "string" ? { body: answer } : answer;
    response.writeHead(status, { ...headers, ...(status === 204 ? {} : { "Content-Type": type }) }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    on: (path, answerer) => void answerers.set(path, answerer),
    at: (path) => requests.filter((request) => request.path === path),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Bench {
  readonly hooks: WebhookServer;
  readonly emulator: TwilioEmulator;
  readonly client: ReturnType<typeof sdkClient>;
  close(): Promise<void>;
}

/** An emulator, the real SDK pointed at it, and a server for its webhooks. */
export async function startBench(
  options: { readonly ledgerFile?: string; readonly clock?: SoundClock } = {},
): Promise<Bench> {
  const hooks = await startWebhookServer();
  const accounts = [ACCOUNT, OTHER_ACCOUNT];
  const emulator = await startTwilioEmulator({ ...options, accounts, publicUrl: hooks.url, paceMs: 0 });
  const client = sdkClient(emulator.url);
  const close = async () => {
    await emulator.close();
    await hooks.close();
  };
  return { hooks, emulator, client, close };
}

export function sdkClient(url: string, user = ACCOUNT.accountSid, password = ACCOUNT.authToken) {
  const client = twilio(user, password, { accountSid: ACCOUNT.accountSid, timeout: 300, keepAlive: false });
  client.api.baseUrl = url;
  client.lookups.baseUrl = url;
  client.verify.baseUrl = url;
  client.messaging.baseUrl = url;
  return client;
}

/** The SDK's own opinion about the signature of a request. */
export function sdkAccepts(request: ReceivedRequest, token = ACCOUNT.authToken): boolean {
  const params = request.method === "GET" ? {} : request.params;
  return twilio.validateRequest(token, request.headers["x-twilio-signature"] ?? "", request.url, params);
}

async function receive(incoming: IncomingMessage, origin: string): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const [path = "", query = ""] = (incoming.url ?? "").split("?");
  const isGet = incoming.method === "GET";
  return {
    method: incoming.method ?? "",
    path,
    url: origin + incoming.url,
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    ),
    params: Object.fromEntries(new URLSearchParams(isGet ? query : Buffer.concat(chunks).toString())),
  };
}
