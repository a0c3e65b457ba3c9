import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A load balancer: one address for any number of servers, in turn, those that refuse left out. */
export interface FrontDoor {
  readonly url: string;
  /** Where requests go from now on. */
  leadTo(urls: readonly string[]): void;
  close(): Promise<void>;
}

export async function openFrontDoor(): Promise<FrontDoor> {
  let targets: readonly string[] = [];
  let turn = 0;
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    for (const _ of targets) {
      turn += 1;
      const target = targets[turn % targets.length] ?? "";
      const answer = await pass(`${target}${incoming.url}`, incoming.method, incoming.headers, body);
      if (!answer) continue;
      return void outgoing.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
    }
    outgoing.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo(urls) {
      targets = urls;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Null when there is nobody, or the connection breaks: who sent it is told nothing wrong, and others are asked. */
function pass(
  url: string,
  method: string | undefined,
  headers: NodeJS.Dict<string | string[]>,
  body: Buffer,
): Promise<{ status: number; type: string; body: Buffer } | null> {
  return new Promise((resolve) => {
    const outgoing = request(url, { ...(method ? { method } : {}), headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", () => resolve(null));
      incoming.on("end", () =>
        resolve({
          status: incoming.statusCode ?? 502,
          type: incoming.headers["content-type"] ?? "text/plain",
          body: Buffer.concat(chunks),
        }),
      );
    });
    outgoing.on("error", () => resolve(null));
    outgoing.end(body);
  });
}
