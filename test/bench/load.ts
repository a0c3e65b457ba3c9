import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly count: number;
  /** Those of the warm-up as well. */
  readonly all: number;
}

export interface Client {
  post(url: string, headers: Record<string, string>, body: string): Promise<{ status: number; body: string }>;
  close(): void;
}

/** One keep-alive connection per caller: plain `node:http`, so that the generator costs little. */
export function openClient(connections: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    post: (url, headers, body) =>
      new Promise((resolve, reject) => {
        const outgoing = request(
          url,
          { method: "POST", agent, headers: { ...headers, "content-length": Buffer.byteLength(body) } },
          (incoming) => {
            const chunks: Buffer[] = [];
            incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
            incoming.on("end", () =>
              resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
            );
          },
        );
        outgoing.on("error", reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/**
 * Runs `turn` in `connections` loops for `seconds` after a warm-up, and says how many turns there were and how long they
 * took.
 */
export async function measure(
  connections: number,
  seconds: number,
  turn: (connection: number) => Promise<void>,
): Promise<Load> {
  const warmUp: number[] = [];
  await loops(connections, performance.now() + Math.min(2, seconds / 2) * 1000, turn, warmUp);
  const times: number[] = [];
  const startedAt = performance.now();
  await loops(connections, startedAt + seconds * 1000, turn, times);
  const elapsed = (performance.now() - startedAt) / 1000;
  times.sort((a, b) => a - b);
  return {
    perSecond: times.length / elapsed,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    count: times.length,
    all: warmUp.length + times.length,
  };
}

async function loops(
  connections: number,
  until: number,
  turn: (connection: number) => Promise<void>,
  times: number[],
): Promise<void> {
  const loop = async (connection: number) => {
    while (performance.now() < until) {
      const startedAt = performance.now();
      await turn(connection);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, connection) => loop(connection)));
}

/** The value below which a share `q` of sorted values lies. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
