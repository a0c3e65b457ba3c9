import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { AppError } from "../../../engine/plugin-api.ts";

export interface HttpServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  close(): Promise<void>;
}

export interface HttpCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** JSON, or null where there is none. */
  readonly body: unknown;
}

/** Listens on 127.0.0.1. @throws AppError PORT_IN_USE */
export async function listen(
  port: number,
  answer: (call: HttpCall, response: ServerResponse) => unknown,
): Promise<HttpServer> {
  const server = createServer((request, response) => void serve(request, response, answer));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        new AppError("PORT_IN_USE", `The emulated model cannot listen on port ${port}: ${error.message}`, {
          port,
        }),
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}`, close: () => closed(server) };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (call: HttpCall, response: ServerResponse) => unknown,
): Promise<void> {
  try {
    const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://127.0.0.1");
    const { method = "GET", headers } = request;
    const body = parsed(await text(request));
    await answer({ method, path: pathname, query, headers, body }, response);
  } catch (error) {
    // Whoever hung up half way needs no answer.
    if (!response.headersSent && !response.destroyed)
      json(response, 500, { error: { message: `The emulator failed: ${error}` } });
  }
}

export function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers })
    .end(JSON.stringify(body));
}

function parsed(body: string): unknown {
  try {
    return body === "" ? null : JSON.parse(body);
  } catch {
    return null;
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
