import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { AppError } from "./errors.ts";

/** A listening server that says 503 until it is given an app. */
export interface HttpServer {
  readonly port: number;
  serve(app: RequestListener): void;
  /** Hands over who asks for a socket. Until then, and while it closes, they are cut off. */
  onUpgrade(upgrade: Upgrade): void;
  /** Takes no new connections and waits for the requests under way, at most ten seconds. Calling it again does no harm. */
  close(): Promise<void>;
}

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** @throws AppError PORT_IN_USE */
export async function listen(host: string, port: number): Promise<HttpServer> {
  let listener: RequestListener = notReady;
  let closing: Promise<void> | null = null;
  const open = new Set<ServerResponse>();
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    open.add(response);
    response.once("close", () => open.delete(response));
    if (closing) endConnection(response);
    listener(request, response);
  });
  let upgrade: Upgrade | null = null;
  server.on("upgrade", (request, socket: Duplex, head: Buffer) => {
    socket.on("error", () => undefined);
    if (upgrade && !closing) upgrade(request, socket, head);
    else socket.destroy();
  });
  await listening(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    serve(app) {
      listener = app;
    },
    onUpgrade(given) {
      upgrade = given;
    },
    close() {
      closing ??= drain(server, open);
      return closing;
    },
  };
}

const DRAIN_WITHIN_MS = 10_000;

async function drain(server: Server, open: ReadonlySet<ServerResponse>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection kept alive would keep the server open for as long as its client likes.
  for (const response of open) endConnection(response);
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_WITHIN_MS);
  await closed;
  clearTimeout(late);
}

function endConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("connection", "close");
}

const notReady: RequestListener = (_request, response) => {
  const error = {
    code: "SHUTTING_DOWN",
    message: "The server is starting or stopping; try again in a moment.",
    details: {},
    requestId: null,
  };
  response
    .writeHead(503, { "content-type": "application/json", "retry-after": "2" })
    .end(JSON.stringify({ error }));
};

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") return reject(error);
      reject(
        new AppError(
          "PORT_IN_USE",
          `Port ${port} is taken by another program. Stop it, or start with another port: PORT=${port + 1} npm start`,
          { port },
          error,
        ),
      );
    });
    server.listen(port, host);
  });
}
