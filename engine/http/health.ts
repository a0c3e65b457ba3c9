import { Type } from "typebox";
import type { Metrics } from "../metrics/metrics.ts";
import { json } from "./reply.ts";
import { publicRoute, type Route } from "./route.ts";

/** Whether work can be taken, and which part keeps us from it. */
export interface ReadyReport {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, boolean>>;
}

export interface HealthOptions {
  readonly version: string;
  readonly ready: () => Promise<ReadyReport>;
  readonly stopping: AbortSignal;
  readonly metrics: Metrics;
}

const tag = "Health";
const uncached = { "cache-control": "no-store" };
const ReadySchema = Type.Object({ ready: Type.Boolean(), parts: Type.Record(Type.String(), Type.Boolean()) });

export function healthRoutes({ version, ready, stopping, metrics }: HealthOptions): readonly Route[] {
  return [
    publicRoute({
      id: "live",
      method: "get",
      path: "/healthz",
      tag,
      summary: "The process is alive",
      public: "load balancers have no key, and it says nothing but the version",
      responses: {
        200: {
          description: "Alive.",
          schema: Type.Object({ status: Type.Literal("ok"), version: Type.String() }),
        },
      },
      handler: async () => json(200, { status: "ok", version }, uncached),
    }),
    publicRoute({
      id: "ready",
      method: "get",
      path: "/readyz",
      tag,
      summary: "The process can take work",
      public: "load balancers have no key, and it says only which part is missing",
      responses: {
        200: { description: "Ready.", schema: ReadySchema },
        503: { description: "Not now.", schema: ReadySchema },
      },
      async handler() {
        const report = await ready();
        const isReady = report.ready && !stopping.aborted;
        return json(
          isReady ? 200 : 503,
          { ready: isReady, parts: { ...report.parts, running: !stopping.aborted } },
          uncached,
        );
      },
    }),
    publicRoute({
      id: "metrics",
      method: "get",
      path: "/metrics",
      tag,
      summary: "Counters in the text format of Prometheus",
      public: "scrapers have no key, and totals name no tenant",
      responses: { 200: { description: "Counters since the process started, and effects in doubt of all." } },
      handler: async () => ({
        status: 200,
        headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", ...uncached },
        body: await metrics.text(),
      }),
    }),
  ];
}
