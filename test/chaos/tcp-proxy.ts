import { once } from "node:events";
import { createServer, type NetConnectOpts, type Server, Socket } from "node:net";

/**
 * What the wire does.
 *
 *   pass     bytes go through
 *   cut      what is open is reset, what is new is refused
 *   stall    everything stays open and nothing moves (half open); later it all arrives
 *   drop     one direction loses its bytes; when that ends, the connections that lost any are reset
 *   latency  every byte comes that much later
 */
export type Wire =
  | { readonly kind: "pass" }
  | { readonly kind: "cut" }
  | { readonly kind: "stall" }
  | { readonly kind: "drop"; readonly direction: "up" | "down" }
  | { readonly kind: "latency"; readonly ms: number };

export interface TcpProxy {
  readonly port: number;
  readonly wire: Wire;
  /** Connections it has taken so far. */
  readonly taken: number;
  /** What was dropped so far. */
  readonly lostBytes: number;
  set(wire: Wire): Promise<void>;
  close(): Promise<void>;
}

export const PASS: Wire = { kind: "pass" };

/**
 * A TCP proxy on 127.0.0.1 that can be told to misbehave. With several targets each connection goes to the next one in
 * turn, and to another where one refuses.
 */
export async function startTcpProxy(targets: readonly NetConnectOpts[]): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let wire: Wire = PASS;
  let taken = 0;
  let lostBytes = 0;
  const lose = (bytes: number) => {
    lostBytes += bytes;
  };
  const server = createServer((client) => {
    client.on("error", () => client.destroy());
    const first = taken++;
    const order = targets.map((_, index) => targets[(first + index) % targets.length] as NetConnectOpts);
    const pair = new Pair(client, () => wire, lose);
    pairs.add(pair);
    client.once("close", () => pairs.delete(pair));
    void connectToOne(order).then((upstream) => (upstream ? pair.join(upstream) : resetSocket(client)));
  });
  const port = await listen(server, 0);
  return {
    port,
    get wire() {
      return wire;
    },
    get taken() {
      return taken;
    },
    get lostBytes() {
      return lostBytes;
    },
    async set(next) {
      wire = next;
      if (next.kind === "cut") {
        if (server.listening) server.close();
        for (const pair of pairs) pair.reset();
        return;
      }
      if (!server.listening) await listen(server, port);
      for (const pair of pairs) pair.heal();
    },
    async close() {
      const closed = server.listening ? once(server, "close") : null;
      if (server.listening) server.close();
      for (const pair of pairs) pair.reset();
      await closed;
    },
  };
}

async function connectToOne(targets: readonly NetConnectOpts[]): Promise<Socket | null> {
  for (const target of targets) {
    const socket = new Socket();
    const connected = await new Promise<boolean>((resolve) => {
      socket.once("error", () => resolve(false));
      socket.connect(target, () => resolve(true));
    });
    if (connected) return socket;
    socket.destroy();
  }
  return null;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** The two sockets of one connection, and what is on its way between them. */
class Pair {
  readonly #client: Socket;
  readonly #up: Lane;
  readonly #down: Lane;
  #upstream: Socket | null = null;

  constructor(client: Socket, wire: () => Wire, lose: (bytes: number) => void) {
    this.#client = client;
    this.#up = new Lane("up", wire, lose);
    this.#down = new Lane("down", wire, lose);
    client.on("data", (bytes) => this.#up.push(bytes));
    client.once("close", () => this.#up.push(null));
    this.#down.deliverTo(client);
  }

  join(upstream: Socket): void {
    this.#upstream = upstream;
    upstream.on("error", () => upstream.destroy());
    upstream.on("data", (bytes) => this.#down.push(bytes));
    upstream.once("close", () => this.#down.push(null));
    this.#up.deliverTo(upstream);
  }

  heal(): void {
    if (this.#up.hasLost || this.#down.hasLost) this.reset();
    else for (const lane of [this.#up, this.#down]) lane.flush();
  }

  reset(): void {
    resetSocket(this.#client);
    if (this.#upstream) resetSocket(this.#upstream);
  }
}

/** A Unix-domain socket cannot be reset, and one that is already saying goodbye would stay open for ever: both are closed. */
function resetSocket(socket: Socket): void {
  if (socket.writableEnded || socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

/** One direction. Null stands for the end: the other side hears of it when everything before has arrived. */
class Lane {
  hasLost = false;
  readonly #direction: "up" | "down";
  readonly #wire: () => Wire;
  readonly #lose: (bytes: number) => void;
  #to: Socket | null = null;
  #queue: { readonly at: number; readonly bytes: Buffer | null }[] = [];

  constructor(direction: "up" | "down", wire: () => Wire, lose: (bytes: number) => void) {
    this.#direction = direction;
    this.#wire = wire;
    this.#lose = lose;
  }

  deliverTo(socket: Socket): void {
    this.#to = socket;
    this.flush();
  }

  push(bytes: Buffer | null): void {
    const wire = this.#wire();
    if (wire.kind === "drop" && wire.direction === this.#direction) {
      this.hasLost = true;
      this.#lose(bytes?.length ?? 0);
      return;
    }
    this.#queue.push({ at: Date.now() + (wire.kind === "latency" ? wire.ms : 0), bytes });
    this.flush();
  }

  flush(): void {
    const to = this.#to;
    if (!to || this.#wire().kind === "stall") return;
    for (let [head] = this.#queue; head; [head] = this.#queue) {
      const inMs = head.at - Date.now();
      if (inMs > 0) {
        setTimeout(() => this.flush(), inMs).unref();
        return;
      }
      this.#queue.shift();
      if (head.bytes === null) to.end(() => to.destroy());
      else if (!to.destroyed) to.write(head.bytes);
    }
  }
}
