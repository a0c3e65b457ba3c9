import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "../../../engine/plugin-api.ts";
import { errorAnswer, type HttpReply } from "./error-answer.ts";
import type { GraphRequest } from "./graph-request.ts";
import type { GraphReaction } from "./graph-route.ts";

export interface HttpServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. @throws AppError PORT_IN_USE */
export async function listen(
  port: number,
  answer: (request: GraphRequest) => GraphReaction,
): Promise<HttpServer> {
  const server = createServer((request, response) => void serve(request, response, answer));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        new AppError(
          "PORT_IN_USE",
          `The Meta emulator cannot listen on port ${port}: ${error.message}`,
          { port },
          error,
        ),
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
  answer: (request: GraphRequest) => GraphReaction,
): Promise<void> {
  try {
    const bytes = await bytesOf(request);
    const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://127.0.0.1");
    const { authorization, "content-type": contentType } = request.headers;
    const body = bytes.toString("utf8");
    const path = decodeURIComponent(pathname);
    react(
      response,
      answer({ method: request.method ?? "GET", path, query, authorization, contentType, body, bytes }),
    );
  } catch (error) {
    // A caller that hangs up half way needs no answer; anything else is the emulator's own fault and must be seen.
    if (!response.destroyed)
      write(response, errorAnswer({ code: 131000, details: `The emulator failed: ${error}` }));
  }
}

function react(response: ServerResponse, reaction: GraphReaction): void {
  if (reaction.kind === "reset") response.socket?.resetAndDestroy();
  if (reaction.kind !== "reply") return;
  if (reaction.delayMs === 0) {
    write(response, reaction.reply);
    return;
  }
  const timer = setTimeout(() => write(response, reaction.reply), reaction.delayMs);
  response.once("close", () => clearTimeout(timer));
}

function write(response: ServerResponse, { status, headers, body, file }: HttpReply): void {
  if (file) return void response.writeHead(status, { "content-type": file.type }).end(file.bytes);
  response
    .writeHead(status, { "content-type": "application/json; charset=UTF-8", ...headers })
    .end(JSON.stringify(body));
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
