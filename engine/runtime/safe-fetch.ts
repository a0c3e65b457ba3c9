import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { Agent, type Dispatcher, request } from "undici";
import { AppError } from "../errors.ts";
import type {
  DownloadAnswer,
  FetchInit,
  GuardedDownload,
  GuardedFetch,
  GuardedStream,
} from "../plugin-api.ts";
import { streamedAnswer } from "./streamed-answer.ts";

const MAX_REDIRECTS = 5;
const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;

export interface SafeFetchOptions {
  /** Origins of the operator's own choice that may be private: emulators, an inner proxy. */
  readonly allowedOrigins: readonly string[];
}

/**
 * The one way out. Only http and https; every address a name resolves to must be public, and the connection goes to the
 * address that was checked; redirects are checked again; size and time are limited.
 * @throws AppError FETCH_BLOCKED, or FETCH_FAILED with `details.phase`: `connect` (surely nothing was done), `sent`, `timeout`
 */
export function createSafeFetch(options: SafeFetchOptions): {
  readonly fetch: GuardedFetch;
  readonly download: GuardedDownload;
  readonly stream: GuardedStream;
  /** Another origin that may be private, until the function it gives is called. */
  allow(origin: string): () => void;
  close(): Promise<void>;
} {
  const allowed = new Set(options.allowedOrigins.map((origin) => new URL(origin).origin));
  const guarded = new Agent({ connect: { lookup: publicLookup, timeout: 5_000 } });
  const open = new Agent({ connect: { timeout: 5_000 } });
  /** @throws AppError FETCH_BLOCKED */
  const wayTo = (url: URL): Agent => {
    if (url.protocol !== "http:" && url.protocol !== "https:")
      throw blocked(url, "only http and https addresses are fetched");
    if (allowed.has(url.origin)) return open;
    if (isIP(bare(url.hostname)) > 0 && !isPublic(bare(url.hostname)))
      throw blocked(url, "private addresses are not reached");
    return guarded;
  };
  const hop = (url: URL, init: FetchInit, written: () => void): Promise<Dispatcher.ResponseData> => {
    const way = wayTo(url);
    if (init.readsOnly && way !== open && !READS.has(init.method ?? "GET"))
      throw blocked(url, `a simulation changes nothing elsewhere, so ${init.method} is not sent`);
    return request(url, {
      dispatcher: way.compose(tellWhenWritten(written)),
      method: (init.method ?? "GET") as Dispatcher.HttpMethod,
      headers: { ...init.headers },
      body: init.body ?? null,
      signal: signalOf(init),
    });
  };
  const download: GuardedDownload = async (address, init = {}) => {
    let url = parseUrl(address);
    let turn: FetchInit = init;
    // Whether what was asked for may have been done: by the request at hand, or by one that was answered "see there".
    const journey = { sent: false };
    const written = () => {
      journey.sent = true;
    };
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const answer = await attempt(url, journey, () => hop(url, turn, written));
      const location = answer.headers.location;
      if (answer.statusCode < 300 || answer.statusCode > 399 || typeof location !== "string") {
        return attempt(url, journey, () => readAnswer(url, answer, init.maxBytes ?? DEFAULT_MAX_BYTES));
      }
      await attempt(url, journey, () => answer.body.dump());
      const target = redirectTarget(location, url);
      turn = redirected(turn, answer.statusCode, target.origin === url.origin);
      journey.sent = !keepsMethod(answer.statusCode);
      url = target;
    }
    throw new AppError("FETCH_FAILED", `${url.origin} redirected more than ${MAX_REDIRECTS} times`, {
      phase: "sent",
    });
  };
  const stream: GuardedStream = async (input, init) => {
    const asked = new Request(input, init);
    const url = parseUrl(asked.url);
    const journey = { sent: false };
    return attempt(url, journey, async () => {
      const way = wayTo(url).compose(
        tellWhenWritten(() => {
          journey.sent = true;
        }),
      );
      return streamedAnswer(asked, way);
    });
  };
  return {
    download,
    stream,
    allow(origin) {
      allowed.add(origin);
      return () => void allowed.delete(origin);
    },
    async fetch(address, init) {
      const { bytes, ...answer } = await download(address, init);
      return { ...answer, text: bytes.toString("utf8") };
    },
    async close() {
      await Promise.all([guarded.destroy(), open.destroy()]);
    },
  };
}

