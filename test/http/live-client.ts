import { WebSocket } from "ws";
import type { LiveMessage, LiveRequest } from "../../engine/core/live.ts";
import { until } from "../support/until.ts";

export interface LiveClient {
  readonly socket: WebSocket;
  send(request: LiveRequest): void;
  /** The first message of a kind that fits, after those that were waited for before. */
  next<K extends LiveMessage["kind"]>(
    kind: K,
    fits?: (message: Extract<LiveMessage, { kind: K }>) => boolean,
  ): Promise<Extract<LiveMessage, { kind: K }>>;
  /** Everything heard so far. */
  readonly heard: readonly LiveMessage[];
  /** The code it was closed with. */
  readonly closed: Promise<number>;
}

type Way =
  | { readonly key: string; readonly as?: "header" | "protocol" }
  | { readonly headers: Record<string, string> };

/** Opens a live connection with a key, or as a browser would. Fails with the status of a refused one. */
export async function openLive(url: string, way: Way): Promise<LiveClient> {
  const address = `${url.replace(/^http/, "ws")}/ws`;
  const socket =
    "key" in way && way.as === "protocol"
      ? new WebSocket(address, ["centralita", `bearer.${way.key}`])
      : new WebSocket(address, {
          headers: "key" in way ? { authorization: `Bearer ${way.key}` } : way.headers,
        });
  const heard: LiveMessage[] = [];
  socket.on("message", (data) => heard.push(JSON.parse(String(data)) as LiveMessage));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  let seen = 0;
  return {
    socket,
    heard,
    closed,
    send: (request) => socket.send(JSON.stringify(request)),
    async next(kind, fits = () => true) {
      const is = (message: LiveMessage): message is Extract<LiveMessage, { kind: typeof kind }> =>
        message.kind === kind;
      return until(`a live message of kind ${kind}; heard ${heard.length}`, () => {
        for (const [index, message] of heard.entries()) {
          if (index < seen || !is(message) || !fits(message)) continue;
          seen = index + 1;
          return message;
        }
        return null;
      });
    },
  };
}
