import { Counter, Histogram, type Registry } from "prom-client";
import type { RunEvent } from "../runtime/runtime.ts";

/** Counts runs and steps as they happen; gives what hears of them. */
export function createRunMetrics(registry: Registry): (event: RunEvent) => void {
  const registers = [registry];
  const started = new Counter({
    name: "centralita_runs_started_total",
    help: "Runs this process started, by the type of their trigger.",
    labelNames: ["trigger"],
    registers,
  });
  const ended = new Counter({
    name: "centralita_runs_ended_total",
    help: "Runs this process brought to their end.",
    labelNames: ["status"],
    registers,
  });
  const steps = new Histogram({
    name: "centralita_step_seconds",
    help: "How long a step of a flow took, without what it waited for; `failed` is yes where it ended in an error.",
    labelNames: ["type", "failed"],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 8],
    registers,
  });
  return (event) => {
    if (event.kind === "started") started.inc({ trigger: event.type });
    if (event.kind === "ended") ended.inc({ status: event.status });
    if (event.kind === "step")
      steps.observe({ type: event.type, failed: event.error ? "yes" : "no" }, event.ms / 1000);
  };
}
