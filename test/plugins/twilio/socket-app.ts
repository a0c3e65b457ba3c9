import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

export type Frame = Readonly<Record<string, unknown>>;

/** One socket of a call, at the application. */
export interface Caller {
  readonly socket: WebSocket;
  readonly frames: readonly Frame[];
  readonly request: IncomingMessage;
  send(...frames: readonly (object | string)[]): void;
  /** The next frame of this kind that was not asked for yet; skips those before it. */
  next(kind: string): Promise<Frame>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Stands where an application would that talks with callers: a real WebSocket server. */
export interface SocketApp {
  readonly url: string;
  /** The next socket that is opened. */
  caller(): Promise<Caller>;
  /** From now on upgrades are answered with this status; 0: accepted. */
  refuseWith(status: number): void;
  readonly requests: readonly IncomingMessage[];
  close(): Promise<void>;
}

export async function startSocketApp(): Promise<SocketApp> {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  const callers = createQueue<Caller>();
  const requests: IncomingMessage[] = [];
  let refusal = 0;
  http.on("upgrade", (request, stream, head) => {
    requests.push(request);
    if (refusal !== 0) return void stream.end(`HTTP/1.1 ${refusal} No\r\nContent-Length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, stream, head, (socket) => callers.add(callerOn(socket, request)));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    caller: () => callers.next(() => true),
    refuseWith(status) {
      refusal = status;
    },
    requests,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function callerOn(socket: WebSocket, request: IncomingMessage): Caller {
  const frames: Frame[] = [];
  const queue = createQueue<Frame>();
  socket.on("message", (data) => {
    const text = data.toString();
    const frame: Frame = isJson(text) ? JSON.parse(text) : { type: "no JSON", text };
    frames.push(frame);
    queue.add(frame);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  return {
    socket,
    frames,
    request,
    closed,
    next: (kind) => queue.next((frame) => frame.type === kind || frame.event === kind),
    send(...all) {
      for (const frame of all) socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Things in the order they came; whoever asks early waits. */
function createQueue<T>(): { add(item: T): void; next(fits: (item: T) => boolean): Promise<T> } {
  const items: T[] = [];
  const waiting: { readonly fits: (item: T) => boolean; readonly give: (item: T) => void }[] = [];
  const serve = () => {
    for (let first = waiting[0]; first; first = waiting[0]) {
      const at = items.findIndex(first.fits);
      if (at < 0) return;
      const [item] = items.splice(0, at + 1).slice(-1);
      waiting.shift();
      first.give(item as T);
    }
  };
  return {
    add(item) {
      items.push(item);
      serve();
    },
    next: (fits) =>
      new Promise((give) => {
        waiting.push({ fits, give });
        serve();
      }),
  };
}
