import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "./errors.ts";

/** A listening server that says 503 until it is given an app. */
export interface HttpServer {
  readonly port: number;
  serve(app: RequestListener): void;
  /** Takes no new connections and waits for the requests under way. */
  close(): Promise<void>;
}

/** @throws AppError PORT_IN_USE */
export async function listen(host: string, port: number): Promise<HttpServer> {
  let listener: RequestListener = notReady;
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) =>
    listener(request, response),
  );
  await listening(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    serve(app) {
      listener = app;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
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
