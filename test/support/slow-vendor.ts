import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A vendor that takes its time, and counts how many ask it at once. */
export interface SlowVendor {
  readonly url: string;
  /** Requests it has not answered. */
  readonly open: number;
  /** The most it ever had at once. */
  readonly most: number;
  /** Paths it was asked for, in order. */
  readonly asked: readonly string[];
  /** Answers nothing from now on, until `release`. */
  hold(): void;
  release(): void;
  close(): Promise<void>;
}

export async function slowVendor(answerAfterMs = 20): Promise<SlowVendor> {
  const asked: string[] = [];
  const waiting = new Set<ServerResponse>();
  let held = false;
  let most = 0;
  const answer = (response: ServerResponse) => {
    if (!waiting.delete(response)) return;
    response.setHeader("content-type", "application/json");
    response.end("{}");
  };
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    waiting.add(response);
    most = Math.max(most, waiting.size);
    if (!held) setTimeout(answer, answerAfterMs, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get open() {
      return waiting.size;
    },
    get most() {
      return most;
    },
    hold() {
      held = true;
    },
    release() {
      held = false;
      for (const response of waiting) answer(response);
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
