import { WebSocket } from "ws";

export interface VendorSocket {
  send(data: string | Buffer): void;
  close(): void;
  readonly isOpen: boolean;
}

const HANDSHAKE_MS = 5_000;
const LONGEST_FRAME = 4 * 1024 * 1024;
const MOST_MALFORMED = 3;

/**
 * A connection to a vendor. What is sent before it is open follows then; what is no JSON object is borne a few times.
 * `closed` comes once, and not after `close`.
 */
export function openVendorSocket(
  url: string,
  headers: Readonly<Record<string, string>>,
  on: { frame(frame: Readonly<Record<string, unknown>>): void; closed(reason: string): void },
): VendorSocket {
  const socket = new WebSocket(url, { headers, maxPayload: LONGEST_FRAME, handshakeTimeout: HANDSHAKE_MS });
  const early: (string | Buffer)[] = [];
  let reason = "";
  let isOurs = false;
  let malformed = 0;
  socket.on("open", () => {
    for (const data of early.splice(0)) socket.send(data);
  });
  socket.on("message", (data) => {
    const frame = parsed(String(data));
    if (frame) return on.frame(frame);
    malformed += 1;
    if (malformed >= MOST_MALFORMED) socket.close(1002, "malformed frames");
  });
  socket.on("error", (error) => {
    reason = error.message;
  });
  socket.on("close", (code, text) => {
    if (!isOurs) on.closed(reason || `closed with ${code} ${String(text)}`);
  });
  return {
    send(data) {
      if (socket.readyState === WebSocket.CONNECTING) early.push(data);
      else if (socket.readyState === WebSocket.OPEN) socket.send(data);
    },
    close() {
      isOurs = true;
      socket.close();
    },
    get isOpen() {
      return socket.readyState === WebSocket.CONNECTING || socket.readyState === WebSocket.OPEN;
    },
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}
