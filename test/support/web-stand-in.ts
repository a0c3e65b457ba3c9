import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface WebAnswer {
  readonly status: number;
  readonly json?: unknown;
}

/** Some system that flows ask over HTTP. It answers by path; a path nobody set is not found. */
export interface WebStandIn {
  readonly origin: string;
  answerWith(answers: Readonly<Record<string, WebAnswer>>): void;
  close(): Promise<void>;
}

export async function startWebStandIn(): Promise<WebStandIn> {
  let answers: Readonly<Record<string, WebAnswer>> = {};
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://stand-in");
    send(response, answers[pathname] ?? { status: 404, json: { error: `nothing at ${pathname}` } });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    answerWith(next) {
      answers = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function send(response: ServerResponse, { status, json }: WebAnswer): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(json === undefined ? "" : JSON.stringify(json));
}
