import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import type { Json } from "../plugin-api.ts";

/**
 * One exchange with a vendor, as it was recorded: what it must be asked, and what it answered. Of the request only what is
 * named here is compared.
 */
export interface Exchange {
  readonly request: {
    readonly method: string;
    /** With the query, if any. */
    readonly path: string;
    /** Lower-case names. */
    readonly headers?: Readonly<Record<string, string>>;
    /** A form as its fields, JSON as its value, anything else as text. */
    readonly body?: Json;
  };
  readonly answer: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Anything but a string is sent as JSON. */
    readonly body?: Json;
  };
}

/** A vendor that says what it was recorded to say. */
export interface RecordedVendor {
  /** What the plugin's client is pointed at. */
  readonly url: string;
  /** What did not go as recorded, in words; with whatever was recorded and never asked. */
  mistakes(): readonly string[];
  close(): Promise<void>;
}

/**
 * A real HTTP server for the vendor's real SDK. It answers the exchanges in their order; a request that is not the next one
 * is answered with 501 and told by `mistakes`.
 */
export async function replay(exchanges: readonly Exchange[]): Promise<RecordedVendor> {
  const left = [...exchanges];
  const mistakes: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, left, mistakes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mistakes: () => [
      ...mistakes,
      ...left.map(({ request }) => `${request.method} ${request.path} was recorded and never asked`),
    ],
    close: () => closed(server),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  left: Exchange[],
  mistakes: string[],
): Promise<void> {
  const body = bodyOf(request, await text(request));
  const next = left.shift();
  const wrong = next ? differences(next.request, request, body) : ["nothing more was recorded"];
  if (!next || wrong.length > 0) {
    mistakes.push(`${request.method} ${request.url}: ${wrong.join("; ")}`);
    response.writeHead(501).end(wrong.join("\n"));
    return;
  }
  const { status, headers = {}, body: said = "" } = next.answer;
  const isText = typeof said === "string";
  response.writeHead(status, { ...(isText ? {} : { "content-type": "application/json" }), ...headers });
  response.end(isText ? said : JSON.stringify(said));
}

function differences(expected: Exchange["request"], request: IncomingMessage, body: Json): string[] {
  const headers = Object.entries(expected.headers ?? {}).filter(
    ([name, value]) => request.headers[name] !== value,
  );
  return [
    ...(request.method === expected.method ? [] : [`expected ${expected.method}`]),
    ...(request.url === expected.path ? [] : [`expected ${expected.path}`]),
    ...headers.map(([name, value]) => `${name} is ${request.headers[name]}, expected ${value}`),
    ...(expected.body === undefined || isDeepStrictEqual(body, expected.body)
      ? []
      : [`the body is ${JSON.stringify(body)}, expected ${JSON.stringify(expected.body)}`]),
  ];
}

/** A repeated field of a form becomes a list. */
function bodyOf(request: IncomingMessage, raw: string): Json {
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("application/x-www-form-urlencoded")) {
    const form = new URLSearchParams(raw);
    return Object.fromEntries(
      [...new Set(form.keys())].map((name) => {
        const values = form.getAll(name);
        return [name, values.length > 1 ? values : (values[0] ?? "")];
      }),
    );
  }
  if (!type.startsWith("application/json")) return raw;
  try {
    return JSON.parse(raw) as Json;
  } catch {
    return raw;
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