const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** True for an address anybody on the internet may be at. */
export function isPublic(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  return version === 4 ? !PRIVATE_V4.check(address, "ipv4") : !PRIVATE_V6.check(address, "ipv6");
}

// Two lists: node's BlockList takes every IPv4 address for one of ::ffff:0:0/96 when both are in the same list.
const PRIVATE_V4 = blockList("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
]);
const PRIVATE_V6 = blockList("ipv6", [
  ["::", 96],
  ["::ffff:0:0", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
]);

function blockList(version: "ipv4" | "ipv6", ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ranges) list.addSubnet(address, prefix, version);
  return list;
}

/** Resolves a name, or refuses it when any of its addresses is private; the socket then connects to what was checked. */
const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { family: options.family ?? 0, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error || !first) return done(error ?? new Error(`${hostname} has no address`), []);
    const hidden = addresses.find((entry) => !isPublic(entry.address));
    if (hidden)
      return done(
        new AppError("FETCH_BLOCKED", `${hostname} resolves to ${hidden.address}, a private address`, {
          host: hostname,
        }),
        [],
      );
    if (options.all) return done(null, addresses);
    done(null, first.address, first.family);
  });
};

/** Calls `written` when a connection is there and the request goes out: a failure before that did nothing. */
function tellWhenWritten(written: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    // The handler is this one request's own.
    const start = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      written();
      start?.(controller, context);
    };
    return dispatch(options, handler);
  };
}

async function attempt<T>(url: URL, journey: { readonly sent: boolean }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFetchError(url, error, journey.sent);
  }
}

function asFetchError(url: URL, error: unknown, sent: boolean): AppError {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AppError) return cause;
  }
  const { name, message, code } = error as NodeJS.ErrnoException;
  const timedOut =
    name === "TimeoutError" ||
    name === "AbortError" ||
    code === "UND_ERR_HEADERS_TIMEOUT" ||
    code === "UND_ERR_BODY_TIMEOUT";
  const phase = !sent ? "connect" : timedOut ? "timeout" : "sent";
  return new AppError(
    "FETCH_FAILED",
    `${url.origin} could not be reached: ${message || code}`,
    { phase },
    error,
  );
}

async function readAnswer(
  url: URL,
  answer: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<DownloadAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > maxBytes) {
      answer.body.destroy();
      throw new AppError("FETCH_FAILED", `${url.origin} answered with more than ${maxBytes} bytes`, {
        phase: "sent",
        maxBytes,
      });
    }
    chunks.push(chunk);
  }
  const headers = Object.entries(answer.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")] as const,
  );
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(headers),
    bytes: Buffer.concat(chunks),
  };
}

function redirected(init: FetchInit, status: number, sameOrigin: boolean): FetchInit {
  const headers = sameOrigin ? init.headers : withoutSecrets(init.headers ?? {});
  const { body, ...rest } = init;
  const next = { ...rest, ...(headers ? { headers } : {}) };
  return keepsMethod(status) && body !== undefined
    ? { ...next, body }
    : { ...next, method: keepsMethod(status) ? (init.method ?? "GET") : "GET" };
}

/** The same request is to be made there; any other redirect says that it was carried out. */
function keepsMethod(status: number): boolean {
  return status === 307 || status === 308;
}

function redirectTarget(location: string, from: URL): URL {
  if (URL.canParse(location, from.href)) return new URL(location, from);
  throw new AppError("FETCH_BLOCKED", `${from.origin} redirected to "${location}", which is not an address`, {
    address: location,
  });
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(authorization|proxy-authorization|cookie|x-api-key)$/i.test(name),
    ),
  );
}

function signalOf(init: FetchInit): AbortSignal {
  const timeout = AbortSignal.timeout(init.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  return init.signal ? AbortSignal.any([timeout, init.signal]) : timeout;
}

function parseUrl(address: string): URL {
  if (URL.canParse(address)) return new URL(address);
  throw new AppError("FETCH_BLOCKED", `"${address}" is not an address; expected http(s)://…`, { address });
}

function blocked(url: URL, why: string): AppError {
  return new AppError("FETCH_BLOCKED", `${url.href} was not fetched: ${why}`, { address: url.href });
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
