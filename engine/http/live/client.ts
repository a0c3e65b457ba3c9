/** One open connection. It hears only what it subscribed to, and is closed rather than waited for. */
import { randomBytes } from "node:crypto";
import { WebSocket } from "ws";
import type { LiveMessage } from "../../core/live.ts";
import type { Caller } from "../authenticate.ts";

/** Bytes that wait for a client that does not read; a screen's worth of events is far less. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Messages of a client in a window of time: a person types, drags and selects slower. */
const MAX_MESSAGES = 300;
const WINDOW_MS = 10_000;

export const CLOSE = { going: 1001, policy: 1008, slow: 1013, unauthenticated: 4401 } as const;

export interface Client {
  readonly id: string;
  readonly caller: Caller;
  /** What ends a subscription, by topic. */
  readonly subscriptions: Map<string, () => void>;
  send(message: LiveMessage): void;
  /** False for one that sends too much: it is closed. */
  count(): boolean;
  close(code: number, reason: string): void;
  /** Asks whether it is still there. False where the last question was not answered: it is cut off. */
  ping(): boolean;
}

export function createClient(socket: WebSocket, caller: Caller): Client {
  let answered = true;
  let since = performance.now();
  let messages = 0;
  socket.on("pong", () => {
    answered = true;
  });
  const close = (code: number, reason: string) => socket.close(code, reason);
  return {
    id: `cn_${randomBytes(9).toString("hex")}`,
    caller,
    subscriptions: new Map(),
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return;
      // Whoever comes back reads what was missed.
      if (socket.bufferedAmount > MAX_WAITING_BYTES) socket.terminate();
      else socket.send(JSON.stringify(message));
    },
    count() {
      const now = performance.now();
      if (now - since > WINDOW_MS) [since, messages] = [now, 0];
      messages++;
      if (messages > MAX_MESSAGES) close(CLOSE.policy, "too many messages");
      return messages <= MAX_MESSAGES;
    },
    close,
    ping() {
      if (!answered) {
        socket.terminate();
        return false;
      }
      answered = false;
      socket.ping();
      return true;
    },
  };
}
