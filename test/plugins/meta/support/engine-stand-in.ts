import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Delivery, JsonObject } from "../../../../engine/plugin-api.ts";
import webhook from "../../../../plugins/meta/webhooks/meta.ts";
import { requestOf, servicesWith } from "./meta-webhook.ts";

/** Takes webhooks as the engine does: verify, parse, ack. */
export interface EngineStandIn {
  readonly url: string;
  readonly deliveries: Delivery[];
  /** Bodies of the webhooks it took. */
  readonly bodies: JsonObject[];
  /** The next so many webhooks are answered 503 and forgotten. */
  failNext(times: number): void;
  /** How many webhooks were not believed. */
  readonly refused: () => number;
  close(): Promise<void>;
}

export async function startEngineStandIn(app: JsonObject): Promise<EngineStandIn> {
  const deliveries: Delivery[] = [];
  const bodies: JsonObject[] = [];
  let failing = 0;
  let refused = 0;
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    if (failing > 0) {
      failing -= 1;
      response.writeHead(503).end();
      return;
    }
    const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
    const request = requestOf({
      method: incoming.method ?? "GET",
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      ),
      rawBody: Buffer.concat(chunks),
    });
    const verdict =
      url.pathname === "/hooks/meta"
        ? await webhook.verify(request, servicesWith(app))
        : { ok: false as const };
    if ("handshake" in verdict) {
      response.writeHead(verdict.handshake.status, verdict.handshake.headers).end(verdict.handshake.body);
    } else if (verdict.ok) {
      bodies.push(JSON.parse(request.rawBody.toString("utf8")));
      deliveries.push(...webhook.parse(request));
      response.writeHead(webhook.ack.status, webhook.ack.headers).end(webhook.ack.body);
    } else {
      refused += 1;
      response.writeHead(403).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    deliveries,
    bodies,
    failNext: (times) => {
      failing = times;
    },
    refused: () => refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
