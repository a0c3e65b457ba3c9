import { createServer, type IncomingMessage } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { SelfSigned } from "./self-signed.ts";
import { createSocketFaults, type SocketFault, type SocketFaults } from "./socket-faults.ts";

/** A frame as it went over the wire. `in` is what the stand-in was sent. */
export interface LoggedFrame {
  readonly dir: "in" | "out";
  readonly frame: unknown;
}

/** One connection as a stand-in sees it. */
export interface Connection {
  readonly url: URL;
  /** What answers or informs. */
  send(frame: object): void;
  /** What faults count: audio, results, turns. False: it hangs, and nothing is to follow. */
  say(frame: object): boolean;
  close(code: number, reason: string): void;
}

/** How a connection is answered. */
export interface Listener {
  onText(frame: unknown): void;
  onAudio?(audio: Buffer): void;
  onClose?(): void;
}

export interface SocketStandIn {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly faults: SocketFaults;
  readonly log: readonly LoggedFrame[];
  /** Upgrades that were asked for, with their headers. */
  readonly upgrades: readonly { readonly url: string; readonly headers: IncomingMessage["headers"] }[];
  close(): Promise<void>;
}

export interface SocketStandInOptions {
  readonly tls?: SelfSigned;
  /** The status an upgrade is refused with; null: come in. */
  refuses(request: IncomingMessage, url: URL): number | null;
  listener(connection: Connection): Listener;
}

/** WebSockets on 127.0.0.1 and any free port; closing it ends every connection. */
export async function listenForSockets(options: SocketStandInOptions): Promise<SocketStandIn> {
  const server = options.tls ? createSecureServer(options.tls) : createServer();
  const sockets = new WebSocketServer({ noServer: true });
  const faults = createSocketFaults();
  const log: LoggedFrame[] = [];
  const upgrades: { url: string; headers: IncomingMessage["headers"] }[] = [];
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    upgrades.push({ url: request.url ?? "/", headers: request.headers });
    const fault = faults.take();
    const status = fault?.kind === "status" ? fault.status : options.refuses(request, url);
    if (status !== null)
      return void socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (ws) => attend(ws, url, { options, fault, log }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    faults,
    log,
    upgrades,
    async close() {
      for (const ws of sockets.clients) ws.terminate();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

interface Attendance {
  readonly options: SocketStandInOptions;
  readonly fault: SocketFault | null;
  readonly log: LoggedFrame[];
}

function attend(ws: WebSocket, url: URL, { options, fault, log }: Attendance): void {
  const send = (frame: object) => {
    if (ws.readyState !== ws.OPEN) return;
    log.push({ dir: "out", frame });
    ws.send(JSON.stringify(frame));
  };
  const listener = options.listener({
    url,
    send,
    say: faultySay(ws, send, fault),
    close: (code, reason) => ws.close(code, reason),
  });
  ws.on("message", (data: RawData, isBinary: boolean) => {
    const bytes = bytesOf(data);
    if (isBinary) return listener.onAudio?.(bytes);
    const frame = parsed(bytes.toString());
    log.push({ dir: "in", frame });
    listener.onText(frame);
  });
  ws.on("close", () => listener.onClose?.());
  // A cut connection is what it is: its close follows.
  ws.on("error", () => undefined);
}

function faultySay(ws: WebSocket, send: (frame: object) => void, fault: SocketFault | null) {
  let said = 0;
  let ready: Promise<void> | null = null;
  return (frame: object): boolean => {
    const count = said++;
    if (fault?.kind === "stall" && count >= fault.after) return false;
    if (fault?.kind === "cut" && count >= fault.after) ws.terminate();
    else if (fault?.kind === "malformed" && count === fault.after) ws.send('{"type": "resp');
    else if (fault?.kind === "slow") {
      ready ??= new Promise((resolve) => setTimeout(resolve, fault.ms).unref());
      void ready.then(() => send(frame));
    } else send(frame);
    return true;
  };
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
