import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PASS, startTcpProxy, type TcpProxy } from "../../chaos/tcp-proxy.ts";
import { until } from "../../support/until.ts";

let echo: Server;
let proxy: TcpProxy;
const sockets: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => socket.on("error", () => undefined).pipe(socket)).listen(0, "127.0.0.1");
  await once(echo, "listening");
  proxy = await startTcpProxy([{ host: "127.0.0.1", port: portOf(echo) }]);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await proxy.close();
  echo.close();
});

describe("a wire that", () => {
  test("passes lets everything through", async () => {
    const line = await open();
    line.write("hola");
    await heard(line, "hola");
  });

  test("is cut resets what is open and refuses what is new, until it passes again", async () => {
    const line = await open();
    await proxy.set({ kind: "cut" });
    await until("the connection to break", () => line.isClosed);
    await expect(open()).rejects.toThrow("ECONNREFUSED");
    await proxy.set(PASS);
    const next = await open();
    next.write("otra vez");
    await heard(next, "otra vez");
  });

  test("stalls keeps what was said and delivers it later, in order", async () => {
    const line = await open();
    await proxy.set({ kind: "stall" });
    line.write("uno ");
    line.write("dos ");
    const late = await open();
    late.write("tarde");
    await until("the proxy to have both", () => proxy.taken === 2);
    expect([line.text, late.text]).toEqual(["", ""]);
    await proxy.set(PASS);
    line.write("tres");
    await heard(line, "uno dos tres");
    await heard(late, "tarde");
  });

  test("drops one direction loses what goes that way, and the connection with it when that is over", async () => {
    const line = await open();
    await proxy.set({ kind: "drop", direction: "down" });
    line.write("nadie contesta");
    await until("the target to have answered", () => proxy.lostBytes > 0);
    await proxy.set(PASS);
    await until("the connection to break", () => line.isClosed);
    expect(line.text).toBe("");
  });

  test("is slow delivers later, still in order", async () => {
    const line = await open();
    await proxy.set({ kind: "latency", ms: 30 });
    line.write("primero ");
    line.write("segundo");
    await heard(line, "primero segundo");
  });
});

test("with several targets each gets its turn, and one that refuses is passed over", async () => {
  const gone = createServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  const targets = [portOf(gone), portOf(echo)].map((port) => ({ host: "127.0.0.1", port }));
  gone.close();
  const front = await startTcpProxy(targets);
  try {
    for (const word of ["a", "b"]) {
      const line = await open(front.port);
      line.write(word);
      await heard(line, word);
    }
  } finally {
    await front.close();
  }
});

interface Line {
  readonly text: string;
  readonly isClosed: boolean;
  write(text: string): void;
}

async function open(port = proxy.port): Promise<Line> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  let text = "";
  socket.on("data", (bytes) => {
    text += bytes;
  });
  await once(socket, "connect");
  socket.on("error", () => undefined);
  return {
    get text() {
      return text;
    },
    get isClosed() {
      return socket.closed;
    },
    write: (words) => void socket.write(words),
  };
}

function heard(line: Line, text: string): Promise<true> {
  return until(`"${text}" to be heard`, () => (line.text === text ? true : null));
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
