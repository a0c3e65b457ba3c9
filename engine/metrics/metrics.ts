/** What this process counts, and what it reads from the database when it is asked, for Prometheus. */
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { RunEvent } from "../runtime/runtime.ts";
import type { Database } from "../store/database.ts";
import { createRunMetrics } from "./run-metrics.ts";
import { addProcessState, databaseState } from "./state-metrics.ts";

export interface Metrics {
  hears(event: RunEvent): void;
  /** A request whose signature did not hold; `webhook` is the path below /hooks/. */
  refusedSignature(webhook: string): void;
  /** A request was answered; `route` is the id of the route. */
  answered(route: string, status: number, seconds: number): void;
  swept(seconds: number): void;
  /** In the text format of Prometheus. What the database does not tell is left out. */
  text(): Promise<string>;
}

export interface MetricsOptions {
  readonly db: Database;
  /** Runs this process is driving. */
  readonly inFlight: () => number;
}

/** Labels come from routes, node types and states, never from a request or a tenant: each value is a series of its own. */
export function createMetrics({ db, inFlight }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const refused = new Counter({
    name: "centralita_refused_signatures_total",
    help: "Webhook requests whose signature did not hold.",
    labelNames: ["webhook"],
    registers,
  });
  const requests = new Histogram({
    name: "centralita_http_request_seconds",
    help: "From a request's arrival to the end of its answer.",
    labelNames: ["route", "status"],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 8, 15],
    registers,
  });
  const sweeps = new Histogram({
    name: "centralita_sweep_seconds",
    help: "How long a look for due runs takes.",
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  addProcessState(registry, db, inFlight);
  return {
    hears: createRunMetrics(registry),
    refusedSignature: (webhook) => refused.inc({ webhook }),
    answered: (route, status, seconds) => requests.observe({ route, status }, seconds),
    swept: (seconds) => sweeps.observe(seconds),
    async text() {
      return (await Promise.all([registry.metrics(), databaseState(db)])).join("\n");
    },
  };
}
