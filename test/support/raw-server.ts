import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** What happens to a connection: how much of the request is read, and what comes back. */
export type Behaviour =
  /** Accepts and closes at once. */
  | { readonly kind: "close" }
  /** Resets once so many bytes have come. */
  | { readonly kind: "reset-after"; readonly bytes: number }
  /** Resets when the whole request is there. */
  | { readonly kind: "reset" }
  /** Reads everything and says nothing. */
  | { readonly kind: "hang" }
  /** Sends this when the whole request is there, and closes unless it is to be kept open. */
  | { readonly kind: "answer"; readonly text: string; readonly keepsOpen?: true };

export interface RawServer {
  readonly port: number;
  /** Bytes of requests that came, over all connections. */
  readonly received: number;
  readonly connections: number;
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** A server below HTTP, which can fail at any point of a request. */
export async function startRawServer(): Promise<RawServer> {
  let behaviour: Behaviour = { kind: "close" };
  let received = 0;
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    // The client's end of a connection that was reset here.
    socket.on("error", () => undefined);
    const now = behaviour;
    if (now.kind === "close") return void socket.end();
    let text = "";
    socket.on("data", (chunk) => {
      received += chunk.length;
      text += chunk.toString("latin1");
      if (now.kind === "reset-after" && text.length >= now.bytes) return socket.resetAndDestroy();
      if (!isWhole(text)) return;
      if (now.kind === "reset") socket.resetAndDestroy();
      if (now.kind === "answer") now.keepsOpen ? socket.write(now.text) : socket.end(now.text);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get received() {
      return received;
    },
    get connections() {
      return connections;
    },
    behave(next) {
      behaviour = next;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** An answer with a JSON body, as bytes on the wire. */
export function rawAnswer(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(text)),
    connection: "close",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} Status`, ...lines, "", text].join("\r\n");
}

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
  return text.length >= end + 4 + length;
}
